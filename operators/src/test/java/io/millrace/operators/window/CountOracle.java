package io.millrace.operators.window;

import io.millrace.event.EntryForm;
import io.millrace.event.Output;
import io.millrace.operators.window.Bar.Ev;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/** Windows of so many events with partial results, as they are defined: a list of events a key, looked at whenever progress moves. */
final class CountOracle {
    /** The window of a key that is not full. */
    private static final class Part {
        private final ArrayList<Ev> events = new ArrayList<>();
        private long dueNs = Long.MAX_VALUE;
        private long set;
        private Bar last;
    }

    private final int size;
    private final long early;
    private final boolean retracts;
    private final Told to;
    private final Map<Long, Part> parts = new TreeMap<>();
    private long sets;

    CountOracle(int size, long early, boolean retracts, Told to) {
        this.size = size;
        this.early = early;
        this.retracts = retracts;
        this.to = to;
    }

    /** Of a whole input. */
    static void answer(int size, long early, boolean retracts, Output<Bar> bars, History input, Expected out) {
        CountOracle oracle = new CountOracle(
                size, early, retracts, (bar, form, stampNs, dueNs) -> out.emit(bars, stampNs, form, bar));
        for (int i = 0; i < input.size(); i++) {
            oracle.fire(input.progressNs(i));
            if (input.step(i).isEvent()) {
                oracle.take(input.event(i), input.progressNs(i));
            }
        }
    }

    void fire(long progressNs) {
        parts.values().stream()
                .filter(p -> p.dueNs <= progressNs)
                .sorted(Comparator.<Part>comparingLong(p -> p.dueNs).thenComparingLong(p -> p.set))
                .forEach(p -> tell(p, p.dueNs, p.dueNs));
    }

    void take(Ev e, long progressNs) {
        Part part = parts.computeIfAbsent(e.key(), k -> new Part());
        part.events.add(e);
        if (part.events.size() == size) {
            tell(part, SlidingCounts.stampNs(e, progressNs), Told.AT_ONCE);
            part.events.clear();
            part.last = null;
        } else if (part.dueNs == Long.MAX_VALUE) {
            long seen = Math.max(progressNs, e.timeNs());
            part.dueNs = (Math.floorDiv(seen, early) + 1) * early;
            part.set = sets++;
        }
    }

    private void tell(Part part, long stampNs, long dueNs) {
        part.dueNs = Long.MAX_VALUE;
        Bar bar = SlidingCounts.bar(part.events, part.last == null ? 0 : part.last.revision() + 1);
        boolean isMoved = part.last != null && (part.last.start() != bar.start() || part.last.end() != bar.end());
        if (part.last != null && (isMoved || retracts)) {
            to.tell(part.last, EntryForm.RETRACTION, stampNs, dueNs);
        }
        boolean replaces = part.last != null && !isMoved && !retracts;
        to.tell(bar, replaces ? EntryForm.REPLACEMENT : EntryForm.INSERT, stampNs, dueNs);
        part.last = bar;
    }
}
