package io.millrace.topology;

import io.millrace.event.EventType;
import io.millrace.event.Input;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The topology as a drawing or as data: Mermaid, DOT, JSON. */
final class Drawing {
    private final Topology topology;
    private final EdgeNotes notes;
    private final StringBuilder out = new StringBuilder();

    private Drawing(Topology topology) {
        this.topology = topology;
        this.notes = new EdgeNotes(topology);
    }

    static String mermaid(Topology t) {
        return new Drawing(t).mermaid();
    }

    static String dot(Topology t) {
        return new Drawing(t).dot();
    }

    static String json(Topology t) {
        return new Drawing(t).json();
    }

    // ---- Mermaid

    private String mermaid() {
        out.append("flowchart LR\n");
        for (TopologyNode n : topology.nodes()) {
            String label = label(n, "<br/>", Drawing::inMermaid);
            String shape = switch (n.kind()) {
                case SOURCE, LETTERS -> "([" + label + "])";
                case SINK -> "[[" + label + "]]";
                case OPERATOR -> "[" + label + "]";
            };
            out.append("  n").append(n.id()).append(shape).append('\n');
        }
        for (Edge e : topology.edges()) {
            out.append("  n").append(e.from()).append(" --> ");
            String note = note(e, "<br/>", Drawing::inMermaid);
            out.append(note.isEmpty() ? "" : "|\"" + note + "\"| ");
            out.append('n').append(e.to()).append('\n');
        }
        return out.toString();
    }

    /** What Mermaid would read as the end of a text, as an entity or as a tag is written as an entity of its own. */
    private static String inMermaid(String text) {
        return Names.printable(text)
                .replace("#", "#35;")
                .replace("\"", "#quot;")
                .replace("<", "#lt;")
                .replace(">", "#gt;");
    }

    // ---- DOT

    private String dot() {
        out.append("digraph \"").append(inDot(topology.name())).append("\" {\n  rankdir=LR;\n");
        for (TopologyNode n : topology.nodes()) {
            String shape = n.kind() == TopologyNode.Kind.OPERATOR ? "box" : "ellipse";
            out.append("  n").append(n.id()).append(" [shape=").append(shape).append(", label=");
            out.append(label(n, "\\n", Drawing::inDot)).append("];\n");
        }
        for (Edge e : topology.edges()) {
            out.append("  n").append(e.from()).append(" -> n").append(e.to());
            out.append(" [label=\"").append(note(e, "\\n", Drawing::inDot)).append("\"];\n");
        }
        return out.append("}\n").toString();
    }

    private static String inDot(String text) {
        return Names.printable(text).replace("\\", "\\\\").replace("\"", "\\\"");
    }

    // ---- JSON

    private String json() {
        out.append("{\"topology\": ").append(inJson(topology.name())).append(", \"nodes\": [");
        for (TopologyNode n : topology.nodes()) {
            jsonNode(n);
        }
        out.append("\n], \"edges\": [");
        String separator = "\n";
        for (Edge e : topology.edges()) {
            out.append(separator);
            jsonEdge(e);
            separator = ",\n";
        }
        return out.append("\n]}\n").toString();
    }

    private void jsonNode(TopologyNode n) {
        out.append(n.id() == 0 ? "\n" : ",\n").append("  {\"id\": ").append(n.id());
        field("name", n.name());
        field("word", n.word());
        if (n.key() != null) {
            field("key", n.key().kind());
        }
        if (n.thread() != null) {
            field("thread", n.thread());
        }
        if (n.section() != null && !n.isEntrance()) {
            field("parallel", n.section());
        }
        field("site", n.site());
        if (n.input() != null) {
            jsonInput(n.input());
        }
        if (n.operator() != null) {
            if (n.operator().latenessNs() > 0) {
                out.append(", \"latenessNs\": ").append(n.operator().latenessNs());
            }
            settings(n.operator().settings());
        }
        budgets(n);
        if (!n.dependsOn().isEmpty()) {
            out.append(n.dependsOn().stream()
                    .map(o -> inJson(o.text()))
                    .collect(Collectors.joining(", ", ", \"dependsOn\": [", "]")));
        }
        out.append('}');
    }

    private void jsonInput(Input<?> in) {
        field("type", in.type().name());
        if (in.hasEventTime()) {
            field("eventTime", in.isTimeInHeader() ? "header" : "event");
            out.append(", \"disorderNs\": ").append(in.disorderNs());
        }
    }

    /** By the number of an output, as edges have it. */
    private void budgets(TopologyNode n) {
        String budgets = IntStream.range(0, n.types().size())
                .filter(port -> n.budgetNs(port) > 0)
                .mapToObj(port -> "{\"port\": " + port + ", \"withinNs\": " + n.budgetNs(port) + "}")
                .collect(Collectors.joining(", "));
        if (!budgets.isEmpty()) {
            out.append(", \"budgets\": [").append(budgets).append(']');
        }
    }

    private void jsonEdge(Edge e) {
        Port from = new Port(e.from(), e.port());
        out.append("  {\"from\": ").append(e.from()).append(", \"port\": ").append(e.port());
        if (!notes.port(from).isEmpty()) {
            field("portName", notes.port(from));
        }
        out.append(", \"to\": ").append(e.to()).append(", \"input\": ").append(e.input());
        field("type", type(e));
        if (notes.latenessNs(from) > 0) {
            out.append(", \"progressLessNs\": ").append(notes.latenessNs(from));
        }
        out.append('}');
    }

    private void settings(Map<String, String> settings) {
        out.append(", \"settings\": {");
        String separator = "";
        for (Map.Entry<String, String> s : settings.entrySet()) {
            out.append(separator).append(inJson(s.getKey())).append(": ").append(inJson(s.getValue()));
            separator = ", ";
        }
        out.append('}');
    }

    private void field(String name, String value) {
        out.append(", ").append(inJson(name)).append(": ").append(inJson(value));
    }

    private static String inJson(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }

    // ---- what all of them show

    private static String label(TopologyNode n, String lineBreak, UnaryOperator<String> escaped) {
        StringBuilder label = new StringBuilder("\"");
        if (n.kind() == TopologyNode.Kind.OPERATOR && !n.name().startsWith(n.word())) {
            label.append(escaped.apply(n.word())).append(lineBreak);
        }
        label.append(escaped.apply(n.name()));
        if (n.thread() != null) {
            label.append(lineBreak).append("thread ").append(escaped.apply(n.thread()));
        }
        return label.append('"').toString();
    }

    private String note(Edge e, String lineBreak, UnaryOperator<String> escaped) {
        Port from = new Port(e.from(), e.port());
        StringBuilder note = new StringBuilder(escaped.apply(notes.port(from)));
        if (note.length() > 0 && !type(e).isEmpty()) {
            note.append(": ");
        }
        note.append(escaped.apply(type(e)));
        if (notes.latenessNs(from) > 0) {
            note.append(note.length() > 0 ? lineBreak : "").append("progress less ");
            note.append(Duration.ofNanos(notes.latenessNs(from)));
        }
        return note.toString();
    }

    private String type(Edge e) {
        EventType<?> type = topology.nodes().get(e.from()).types().get(e.port());
        return type == null ? "" : type.name();
    }
}
