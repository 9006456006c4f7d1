package io.millrace.operators.window;

import io.millrace.operators.window.Bar.Ev;
import io.millrace.time.Progress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The last so many events of a key after every so many, as they are defined: a list of events a key. */
final class SlidingCounts {
    private final int size;
    private final int step;
    private final Map<Long, List<Ev>> events = new HashMap<>();

    SlidingCounts(int size, int step) {
        this.size = size;
        this.step = step;
    }

    /** Takes an event; its result, or null. */
    Bar take(Ev e) {
        List<Ev> own = events.computeIfAbsent(e.key(), k -> new ArrayList<>());
        own.add(e);
        return own.size() % step == 0 ? bar(own.subList(Math.max(0, own.size() - size), own.size()), 0) : null;
    }

    static Bar bar(List<Ev> events, int revision) {
        long first = events.stream().mapToLong(Ev::timeNs).min().getAsLong();
        long last = events.stream().mapToLong(Ev::timeNs).max().getAsLong();
        return Bar.of(events.get(0).key(), first, last + 1, revision, events);
    }

    /** The time of a result that an event brings. */
    static long stampNs(Ev e, long progressNs) {
        return progressNs == Progress.END ? e.timeNs() : Math.max(e.timeNs(), progressNs);
    }
}
