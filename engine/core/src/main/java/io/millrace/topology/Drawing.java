package io.millrace.topology;

import io.millrace.event.EventType;
import java.util.Map;

/** The topology as a drawing or as data: Mermaid, DOT, JSON. */
final class Drawing {
    private Drawing() {}

    static String mermaid(Topology t) {
        StringBuilder out = new StringBuilder("flowchart LR\n");
        for (TopologyNode n : t.nodes()) {
            String label = quoted(label(n, "<br/>"));
            String shape = switch (n.kind()) {
                case SOURCE -> "([" + label + "])";
                case SINK -> "[[" + label + "]]";
                case OPERATOR -> "[" + label + "]";
            };
            out.append("  n").append(n.id()).append(shape).append('\n');
        }
        for (Edge e : t.edges()) {
            out.append("  n").append(e.from()).append(" --> ");
            String type = type(t, e);
            if (!type.isEmpty()) {
                out.append('|').append(quoted(type)).append("| ");
            }
            out.append('n').append(e.to()).append('\n');
        }
        return out.toString();
    }

    static String dot(Topology t) {
        StringBuilder out =
                new StringBuilder("digraph ").append(quoted(t.name())).append(" {\n  rankdir=LR;\n");
        for (TopologyNode n : t.nodes()) {
            String shape = n.kind() == TopologyNode.Kind.OPERATOR ? "box" : "ellipse";
            out.append("  n").append(n.id()).append(" [shape=").append(shape).append(", label=");
            out.append(quoted(label(n, "\\n"))).append("];\n");
        }
        for (Edge e : t.edges()) {
            out.append("  n").append(e.from()).append(" -> n").append(e.to());
            out.append(" [label=").append(quoted(type(t, e))).append("];\n");
        }
        return out.append("}\n").toString();
    }

    static String json(Topology t) {
        StringBuilder out =
                new StringBuilder("{\"topology\": ").append(escaped(t.name())).append(", \"nodes\": [");
        for (TopologyNode n : t.nodes()) {
            out.append(n.id() == 0 ? "\n" : ",\n").append("  {\"id\": ").append(n.id());
            field(out, "name", n.name());
            field(out, "word", n.word());
            if (n.key() != null) {
                field(out, "key", n.key().kind());
            }
            if (n.thread() != null) {
                field(out, "thread", n.thread());
            }
            field(out, "site", n.site());
            if (n.operator() != null) {
                settings(out, n.operator().settings());
            }
            out.append('}');
        }
        out.append("\n], \"edges\": [");
        String separator = "\n";
        for (Edge e : t.edges()) {
            out.append(separator)
                    .append("  {\"from\": ")
                    .append(e.from())
                    .append(", \"port\": ")
                    .append(e.port());
            out.append(", \"to\": ").append(e.to()).append(", \"input\": ").append(e.input());
            field(out, "type", type(t, e));
            out.append('}');
            separator = ",\n";
        }
        return out.append("\n]}\n").toString();
    }

    private static void settings(StringBuilder out, Map<String, String> settings) {
        out.append(", \"settings\": {");
        String separator = "";
        for (Map.Entry<String, String> s : settings.entrySet()) {
            out.append(separator).append(escaped(s.getKey())).append(": ").append(escaped(s.getValue()));
            separator = ", ";
        }
        out.append('}');
    }

    private static void field(StringBuilder out, String name, String value) {
        out.append(", ").append(escaped(name)).append(": ").append(escaped(value));
    }

    private static String label(TopologyNode n, String lineBreak) {
        return n.kind() == TopologyNode.Kind.OPERATOR && !n.name().startsWith(n.word())
                ? n.word() + lineBreak + n.name()
                : n.name();
    }

    private static String type(Topology t, Edge e) {
        EventType<?> type = t.nodes().get(e.from()).types().get(e.port());
        return type == null ? "" : type.name();
    }

    /** For Mermaid and DOT: line breaks of theirs stay, quotes do not. */
    private static String quoted(String text) {
        return '"' + text.replace('"', '\'') + '"';
    }

    private static String escaped(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
