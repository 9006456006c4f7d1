package io.millrace.plan;

import io.millrace.operator.Operator;
import io.millrace.operator.Shards;
import io.millrace.topology.Port;
import io.millrace.topology.Section;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;

/** The most entries that one input entry can cause on each node's outputs, by step: what rings and inboxes are sized by. */
final class EntryBounds {
    private static final long HUGE = 1L << 40;

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
        long firings = cap((long) o.maxFirings() * o.maxOutputsPerFiring());
        timeOut[id] = cap(cap(timeIn[id] * o.maxOutputs()) + firings);
        eventOut[id] = cap(eventIn[id] * o.maxOutputs());
        if (node.section() != null && firings > 0) {
            // one shard has its turn; in an event step each fires before what comes into it
            eventOut[id] = cap(eventOut[id] + cap(firings * shardsEntered(node)));
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
