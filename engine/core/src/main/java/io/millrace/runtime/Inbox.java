package io.millrace.runtime;

import io.millrace.event.EventType;
import io.millrace.operator.Flow;
import io.millrace.operator.Held;
import io.millrace.operator.Node;
import java.util.Arrays;
import java.util.List;

/**
 * Where entries wait within one step of one input entry until the inputs of a node have had their turn: all of the first
 * input, then all of the second. One stage, one thread. Bounded by the plan; room is made on first use and kept.
 */
final class Inbox {
    private final String node;
    private final int capacity;
    private final EventType<?>[] types;
    private final Held<?>[][] held;
    private final int[] count;
    private final boolean cutViews;

    /** By input, what each waiting entry comes of; null where all that a step brings comes of the one entry in hand. */
    private final Cause[][] causes;

    private int waiting;

    Inbox(String node, int capacity, List<EventType<?>> types, boolean cutViews, boolean ofSeveralCauses) {
        this.cutViews = cutViews;
        this.node = node;
        this.capacity = capacity;
        this.types = types.toArray(new EventType<?>[0]);
        this.held = new Held<?>[this.types.length][];
        this.count = new int[this.types.length];
        for (int i = 0; i < held.length; i++) {
            held[i] = new Held<?>[0];
        }
        causes = ofSeveralCauses ? new Cause[held.length][0] : null;
    }

    /** The entry that an event comes from: letters flow in one step, whatever each is of. */
    private static final class Cause {
        private boolean fired;
        private byte[] entry;
        private int offset;
        private long own;

        void hold(Flow flow) {
            fired = flow.fired();
            entry = flow.entry();
            offset = flow.entryOffset();
            own = flow.ownSequence();
        }

        /** What fired is of no entry: that of the step stays in hand for what comes behind it in other inboxes. */
        void begin(Flow flow) {
            if (!fired) {
                flow.begin(flow.sequence(), flow.step(), entry, offset);
            }
            flow.cameInAt(own);
        }
    }

    Node entrance(int input) {
        return new Entrance(this, input);
    }

    /** Takes the entry in hand, which waits for the turn of its input. */
    void hold(int input, Flow flow) {
        next(input).hold(flow);
        if (causes != null) {
            causes[input][count[input] - 1].hold(flow);
        }
    }

    private Held<?> next(int input) {
        if (waiting >= capacity) {
            throw new IllegalStateException("inbox of " + node + " holds " + capacity
                    + " entries, the most that the plan allows for one entry: an operator in front "
                    + "of it emits more than its maxOutputs; raise the bound that the operator declares");
        }
        Held<?>[] line = held[input];
        int at = count[input];
        if (at == line.length) {
            line = grow(input);
        }
        waiting++;
        count[input] = at + 1;
        return line[at];
    }

    private Held<?>[] grow(int input) {
        Held<?>[] old = held[input];
        Held<?>[] line = Arrays.copyOf(old, Math.max(1, old.length * 2));
        for (int i = old.length; i < line.length; i++) {
            line[i] = new Held<>(types[input]);
        }
        held[input] = line;
        if (causes != null) {
            causes[input] = Arrays.copyOf(causes[input], line.length);
            for (int i = old.length; i < line.length; i++) {
                causes[input][i] = new Cause();
            }
        }
        return line;
    }

    boolean isEmpty() {
        return waiting == 0;
    }

    /** Hands all waiting entries to the node, in the canonical order. */
    void drain(Flow flow, Node chain) {
        for (int input = 0; input < held.length; input++) {
            drain(input, flow, chain);
        }
    }

    /** Hands over the waiting entries of one input. */
    void drain(int input, Flow flow, Node chain) {
        int n = count[input];
        for (int i = 0; i < n; i++) {
            Held<?> h = held[input][i];
            if (causes != null) {
                causes[input][i].begin(flow);
            }
            h.restore(flow);
            flow.input(input);
            h.clear();
            chain.on(flow);
            if (cutViews) {
                h.cut();
            }
        }
        count[input] = 0;
        waiting -= n;
    }

    /** The end of a chain in front of the inbox. */
    private static final class Entrance implements Node {
        private final Inbox inbox;
        private final int input;

        Entrance(Inbox inbox, int input) {
            this.inbox = inbox;
            this.input = input;
        }

        @Override
        public boolean on(Flow flow) {
            inbox.hold(input, flow);
            return false;
        }
    }
}
