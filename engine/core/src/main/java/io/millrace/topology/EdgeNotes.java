package io.millrace.topology;

import io.millrace.operator.Operator;

/** What listings and drawings say of an edge beside its ends. */
final class EdgeNotes {
    private final Topology topology;
    private final long[] latenessNs;

    EdgeNotes(Topology topology) {
        this.topology = topology;
        this.latenessNs = new long[topology.nodes().size()];
        for (TopologyNode n : topology.nodes()) {
            for (Port p : n.inputs()) {
                latenessNs[n.id()] = Math.max(latenessNs[n.id()], latenessNs[p.node()]);
            }
            if (n.operator() != null) {
                long own = n.operator().latenessNs();
                latenessNs[n.id()] = Math.min(latenessNs[n.id()], Long.MAX_VALUE - own) + own;
            }
        }
    }

    /** The name of an output, where a node has several. */
    String port(Port from) {
        Operator<?, ?> o = topology.nodes().get(from.node()).operator();
        return o == null || o.ports().size() == 1 ? "" : o.ports().get(from.port());
    }

    /** How far progress stands behind that of the sources by the allowed lateness of what is before the edge. */
    long latenessNs(Port from) {
        return latenessNs[from.node()];
    }
}
