package io.millrace.plan;

import io.millrace.operator.Operator;
import io.millrace.operator.Shards;
import io.millrace.topology.Port;
import io.millrace.topology.Section;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;

/**
 * The most entries that one input entry can cause on each node's outputs, by step: what rings and inboxes are sized by. An event comes
 * from one input, so what several can cause is the largest of them, not their sum; dead letters come in a step of their own.
 */
final class EntryBounds {
    /** As much as an operator can declare: a product of two such fits a long. */
    private static final long HUGE = 1L << 31;

    private final Topology topology;

    /** Of the step for time. */
    private final long[] time;

    /** Of the step for the event, over all inputs. */
    private final long[] event;

    /** Of the step that brings dead letters. */
    private final long[] letters;

    private final long[] mostIn;

    private final MostFirings firings;

    EntryBounds(Topology t) {
        topology = t;
        int n = t.nodes().size();
        mostIn = new long[n];
        event = new long[n];
        letters = new long[n];
        for (TopologyNode node : t.nodes()) {
            if (node.operator() != null) {
                requireBounds(node, node.operator());
            }
        }
        firings = new MostFirings(t);
        for (TopologyNode node : t.nodes()) {
            if (node.operator() != null) {
                require(node, "maxOutputsOfFirings", outputsOfFirings(node), 0);
            }
        }
        time = step(null);
        for (TopologyNode root : t.nodes()) {
            if (root.isRoot()) {
                raise(root.isLetters() ? letters : event, step(root));
            }
        }
    }

    private static void raise(long[] most, long[] by) {
        for (int i = 0; i < most.length; i++) {
            most[i] = Math.max(most[i], by[i]);
        }
    }

    /** What comes out of each node in the step of a root, or in that for time. */
    private long[] step(TopologyNode root) {
        long[] out = new long[mostIn.length];
        if (root != null) {
            out[root.id()] = ofRoot(root, out.length);
        }
        for (TopologyNode node : topology.nodes()) {
            long in = 0;
            for (Port p : node.inputs()) {
                in = cap(in + out[p.node()]);
            }
            mostIn[node.id()] = Math.max(mostIn[node.id()], in);
            if (node.operator() != null) {
                out[node.id()] = cap(caused(node, out) + fired(node, root == null, out));
            }
        }
        return out;
    }

    /** What one entry brings by an input, or as dead letters of so many nodes. */
    static long ofRoot(TopologyNode root, int nodes) {
        return root.isLetters() ? cap((long) Plan.LETTERS_OF_NODE * nodes) : 1;
    }

    private long caused(TopologyNode node, long[] out) {
        Operator<?, ?> o = node.operator();
        if (o.matchesInputs()) {
            return matched(node, out);
        }
        long sum = 0;
        for (int i = 0; i < node.inputs().size(); i++) {
            sum = cap(sum + cap(out[node.inputs().get(i).node()] * o.maxOutputs(i)));
        }
        return sum;
    }

    /**
     * One for each event of the base. It comes in the event's own step, or with the answer of a branch that waits, whichever of them is
     * the last: not before such an answer, so there are never more than these.
     */
    private long matched(TopologyNode with, long[] out) {
        Port base = with.inputs().get(0);
        long late = 0;
        boolean waits = false;
        for (Port branch : with.inputs()) {
            if (answersLater(base, branch)) {
                waits = true;
                late = cap(late + out[branch.node()]);
            }
        }
        return waits ? late : out[base.node()];
    }

    private boolean answersLater(Port base, Port branch) {
        Port at = branch;
        while (!at.equals(base)) {
            TopologyNode n = topology.nodes().get(at.node());
            if (n.operator().answersWithinNs() >= 0) {
                return true;
            }
            at = n.inputs().get(0);
        }
        return false;
    }

    /** In a section one shard has its turn; in a step of an event each fires before what comes into it. */
    private long fired(TopologyNode node, boolean inTime, long[] out) {
        long fired = cap(outputsOfFirings(node));
        if (inTime) {
            return fired;
        }
        return node.section() == null || fired == 0 ? 0 : cap(fired * shardsEntered(node, out));
    }

    private long outputsOfFirings(TopologyNode node) {
        return node.operator().maxOutputsOfFirings(firings.of(node.id()));
    }

    /** A bound that has run over is none, and what is sized by it would be full in the middle of an entry. */
    private static void requireBounds(TopologyNode node, Operator<?, ?> o) {
        require(node, "maxOutputs", o.maxOutputs(), 1);
        for (int i = 0; i < node.inputs().size(); i++) {
            require(node, "maxOutputs of its input " + i, o.maxOutputs(i), 0);
        }
        require(node, "maxFirings", o.maxFirings(), 0);
        require(node, "maxOutputsPerFiring", o.maxOutputsPerFiring(), 0);
        for (int i = 0; i < node.inputs().size(); i++) {
            require(node, "firingsOfEvent of its input " + i, o.firingsOfEvent(i), 0);
            require(node, "outputsOfEvent of its input " + i, o.outputsOfEvent(i), 0);
        }
    }

    private static void require(TopologyNode node, String what, long declared, int least) {
        if (declared < least) {
            throw new IllegalStateException(
                    node.where() + ": " + node.operator().word() + " declares " + declared + " as " + what
                            + "; it must be " + least + " or more, so lower the bounds from which it is computed");
        }
    }

    /** What leads into a section stands before all of it. */
    private long shardsEntered(TopologyNode node, long[] out) {
        Section section = topology.sectionOf(node);
        long sum = 0;
        for (int entrance : section.entrances()) {
            for (Port p : topology.nodes().get(entrance).inputs()) {
                sum = cap(sum + out[p.node()]);
            }
        }
        return Math.min(sum, Shards.COUNT);
    }

    static long cap(long v) {
        return Math.min(v, HUGE);
    }

    /** Entries on a node's output in the larger of its steps. */
    long outInOneStep(int node) {
        return Math.max(time[node], Math.max(event[node], letters[node]));
    }

    /** Entries on a node's output in one round of all steps. */
    long outInOneRound(int node) {
        return cap(time[node] + event[node] + letters[node]);
    }

    /** F of a node: the most that fires in the time step of one entry. */
    int firings(int node) {
        return firings.of(node);
    }

    /** Entries at a node's inputs in the larger of its steps. */
    long inInOneStep(int node) {
        return mostIn[node];
    }

    boolean several(int node) {
        return outInOneStep(node) > 1;
    }

    /** Whether anything reaches the node's inputs in a time step. */
    boolean firesInto(int node) {
        return topology.nodes().get(node).inputs().stream().anyMatch(p -> time[p.node()] > 0);
    }
}
