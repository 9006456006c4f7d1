package io.millrace.lineage;

import io.millrace.lineage.Explanation.Entry;
import io.millrace.lineage.Explanation.Event;
import io.millrace.lineage.Explanation.Part;
import io.millrace.lineage.Explanation.Put;
import io.millrace.lineage.Explanation.Step;
import io.millrace.lineage.Explanation.Story;
import io.millrace.lineage.Explanation.Took;
import java.util.List;
import java.util.stream.Collectors;

/** An explanation for people. */
final class ExplanationText {
    /** Of one list; the JSON form has all. */
    private static final int EVENTS_MOST = 1_000;

    private final Explanation of;
    private final StringBuilder out = new StringBuilder();
    private Story story;

    ExplanationText(Explanation of) {
        this.of = of;
    }

    String text() {
        Story own = of.stories().get(of.stories().size() - 1);
        line(0, "output " + of.id() + " of topology " + of.topology());
        boolean fired = own.steps().stream().anyMatch(s -> s.due() != Explanation.NO_TIME);
        line(
                0,
                (fired ? "came out at " : "caused by ")
                        + entry(own.entry())
                        + (fired ? ", when something was due" : ""));
        for (Story s : of.stories()) {
            out.append('\n');
            line(0, "at " + entry(s.entry()));
            story = s;
            s.steps().forEach(this::step);
        }
        return out.toString();
    }

    private void step(Step s) {
        String where = s.site().isEmpty() ? s.word() : s.word() + ", " + s.site();
        line(1, s.number() + "  " + s.node() + " (" + where + ")" + (s.key() == null ? "" : ", key " + s.key()));
        if (!s.took().isEmpty()) {
            line(3, "took " + s.took().stream().map(ExplanationText::took).collect(Collectors.joining(", ")));
        }
        if (s.due() != Explanation.NO_TIME) {
            line(
                    3,
                    "fired, due " + Explanation.time(s.due())
                            + (s.held() < 0 ? "" : ", the event of entry " + s.held()));
        }
        s.said().forEach(p -> part(3, p));
        put(s.put(), isPassedOn(s));
    }

    private static String took(Took t) {
        String from = t.from() == 0 ? "what came from elsewhere" : "what " + t.from() + " put out";
        return t.input() == 0 ? from : from + " by input " + t.input();
    }

    /** What a step took from one other goes out as it came in. */
    private boolean isPassedOn(Step s) {
        int from = s.took().isEmpty() ? 0 : s.took().get(0).from();
        Put before = from == 0 ? null : story.steps().get(from - 1).put();
        return before != null
                && before.event().equals(s.put().event())
                && before.timeNs() == s.put().timeNs();
    }

    private void put(Put p, boolean passedOn) {
        String port = p.port() == null ? "" : " to " + p.port();
        String form = p.form() == null ? "" : ", a " + p.form();
        String what = passedOn ? " the same" : " at " + Explanation.time(p.timeNs()) + form + ": " + p.event();
        line(3, "put out" + port + what);
        if (p.bytes() != null) {
            line(3, "bytes " + p.bytes());
        }
    }

    private void part(int depth, Part p) {
        if (p.value() != null) {
            line(depth, p.name() + " " + p.value());
        } else if (p.events() == null) {
            line(depth, p.name());
            p.parts().forEach(sub -> part(depth + 1, sub));
        } else {
            events(depth, p);
        }
    }

    private void events(int depth, Part p) {
        List<Event> all = p.events();
        line(
                depth,
                p.name() + ": " + (all.isEmpty() ? "none" : all.size() == 1 ? "1 event" : all.size() + " events")
                        + (p.left() == 0 ? "" : ", and " + p.left() + " before them, which are not kept"));
        int left = Math.max(0, all.size() - EVENTS_MOST);
        all.subList(0, all.size() - left).forEach(e -> line(depth + 1, event(e)));
        if (left > 0) {
            line(depth + 1, "and " + left + " more, which the JSON form has");
        }
    }

    private String event(Event e) {
        String form = e.form() == null ? "" : " (a " + e.form() + ")";
        if (e.entry() == null) {
            return "from no entry that is there" + form + ": " + e.event();
        }
        boolean here = e.entry().sequence() == story.entry().sequence();
        String entry = here ? "this entry" : entry(e.entry());
        if (e.event() == null) {
            return entry + form;
        }
        String step = e.step() == 0 ? "" : ", step " + e.step();
        return entry + step + form + " -> at " + Explanation.time(e.timeNs()) + ": " + e.event();
    }

    private static String entry(Entry e) {
        return "entry " + e.sequence() + ", " + e.kind()
                + (e.input() == null ? "" : " of " + e.input())
                + (e.timeNs() == Explanation.NO_TIME ? "" : " at " + Explanation.time(e.timeNs()))
                + (e.event() == null ? "" : ": " + e.event());
    }

    private void line(int depth, String text) {
        out.append("  ".repeat(depth)).append(text).append('\n');
    }
}
