package io.millrace.runtime;

import io.millrace.event.EventType;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;

/**
 * Which streams may carry values with a cursor: those whose type has one, and those without a type (records of views, shapes)
 * that are made of such. A value of a type without a cursor holds no view of one.
 */
final class Cursors {
    private final Topology topology;
    private final boolean[] anyInput;

    Cursors(Topology topology) {
        this.topology = topology;
        this.anyInput = new boolean[topology.nodes().size()];
        for (TopologyNode n : topology.nodes()) { // a node stands behind its inputs
            for (Port p : n.inputs()) {
                anyInput[n.id()] |= at(p.node(), p.port());
            }
        }
    }

    boolean at(int node, int port) {
        EventType<?> type = topology.nodes().get(node).types().get(port);
        return type == null ? anyInput[node] : type.hasCursor();
    }

    /** Whether an input of a node may get one. */
    boolean into(TopologyNode node, int input) {
        Port p = node.inputs().get(input);
        return at(p.node(), p.port());
    }
}
