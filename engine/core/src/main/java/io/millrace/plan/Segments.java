package io.millrace.plan;

import io.millrace.topology.Edge;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The chains of a stage in words: what is called one after another without a fork, from a source, an inbox, a node where
 * streams meet, or the branch of a fork.
 */
final class Segments {
    private final Topology topology;
    private final StagePlan stage;
    private final List<String> lines = new ArrayList<>();

    private Segments(Topology topology, StagePlan stage) {
        this.topology = topology;
        this.stage = stage;
    }

    static List<String> of(Topology topology, StagePlan stage) {
        Segments segments = new Segments(topology, stage);
        for (int source : stage.sources()) {
            segments.behind(new StringBuilder("from " + segments.name(source) + ":"), new Port(source, 0));
        }
        for (int id : stage.nodes()) {
            if (segments.begins(id)) {
                boolean enters = topology.nodes().get(id).isEntrance();
                String how = enters
                        ? "in each shard, "
                        : stage.inbox(id) != null ? "from the inbox of " : "from where streams meet, ";
                segments.node(new StringBuilder(how + segments.name(id) + ":"), id);
            }
        }
        return segments.lines;
    }

    private String name(int id) {
        return topology.nodes().get(id).name();
    }

    /** Whether a node is called from several places, or from none but its inbox. */
    private boolean begins(int id) {
        TopologyNode n = topology.nodes().get(id);
        return n.isEntrance() || stage.inbox(id) != null || n.inputs().size() > 1;
    }

    private void node(StringBuilder line, int id) {
        TopologyNode n = topology.nodes().get(id);
        line.append(' ').append(n.name());
        if (n.output() != null) {
            lines.add(line.toString());
        } else if (n.types().size() == 1) {
            behind(line, new Port(id, 0));
        } else {
            lines.add(line.toString());
            for (int port = 0; port < n.types().size(); port++) {
                String of = n.name() + "." + n.operator().ports().get(port);
                behind(new StringBuilder("from " + of + ":"), new Port(id, port));
            }
        }
    }

    private void behind(StringBuilder line, Port port) {
        List<Edge> edges = topology.edgesFrom(port.node(), port.port());
        if (topology.nodes().get(port.node()).isRoot()) {
            edges = edges.stream().filter(e -> stage.nodes().contains(e.to())).toList();
        }
        if (edges.isEmpty()) {
            lines.add(line.append(" dropped").toString());
        } else if (edges.size() == 1) {
            along(line, edges.get(0));
        } else {
            lines.add(line.append(" fork of ").append(edges.size()).toString());
            for (int i = 0; i < edges.size(); i++) {
                along(new StringBuilder("from " + name(port.node()) + ", branch " + (i + 1) + ":"), edges.get(i));
            }
        }
    }

    private void along(StringBuilder line, Edge e) {
        if (!stage.nodes().contains(e.to())) {
            lines.add(line.append(" ring to ").append(name(e.to())).toString());
        } else if (begins(e.to())) {
            lines.add(line.append(" to ").append(name(e.to())).toString());
        } else {
            node(line, e.to());
        }
    }
}
