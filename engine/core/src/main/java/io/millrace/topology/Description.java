package io.millrace.topology;

import io.millrace.event.EventType;
import io.millrace.event.Input;
import java.time.Duration;
import java.util.Map;

/** The topology as text. */
final class Description {
    private Description() {}

    static String text(Topology t) {
        StringBuilder out = new StringBuilder("topology ").append(t.name()).append('\n');
        for (TopologyNode n : t.nodes()) {
            out.append("  ").append(n.name()).append(": ").append(n.word());
            for (int i = 0; i < n.inputs().size(); i++) {
                out.append(i == 0 ? " <- " : ", ")
                        .append(t.nodes().get(n.inputs().get(i).node()).name());
            }
            details(out, n);
            out.append('\n');
        }
        return out.toString();
    }

    private static void details(StringBuilder out, TopologyNode n) {
        Input<?> in = n.input();
        if (in != null) {
            out.append(" ").append(in.type().name());
            if (in.hasEventTime()) {
                out.append(", event time, disorder ").append(Duration.ofNanos(in.disorderNs()));
            }
            return;
        }
        if (n.operator() != null) {
            for (Map.Entry<String, String> s : n.operator().settings().entrySet()) {
                out.append(", ").append(s.getKey()).append(' ').append(s.getValue());
            }
            EventType<?> type = n.types().get(0);
            out.append(" -> ").append(type == null ? "untyped" : type.name());
        }
        if (n.key() != null) {
            out.append(", key ").append(n.key().kind());
        }
        if (!n.site().isEmpty()) {
            out.append("  [").append(n.site()).append(']');
        }
    }
}
