package io.millrace.engine;

import io.millrace.event.EventType;
import io.millrace.event.Reason;
import io.millrace.operator.Answers;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.Operator;
import io.millrace.operator.TimedNode;
import io.millrace.state.KeyedRows;
import io.millrace.state.Pages;
import io.millrace.state.TimerHeap;
import java.lang.invoke.MethodHandles;
import java.util.List;

/**
 * What a stranger does with events: refuses late ones, passes some on, keeps others by key until they are due. Takes and frees
 * state so that the structures behind it grow, shrink, and are at their bound.
 */
final class StrangeNode implements TimedNode {
    private static final int TIMERS = 512;

    /** So many that an index begins small and grows, and so many that it does. */
    private static final int KEYS = 16_384;

    private static final int GROWN = 5_000;
    private static final long DUE_NS = 1_000_000;
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final NodeContext context;
    private final Node rest;
    private final boolean sends;
    private final KeyedRows rows;
    private final TimerHeap timers;
    private long events;

    StrangeNode(Strange operator, NodeContext context) {
        this.context = context;
        rest = context.rest(0);
        sends = operator.sends;
        rows = KeyedRows.forLongs(context.budget(), 2, KEYS, context.hashSeed());
        timers = new TimerHeap(context.budget(), TIMERS);
        if (operator.grows) {
            growAndShrink();
        }
    }

    private void growAndShrink() {
        for (int i = 1; i <= GROWN; i++) {
            find(i);
            rows.set(rows.acquire(i * MIX), 0, i);
            find(i);
            find(i / 2);
            if (i < TIMERS) {
                timers.set(i & 63, i);
            }
        }
        for (int i = 1; i <= GROWN; i++) {
            rows.release(rows.find(i * MIX));
            timers.pop(64);
        }
    }

    /** The operator. */
    static final class Strange implements Operator<long[], long[]> {
        private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), StrangeNode.class);
        private final int inputs;
        final boolean sends; // a copy of the node is in no nest
        final boolean grows;

        /** Whether it puts something out when it fires, and whether its state is large for a while. */
        Strange(int inputs, boolean sends, boolean grows) {
            this.inputs = inputs;
            this.sends = sends;
            this.grows = grows;
        }

        @Override
        public String word() {
            return "strange";
        }

        @Override
        public NodeClass node() {
            return NODE;
        }

        @Override
        public int inputs() {
            return inputs;
        }

        @Override
        public EventType<?> outputType(int port, List<EventType<?>> from) {
            return from.get(0);
        }

        @Override
        public int maxFirings() {
            return 4;
        }

        @Override
        public int maxOutputsPerFiring() {
            return sends ? 1 : 0;
        }

        @Override
        public Answers answers() {
            return Answers.AT_MOST_ONE;
        }

        @Override
        public boolean keepsState() {
            return true;
        }

        @Override
        public long bytesPerKey() {
            return Long.BYTES;
        }

        @Override
        public long leastStateBytes() {
            return 64L * Pages.PAGE_BYTES;
        }
    }

    /** Absent, present, present and just found; in each of the two ways. */
    private void find(int i) {
        long key = i * MIX;
        for (int again = 0; again < 2 && rows.find(key) >= 0; again++) {
            rows.acquire(key);
        }
    }

    @Override
    public boolean on(Flow flow) {
        if (flow.timeNs() < context.progress().ns()) {
            return context.failures().refuse(flow, Reason.LATE, null);
        }
        long key = (events++ & 1) == 0 ? events : events * MIX;
        int slot = rows.acquire(key);
        if (slot >= 0 && (events & 3) != 0) {
            rows.set(slot, 0, key);
        }
        if ((events & 7) == 0) {
            forget();
        }
        if ((events & 1) == 0 && timers.count() < TIMERS) {
            timers.set(flow.timeNs() + DUE_NS, events);
            context.due(flow.timeNs() + DUE_NS);
            return false;
        }
        return true;
    }

    private void forget() {
        for (int slot = rows.nextUsed(0); slot >= 0 && rows.count() > TIMERS; slot = rows.nextUsed(slot + 1)) {
            rows.release(rows.find(rows.key(slot)));
        }
    }

    @Override
    public long nextDueNs() {
        return timers.nextDueNs();
    }

    @Override
    public int fire(long progressNs, int most, Flow flow) {
        int fired = 0;
        while (fired < most && timers.pop(progressNs)) {
            fired++;
            if (sends) {
                flow.value(new long[] {timers.dueNs()});
                flow.timeNs(timers.dueNs());
                rest.on(flow);
            }
        }
        return fired;
    }
}
