package io.millrace.operators.window;

import io.millrace.event.EntryForm;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operators.window.Bar.Ev;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Trial;
import io.millrace.time.Progress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Windows that follow each other without a size of their own, as they are defined: a list of events for each. */
final class LongWindowsOracle implements Trial.Oracle {
    /** Which window a time is in. */
    interface Bounds {
        /** Its start and its end. */
        long[] of(long ns);
    }

    /** When results come. */
    record How(long latenessNs, long earlyNs, int every, boolean onUpdate, boolean retracts, boolean empty) {
        /** At the end of each, also where nothing was. */
        static final How ALSO_EMPTY = new How(0, 0, 0, false, false, true);

        boolean counts() {
            return onUpdate || every > 0 || earlyNs > 0;
        }
    }

    /** One window of one key. */
    private static final class Win {
        private final long key;
        private final long startNs;
        private final long endNs;
        private final List<Ev> events = new ArrayList<>();
        private boolean isOver;
        private long dueNs;
        private int told;
        private Bar last;

        Win(long key, long[] bounds) {
            this.key = key;
            startNs = bounds[0];
            endNs = bounds[1];
        }
    }

    private final Bounds bounds;
    private final How how;
    private final Output<Bar> bars;
    private List<Win> open;
    private Expected out;
    private long[] nextEmpty;

    LongWindowsOracle(Bounds bounds, How how, Output<Bar> bars) {
        this.bounds = bounds;
        this.how = how;
        this.bars = bars;
    }

    @Override
    public void answer(History input, Expected expected) {
        open = new ArrayList<>();
        out = expected;
        nextEmpty = null;
        for (int i = 0; i < input.size(); i++) {
            fire(input.progressNs(i));
            if (input.step(i).isEvent()) {
                take(i, input.event(i), input.progressNs(i));
                fire(input.progressNs(i)); // what is due at once
            }
        }
    }

    private void take(int at, Ev e, long progressNs) {
        long[] of = bounds.of(e.timeNs());
        if (Window.forgetNs(of[1], how.latenessNs()) <= progressNs) {
            out.letter(at, "windows", Reason.LATE);
            return;
        }
        nextEmpty = how.empty() && nextEmpty == null ? of : nextEmpty;
        Win w = open.stream()
                .filter(x -> x.key == e.key() && x.startNs == of[0])
                .findAny()
                .orElseGet(() -> begun(new Win(e.key(), of), e.timeNs(), progressNs));
        w.events.add(e);
        boolean isDue = how.every() > 0 && w.events.size() % how.every() == 0;
        if (how.onUpdate() || isDue || progressNs >= w.endNs) {
            tell(w, w.startNs == Long.MIN_VALUE ? Math.max(e.timeNs(), progressNs) : w.endNs - 1);
        }
    }

    private Win begun(Win w, long eventNs, long progressNs) {
        open.add(w);
        w.isOver = progressNs >= w.endNs;
        w.dueNs = momentNs(w, w.startNs == Long.MIN_VALUE ? Math.max(eventNs, progressNs) : progressNs);
        return w;
    }

    /** The first moment for a partial result behind a time: counted from the start, or from the epoch where there is none. */
    private long momentNs(Win w, long behindNs) {
        if (how.earlyNs() == 0) {
            return w.endNs;
        }
        long fromNs = w.startNs == Long.MIN_VALUE ? 0 : w.startNs;
        long seenNs = Math.max(behindNs, w.startNs);
        long ns = fromNs + (Math.floorDiv(seenNs - fromNs, how.earlyNs()) + 1) * how.earlyNs();
        return seenNs >= w.endNs ? w.endNs : Math.min(ns, w.endNs);
    }

    private void fire(long progressNs) {
        while (true) {
            Win w = open.stream()
                    .filter(x -> !x.isOver && x.dueNs <= progressNs)
                    .min(Comparator.comparingLong(x -> x.dueNs))
                    .orElse(null);
            if (nextEmpty != null && emptyIsNext(w, progressNs)) {
                out.emit(bars, nextEmpty[1] - 1, Bar.of(0, nextEmpty[0], nextEmpty[1], 0, List.of()));
                nextEmpty = bounds.of(nextEmpty[1]);
            } else if (w == null) {
                return;
            } else {
                fire(w, progressNs);
            }
        }
    }

    /** Whether a period has ended in which nothing was, with one in front of it and one behind it, or time that goes on. */
    private boolean emptyIsNext(Win w, long progressNs) {
        boolean isThere = open.stream().anyMatch(x -> x.startNs == nextEmpty[0]);
        boolean goesOn = progressNs < Progress.END || open.stream().anyMatch(x -> x.startNs >= nextEmpty[0]);
        return !isThere && goesOn && nextEmpty[1] <= progressNs && (w == null || nextEmpty[1] < w.dueNs);
    }

    private void fire(Win w, long progressNs) {
        if (!how.counts() || w.events.size() != w.told) {
            tell(w, w.dueNs < w.endNs ? w.dueNs : w.endNs - 1);
        }
        if (w.dueNs < w.endNs) {
            w.dueNs = momentNs(w, progressNs);
            return;
        }
        w.isOver = true;
        if (how.empty()) {
            open.remove(w);
            nextEmpty = nextEmpty[0] == w.startNs ? bounds.of(w.endNs) : nextEmpty;
        }
    }

    private void tell(Win w, long stampNs) {
        int revision = w.last == null ? 0 : w.last.revision() + 1;
        if (how.retracts() && w.last != null) {
            out.emit(bars, stampNs, EntryForm.RETRACTION, w.last);
        }
        w.last = Bar.of(w.key, w.startNs, w.endNs, revision, w.events);
        out.emit(bars, stampNs, Bar.form(revision, how.retracts()), w.last);
        w.told = w.events.size();
    }
}
