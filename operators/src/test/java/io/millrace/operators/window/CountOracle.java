package io.millrace.operators.window;

import io.millrace.event.EntryForm;
import io.millrace.event.Output;
import io.millrace.operators.window.Bar.Ev;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Trial;
import io.millrace.time.Progress;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;

/** Windows of so many events with partial results, as they are defined: a list of events a key, looked at whenever progress moves. */
record CountOracle(int size, long early, boolean retracts, Output<Bar> bars) implements Trial.Oracle {
    /** The window of a key that is not full. */
    private static final class Part {
        private final ArrayList<Ev> events = new ArrayList<>();
        private long dueNs = Long.MAX_VALUE;
        private Bar last;
    }

    @Override
    public void answer(History input, Expected out) {
        Map<Long, Part> parts = new TreeMap<>();
        for (int i = 0; i < input.size(); i++) {
            long progress = input.progressNs(i);
            for (Part part : parts.values()) {
                if (part.dueNs <= progress) {
                    tell(out, part, part.dueNs);
                }
            }
            if (input.step(i).isEvent()) {
                take(
                        out,
                        parts.computeIfAbsent(((Ev) input.event(i)).key(), k -> new Part()),
                        input.event(i),
                        progress);
            }
        }
    }

    private void take(Expected out, Part part, Ev e, long progress) {
        part.events.add(e);
        if (part.events.size() == size) {
            tell(out, part, progress == Progress.END ? e.timeNs() : Math.max(e.timeNs(), progress));
            part.events.clear();
            part.last = null;
        } else if (part.dueNs == Long.MAX_VALUE) {
            long seen = Math.max(progress, e.timeNs());
            part.dueNs = (Math.floorDiv(seen, early) + 1) * early;
        }
    }

    private void tell(Expected out, Part part, long stamp) {
        part.dueNs = Long.MAX_VALUE;
        Bar bar = SessionAndCountRandomTest.count(part.events, part.last == null ? 0 : part.last.revision() + 1);
        boolean isMoved = part.last != null && (part.last.start() != bar.start() || part.last.end() != bar.end());
        if (part.last != null && (isMoved || retracts)) {
            out.emit(bars, stamp, EntryForm.RETRACTION, part.last);
        }
        boolean replaces = part.last != null && !isMoved && !retracts;
        out.emit(bars, stamp, replaces ? EntryForm.REPLACEMENT : EntryForm.INSERT, bar);
        part.last = bar;
    }
}
