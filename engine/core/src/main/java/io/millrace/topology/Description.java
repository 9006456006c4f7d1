package io.millrace.topology;

import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.operator.Outside;
import java.time.Duration;
import java.util.Map;

/** The topology as text. */
final class Description {
    private final Topology topology;
    private final EdgeNotes notes;
    private final StringBuilder out = new StringBuilder();

    private Description(Topology topology) {
        this.topology = topology;
        this.notes = new EdgeNotes(topology);
    }

    static String text(Topology t) {
        return new Description(t).text();
    }

    private String text() {
        out.append("topology ").append(topology.name()).append('\n');
        for (TopologyNode n : topology.nodes()) {
            out.append("  ").append(n.name()).append(": ").append(n.word());
            inputs(n);
            details(n);
            out.append('\n');
        }
        outside();
        return out.toString();
    }

    /** What can make two runs of one log differ. */
    private void outside() {
        String head = "  not a function of the log alone:\n";
        for (TopologyNode n : topology.nodes()) {
            if (!n.dependsOn().isEmpty()) {
                out.append(head).append("    ").append(n.where()).append(" depends on ");
                out.append(String.join(
                        ", ", n.dependsOn().stream().map(Outside::text).toList()));
                out.append('\n');
                head = "";
            }
        }
    }

    private void inputs(TopologyNode n) {
        for (int i = 0; i < n.inputs().size(); i++) {
            Port from = n.inputs().get(i);
            out.append(i == 0 ? " <- " : ", ")
                    .append(topology.nodes().get(from.node()).name());
            String port = notes.port(from);
            out.append(port.isEmpty() ? "" : "." + port);
            long lateNs = notes.latenessNs(from);
            if (lateNs > 0) {
                out.append(" (progress less ").append(Duration.ofNanos(lateNs)).append(')');
            }
        }
    }

    private void details(TopologyNode n) {
        Input<?> in = n.input();
        if (in != null) {
            out.append(" ").append(Names.printable(in.type().name()));
            if (in.hasEventTime()) {
                out.append(in.isTimeInHeader() ? ", event time in the header" : ", event time")
                        .append(", disorder ")
                        .append(Duration.ofNanos(in.disorderNs()));
            }
            return;
        }
        if (n.operator() != null) {
            operator(n);
        }
        if (n.key() != null) {
            out.append(", key ").append(n.key().kind());
        }
        if (n.section() != null && !n.isEntrance()) {
            out.append(", parallel in ").append(n.section());
        }
        if (n.thread() != null) {
            out.append(", thread ").append(n.thread());
        }
        if (!n.site().isEmpty()) {
            out.append("  [").append(n.site()).append(']');
        }
    }

    private void operator(TopologyNode n) {
        for (Map.Entry<String, String> s : n.operator().settings().entrySet()) {
            out.append(", ").append(Names.printable(s.getKey())).append(' ').append(Names.printable(s.getValue()));
        }
        if (n.operator().latenessNs() > 0) {
            out.append(", lateness ").append(Duration.ofNanos(n.operator().latenessNs()));
        }
        for (int port = 0; port < n.types().size(); port++) {
            EventType<?> type = n.types().get(port);
            String name = notes.port(new Port(n.id(), port));
            out.append(port == 0 ? " -> " : ", ").append(name.isEmpty() ? "" : name + " ");
            out.append(type == null ? "untyped" : Names.printable(type.name()));
            if (n.budgetNs(port) > 0) {
                out.append(" within ").append(Duration.ofNanos(n.budgetNs(port)));
            }
        }
    }
}
