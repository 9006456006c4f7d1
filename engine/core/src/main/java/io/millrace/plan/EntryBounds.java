package io.millrace.plan;

import io.millrace.operator.Operator;
import io.millrace.operator.Shards;
import io.millrace.topology.Port;
import io.millrace.topology.Section;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;

/** The most entries that one input entry can cause on each node's outputs, by step: what rings and inboxes are sized by. */
final class EntryBounds {
    /** As much as an operator can declare: a product of two such fits a long. */
    private static final long HUGE = 1L << 31;

    private final long[] timeIn;
    private final long[] eventIn;
    private final long[] timeOut;
    private final long[] eventOut;
    private final Topology topology;

    EntryBounds(Topology t) {
        topology = t;
        int n = t.nodes().size();
        timeIn = new long[n];
        eventIn = new long[n];
        timeOut = new long[n];
        eventOut = new long[n];
        for (TopologyNode node : t.nodes()) {
            compute(node);
        }
    }

    private void compute(TopologyNode node) {
        int id = node.id();
        for (Port p : node.inputs()) {
            timeIn[id] = cap(timeIn[id] + timeOut[p.node()]);
            eventIn[id] = cap(eventIn[id] + eventOut[p.node()]);
        }
        Operator<?, ?> o = node.operator();
        if (o == null) {
            eventOut[id] = node.isLetters() ? cap((long) Plan.LETTERS_OF_NODE * eventOut.length) : 1;
            return;
        }
        requireBounds(node, o);
        long firings = cap((long) o.maxFirings() * o.maxOutputsPerFiring());
        timeOut[id] = cap(cap(timeIn[id] * o.maxOutputs()) + firings);
        eventOut[id] = cap(eventIn[id] * o.maxOutputs());
        if (node.section() != null && firings > 0) {
            // one shard has its turn; in an event step each fires before what comes into it
            eventOut[id] = cap(eventOut[id] + cap(firings * shardsEntered(node)));
        }
    }

    /** A bound that has run over is none, and what is sized by it would be full in the middle of an entry. */
    private static void requireBounds(TopologyNode node, Operator<?, ?> o) {
        require(node, "maxOutputs", o.maxOutputs(), 1);
        require(node, "maxFirings", o.maxFirings(), 0);
        require(node, "maxOutputsPerFiring", o.maxOutputsPerFiring(), 0);
    }

    private static void require(TopologyNode node, String what, int declared, int least) {
        if (declared < least) {
            throw new IllegalStateException(
                    node.where() + ": " + node.operator().word() + " declares " + declared + " as " + what
                            + "; it has to be " + least + " or more, lower the bounds that it is made of");
        }
    }

    /** What leads into a section stands before all of it. */
    private long shardsEntered(TopologyNode node) {
        Section section = topology.sectionOf(node);
        long sum = 0;
        for (int entrance : section.entrances()) {
            for (Port p : topology.nodes().get(entrance).inputs()) {
                sum = cap(sum + eventOut[p.node()]);
            }
        }
        return Math.min(sum, Shards.COUNT);
    }

    private static long cap(long v) {
        return Math.min(v, HUGE);
    }

    /** Entries on a node's output in the larger of its steps. */
    long outInOneStep(int node) {
        return Math.max(timeOut[node], eventOut[node]);
    }

    /** Entries on a node's output in one round of a time and an event step. */
    long outInOneRound(int node) {
        return cap(timeOut[node] + eventOut[node]);
    }

    /** Entries at a node's inputs in the larger of its steps. */
    long inInOneStep(int node) {
        return Math.max(timeIn[node], eventIn[node]);
    }

    boolean several(int node) {
        return outInOneStep(node) > 1;
    }

    /** Whether anything reaches the node's inputs in a time step. */
    boolean firesInto(int node) {
        return timeIn[node] > 0;
    }
}
