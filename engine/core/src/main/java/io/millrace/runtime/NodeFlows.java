package io.millrace.runtime;

import io.millrace.operator.Answers;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.Operator;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.util.function.IntToLongFunction;

/**
 * How many entries went into and out of each node, worked out from what is counted anyway: what comes in is what goes out
 * upstream, and a node with one input that answers each entry with one output puts out what came in, less its dead letters. So
 * the commonest nodes count nothing while they work.
 */
public final class NodeFlows {
    /** Where a snapshot of before does not tell the outputs of a node apart. */
    private static final long UNKNOWN = -1;

    private final Topology topology;
    private final NodeCounters[] counters;
    private final long[] in;
    private final long[] out;

    /**
     * Works it out.
     *
     * @param topology of which
     * @param counters by node, taken between two entries
     * @param events   those of a source, by its number
     */
    public NodeFlows(Topology topology, NodeCounters[] counters, IntToLongFunction events) {
        this.topology = topology;
        this.counters = counters;
        in = new long[counters.length];
        out = new long[counters.length];
        int source = 0;
        for (TopologyNode n : topology.nodes()) { // a node stands behind its inputs
            NodeCounters c = counters[n.id()];
            if (n.input() != null) {
                in[n.id()] = events.applyAsLong(source++);
                out[n.id()] = in[n.id()] - c.dead;
            } else if (n.operator() == null) {
                in[n.id()] = c.out;
                out[n.id()] = c.out;
            } else {
                in[n.id()] = into(n);
                out[n.id()] = isTold(n.operator()) ? less(in[n.id()], c.dead) : c.outOfAll();
            }
        }
    }

    /**
     * Counters of a node before it has counted anything, or for a copy.
     *
     * @param n the node
     * @return zero everywhere
     */
    public static NodeCounters zero(TopologyNode n) {
        return new NodeCounters(n.operator() == null ? 1 : n.operator().ports().size());
    }

    private long into(TopologyNode n) {
        long sum = 0;
        for (Port p : n.inputs()) {
            long from = isOne(topology.nodes().get(p.node())) ? out[p.node()] : counters[p.node()].out(p.port());
            if (from == UNKNOWN) {
                return UNKNOWN;
            }
            sum += from;
        }
        return sum;
    }

    private static boolean isOne(TopologyNode n) {
        return n.operator() == null || n.operator().ports().size() == 1;
    }

    private static boolean isTold(Operator<?, ?> o) {
        return o.answers() == Answers.EXACTLY_ONE
                && o.inputs() == 1
                && o.ports().size() == 1;
    }

    private static long less(long in, long dead) {
        return in == UNKNOWN ? UNKNOWN : in - dead;
    }

    /**
     * What came to a node.
     *
     * @param node its id
     * @return over all its inputs; -1 when it is not known
     */
    public long in(int node) {
        return in[node];
    }

    /**
     * What a node passed on.
     *
     * @param node its id
     * @return over all its outputs; -1 when it is not known
     */
    public long out(int node) {
        return out[node];
    }
}
