package io.millrace.operators.order;

import io.millrace.event.EventType;
import io.millrace.event.Reason;
import io.millrace.operator.Answers;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.Operator;
import io.millrace.operator.TimedNode;
import io.millrace.state.Saved;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;

/**
 * A small window for tests: counts by time bucket and tag parity, fires at the bucket's end, at most a few an entry, so that
 * firing is spread and progress is held back.
 */
final class Buckets implements Operator<Cell, Cell> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), BucketsNode.class);

    final long sizeNs;
    final int firings;
    final boolean keyed;
    private final int answersAtMost;

    Buckets(long sizeNs, int firings) {
        this(sizeNs, firings, false, 1);
    }

    private Buckets(long sizeNs, int firings, boolean keyed, int answersAtMost) {
        this.sizeNs = sizeNs;
        this.firings = firings;
        this.keyed = keyed;
        this.answersAtMost = answersAtMost;
    }

    /** Buckets of a key, as {@link Words} makes them: what comes out has the key. */
    static Buckets byKey(long sizeNs, int firings) {
        return new Buckets(sizeNs, firings, true, 1);
    }

    /** Buckets that declare no more than they do, which is to answer no event: the rings behind them are as small as they can be. */
    static Buckets silentToEvents(long sizeNs, int firings) {
        return new Buckets(sizeNs, firings, false, 0);
    }

    /** One open bucket. */
    static final class Bucket {
        final long endNs;
        final long parity;
        long count;
        long sum;

        Bucket(long endNs, long parity) {
            this.endNs = endNs;
            this.parity = parity;
        }
    }

    /** The logic itself, shared by node and oracle: what is tested here is order, not counting. */
    static final class State {
        final long sizeNs;
        final boolean keyed;
        final List<Bucket> open = new ArrayList<>();

        State(long sizeNs, boolean keyed) {
            this.sizeNs = sizeNs;
            this.keyed = keyed;
        }

        boolean add(long progressNs, long id, long timeNs, long tag) {
            if (timeNs < progressNs) {
                return false;
            }
            long end = Math.floorDiv(timeNs, sizeNs) * sizeNs + sizeNs;
            long parity = keyed ? Words.key(id) : tag & 1;
            Bucket b = null;
            for (Bucket o : open) {
                if (o.endNs == end && o.parity == parity) {
                    b = o;
                }
            }
            if (b == null) {
                b = new Bucket(end, parity);
                open.add(b);
            }
            b.count++;
            b.sum = b.sum * 31 + id;
            return true;
        }

        /** The first set of those with the smallest end. */
        Bucket smallest() {
            Bucket best = null;
            for (Bucket b : open) {
                if (best == null || b.endNs < best.endNs) {
                    best = b;
                }
            }
            return best;
        }

        long id(Bucket b) {
            return keyed ? b.sum * Words.KEYS + b.parity : b.sum;
        }

        long nextDueNs() {
            return open.isEmpty() ? Long.MAX_VALUE : smallest().endNs;
        }
    }

    @Override
    public String word() {
        return "buckets";
    }

    @Override
    public NodeClass node() {
        return NODE;
    }

    @Override
    public EventType<?> outputType(int port, List<EventType<?>> inputs) {
        return Cell.TYPE;
    }

    @Override
    public Answers answers() {
        return Answers.MANY;
    }

    @Override
    public int maxOutputs(int input) {
        return answersAtMost;
    }

    @Override
    public int maxFirings() {
        return firings;
    }

    @Override
    public boolean keepsState() {
        return true;
    }

    @Override
    public boolean keyed() {
        return keyed;
    }

    @Override
    public long leastStateBytes() {
        return 0;
    }
}

/** Runs it. */
final class BucketsNode implements TimedNode, Saved {
    private final Buckets.State state;
    private final NodeContext context;
    private final Node rest;
    private final Cell out = new Cell();

    BucketsNode(Buckets operator, NodeContext context) {
        this.state = new Buckets.State(operator.sizeNs, operator.keyed);
        this.context = context;
        this.rest = context.rest(0);
    }

    @Override
    public void save(StateWriter to) {
        to.putInt(state.open.size());
        for (Buckets.Bucket b : state.open) {
            to.putLong(b.endNs);
            to.putLong(b.parity);
            to.putLong(b.count);
            to.putLong(b.sum);
        }
    }

    @Override
    public void load(StateReader from) {
        int n = from.getInt("a number of buckets", 1 << 20);
        for (int i = 0; i < n; i++) {
            Buckets.Bucket b = new Buckets.Bucket(from.getLong(), from.getLong());
            b.count = from.getLong();
            b.sum = from.getLong();
            state.open.add(b);
        }
    }

    @Override
    public boolean on(Flow flow) {
        Cell c = flow.value();
        if (!state.add(context.progress().ns(), c.id, c.timeNs, c.tag)) {
            return context.failures().refuse(flow, Reason.LATE, null);
        }
        context.due(state.nextDueNs());
        return false;
    }

    @Override
    public long nextDueNs() {
        return state.nextDueNs();
    }

    @Override
    public int fire(long progressNs, int most, Flow flow) {
        int fired = 0;
        while (fired < most && state.nextDueNs() <= progressNs) {
            Buckets.Bucket b = state.smallest();
            state.open.remove(b);
            flow.value(out.set(state.id(b), b.endNs - 1, b.count));
            flow.key(b.parity);
            flow.timeNs(b.endNs - 1);
            rest.on(flow);
            fired++;
        }
        return fired;
    }
}
