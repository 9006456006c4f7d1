package io.millrace.runtime;

import io.millrace.event.EventType;
import io.millrace.metric.Hash64;
import io.millrace.metric.NodeTrace;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import java.util.ArrayList;
import java.util.List;

/** In a replay that looks for a difference: notes the hash of everything that goes out of one output of a node. */
final class TraceNode implements Node {
    private final int port;
    private final boolean keyed;
    private final long from;
    private final long to;
    private final ValueHash values;
    private final Puts puts;

    /** What a node has put out, over all its outputs; for the thread of its stage, and whoever asks when the run is over. */
    static final class Puts {
        /** Kept of a node. */
        static final int MOST = 1 << 20;

        private final List<NodeTrace.Put> list = new ArrayList<>();
        private boolean complete = true;

        private void add(long entry, long hash) {
            if (list.size() < MOST) {
                list.add(new NodeTrace.Put(entry, hash));
            } else {
                complete = false;
            }
        }

        NodeTrace of(String node) {
            return new NodeTrace(node, complete, List.copyOf(list));
        }
    }

    TraceNode(int port, EventType<?> type, boolean keyed, long from, long to, Puts puts) {
        this.port = port;
        this.keyed = keyed;
        this.from = from;
        this.to = to;
        this.values = new ValueHash(type);
        this.puts = puts;
    }

    @Override
    public boolean on(Flow flow) {
        if (flow.sequence() >= from && flow.sequence() < to) {
            puts.add(flow.sequence(), hash(flow));
        }
        return true;
    }

    private long hash(Flow flow) {
        long h = Hash64.add(Hash64.SEED, (long) port << 8 | flow.form().ordinal() << 1 | (flow.fired() ? 1 : 0));
        h = Hash64.add(h, flow.timeNs());
        if (keyed) { // the number that stands for a text is seeded anew in each engine
            h = flow.keyBytes() == null
                    ? Hash64.add(h, flow.key())
                    : Hash64.add(h, flow.keyBytes(), 0, flow.keyLength());
        }
        return values.add(h, flow);
    }
}
