package io.millrace.engine;

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
final class NodeFlows {
    /** Behind an operator with several outputs: it counts them together. */
    static final long UNKNOWN = -1;

    private final Topology topology;
    private final NodeCounters[] counters;
    private final long[] in;
    private final long[] out;

    /** Of a copy, between two entries; events are those of a source, by its number. */
    NodeFlows(Topology topology, NodeCounters[] counters, IntToLongFunction events) {
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
                out[n.id()] = isTold(n.operator()) ? less(in[n.id()], c.dead) : c.out;
            }
        }
    }

    private long into(TopologyNode n) {
        long sum = 0;
        for (Port p : n.inputs()) {
            Operator<?, ?> from = topology.nodes().get(p.node()).operator();
            if (out[p.node()] == UNKNOWN || from != null && from.ports().size() > 1) {
                return UNKNOWN;
            }
            sum += out[p.node()];
        }
        return sum;
    }

    private static boolean isTold(Operator<?, ?> o) {
        return o.answers() == Answers.EXACTLY_ONE
                && o.inputs() == 1
                && o.ports().size() == 1;
    }

    private static long less(long in, long dead) {
        return in == UNKNOWN ? UNKNOWN : in - dead;
    }

    long in(int node) {
        return in[node];
    }

    long out(int node) {
        return out[node];
    }
}
