package io.millrace.runtime;

import io.millrace.event.Reason;
import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeCounters;
import io.millrace.plan.Plan;
import io.millrace.time.Progress;
import io.millrace.topology.Topology;

/**
 * The dead letters of the entry in hand, where the topology reads them as a stream. They wait until all else has happened that
 * the entry causes, then flow in a step of their own: node after node in the topology's order, and of one node as they came
 * about. Both orders hang on the input alone: which of two branches is run first does not matter.
 *
 * <p>Nodes below the stream are not asked here ({@link StageBuilder}), so that nothing is fed back: a step of letters makes no
 * further one. Bounded: of a node, {@link Plan#LETTERS_OF_NODE} letters an entry; more are counted and do not flow. Room is
 * made on first use and kept. One stage, one thread.
 */
final class LetterStream {
    private final Topology topology;
    private final KeptLetter[][] waiting;
    private final int[] count;
    private int all;
    private final NodeCounters counters;
    private Node chain;

    LetterStream(Topology topology, NodeCounters counters) {
        this.counters = counters;
        this.topology = topology;
        this.waiting = new KeptLetter[topology.nodes().size()][0];
        this.count = new int[waiting.length];
    }

    void chain(Node first) {
        chain = first;
    }

    /** Takes the letter of an event that is not the one in hand, or was not handed to the topology. */
    void take(long q, int node, Reason reason, String detail, byte[] entry, int offset) {
        KeptLetter letter = next(node);
        if (letter != null) {
            letter.fill(q, node, reason, detail, null, entry, offset);
        }
    }

    /** Takes a letter of the entry in hand. */
    void take(Flow flow, int node, Reason reason, String detail, Throwable cause) {
        KeptLetter letter = next(node);
        if (letter != null) {
            fill(letter, flow, node, reason, detail, cause);
        }
    }

    /** Takes the letter of a result that cannot be told. */
    void takeResult(Flow flow, int node, Reason reason, String detail, Throwable cause, long dueNs) {
        KeptLetter letter = next(node);
        if (letter != null) {
            fill(letter, flow, node, reason, detail, cause);
            letter.result(flow, dueNs);
        }
    }

    private static void fill(KeptLetter letter, Flow flow, int node, Reason reason, String detail, Throwable cause) {
        letter.fill(flow.sequence(), node, reason, detail, cause, flow.entry(), flow.entryOffset());
        letter.cameInAt(flow.ownSequence());
        if (flow.firing() != null) {
            letter.firing(flow.firing());
        }
    }

    private KeptLetter next(int node) {
        if (count[node] == Plan.LETTERS_OF_NODE) {
            return null;
        }
        KeptLetter[] line = waiting[node];
        if (count[node] == line.length) {
            line = java.util.Arrays.copyOf(line, Math.min(Math.max(1, 2 * line.length), Plan.LETTERS_OF_NODE));
            for (int i = count[node]; i < line.length; i++) {
                line[i] = new KeptLetter(topology, 0);
            }
            waiting[node] = line;
        }
        all++;
        return line[count[node]++];
    }

    boolean isEmpty() {
        return all == 0;
    }

    /** Hands all of them to the topology. */
    void flow(Flow flow, long q, int step, long timeNs) {
        for (int node = 0; node < waiting.length; node++) {
            for (int i = 0; i < count[node]; i++) {
                KeptLetter letter = waiting[node][i];
                begin(flow, q, step, letter);
                flow.timeNs(timeNs);
                flow.value(letter);
                counters.out++;
                chain.on(flow);
            }
        }
    }

    /** What comes of a letter inherits from what caused the letter, and is a decision on that, but stands on no side stream. */
    private static void begin(Flow flow, long q, int step, KeptLetter letter) {
        Firing firing = letter.firing();
        flow.begin(q, step, letter.entry(), 0);
        flow.cameInAt(letter.cameInAt());
        flow.key(0);
        flow.firing(firing);
        flow.late(Progress.NONE); // not what is left over from a side stream
        flow.reason(letter.reason());
    }

    /** Done with the entry; or there is none, and nothing flows. */
    void clear(boolean cutViews) {
        if (all == 0) {
            return;
        }
        for (int node = 0; node < waiting.length; node++) {
            for (int i = 0; i < count[node]; i++) {
                if (cutViews) {
                    waiting[node][i].cut();
                }
            }
            count[node] = 0;
        }
        all = 0;
    }
}
