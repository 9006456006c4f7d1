package io.millrace.runtime;

import io.millrace.event.EntryForm;
import io.millrace.lineage.Explanation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What nodes have said, with the events that were found. */
final class LineageEvents {
    private final Map<Long, LineageStory> stories;

    LineageEvents(Map<Long, LineageStory> stories) {
        this.stories = stories;
    }

    List<Explanation.Part> parts(AccountBook book) {
        List<Explanation.Part> parts = new ArrayList<>();
        for (AccountBook.Line l : book.lines()) {
            parts.add(
                    l.part() != null
                            ? new Explanation.Part(l.name(), null, parts(l.part()), null, 0)
                            : new Explanation.Part(
                                    l.name(),
                                    l.value(),
                                    List.of(),
                                    events(l),
                                    l.sought() == null ? 0 : l.sought().left()));
        }
        return List.copyOf(parts);
    }

    private List<Explanation.Event> events(AccountBook.Line l) {
        if (l.sought() == null) {
            return null;
        }
        List<Explanation.Event> events = new ArrayList<>();
        for (Sought.Found f : l.sought().found()) {
            Act a = f.act();
            events.add(new Explanation.Event(a.entry, form(a), a.timeNs, a.isEvent ? null : a.text, step(f)));
        }
        if (events.isEmpty() && l.event() != null) {
            events.add(new Explanation.Event(null, null, Explanation.NO_TIME, l.event(), 0));
        }
        return List.copyOf(events);
    }

    private int step(Sought.Found f) {
        LineageStory story = stories.get(f.sequence());
        Act a = story == null ? null : story.at(f.act().index);
        return a == null || !a.matters || a.from == null ? 0 : a.from.number;
    }

    /** Null of an insert. */
    static String form(Act a) {
        return a.form == EntryForm.INSERT ? null : a.form.name().toLowerCase(java.util.Locale.ROOT);
    }
}
