package io.millrace.lineage;

import io.millrace.lineage.Explanation.Entry;
import io.millrace.lineage.Explanation.Event;
import io.millrace.lineage.Explanation.Part;
import io.millrace.lineage.Explanation.Put;
import io.millrace.lineage.Explanation.Step;
import io.millrace.lineage.Explanation.Story;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** An explanation for programs. What is absent is left out. */
final class ExplanationJson {
    private final Explanation of;
    private final StringBuilder out = new StringBuilder();
    private boolean first = true;

    ExplanationJson(Explanation of) {
        this.of = of;
    }

    String json() {
        object(() -> {
            text("topology", of.topology());
            text("output", of.output());
            number("sequence", of.sequence());
            number("ordinal", of.ordinal());
            list("entries", of.stories(), this::story);
        });
        return out.append('\n').toString();
    }

    private void story(Story s) {
        object(() -> {
            entry(s.entry());
            list("steps", s.steps(), this::step);
        });
    }

    private void entry(Entry e) {
        number("sequence", e.sequence());
        text("kind", e.kind());
        text("input", e.input());
        time("time", e.timeNs());
        text("event", e.event());
    }

    private void step(Step s) {
        object(() -> {
            number("step", s.number());
            text("node", s.node());
            text("word", s.word());
            text("site", s.site());
            text("key", s.key());
            time("due", s.due());
            if (s.held() >= 0) {
                number("held", s.held());
            }
            list(
                    "took",
                    s.took(),
                    t -> object(() -> {
                        number("input", t.input());
                        number("step", t.from());
                    }));
            list("said", s.said(), this::part);
            name("put");
            put(s.put());
        });
    }

    private void put(Put p) {
        object(() -> {
            text("port", p.port());
            text("form", p.form());
            time("time", p.timeNs());
            text("event", p.event());
            text("bytes", p.bytes());
        });
    }

    private void part(Part p) {
        object(() -> {
            text("name", p.name());
            if (p.value() != null) {
                text("value", p.value());
            } else if (p.events() == null) {
                list("parts", p.parts(), this::part);
            } else {
                list("events", p.events(), this::event);
                if (p.left() > 0) {
                    number("left", p.left());
                }
            }
        });
    }

    private void event(Event e) {
        object(() -> {
            if (e.entry() != null) {
                name("entry");
                object(() -> entry(e.entry()));
            }
            text("form", e.form());
            time("time", e.timeNs());
            text("event", e.event());
            if (e.step() > 0) {
                number("step", e.step());
            }
        });
    }

    // ---- how it is written

    private void object(Runnable fields) {
        comma();
        out.append('{');
        first = true;
        fields.run();
        out.append('}');
        first = false;
    }

    private <T> void list(String name, List<T> all, Consumer<T> each) {
        name(name);
        out.append('[');
        first = true;
        all.forEach(each);
        out.append(']');
        first = false;
    }

    private void comma() {
        if (!first) {
            out.append(',');
        }
        first = false;
    }

    private void name(String name) {
        comma();
        quote(name);
        out.append(':');
        first = true;
    }

    private void number(String name, long value) {
        name(name);
        out.append(value);
        first = false;
    }

    private void time(String name, long ns) {
        if (ns != Explanation.NO_TIME) {
            text(name, Explanation.time(ns));
        }
    }

    private void text(String name, String value) {
        if (value != null) {
            name(name);
            quote(value);
            first = false;
        }
    }

    private void quote(String text) {
        out.append('"');
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
        out.append('"');
    }
}
