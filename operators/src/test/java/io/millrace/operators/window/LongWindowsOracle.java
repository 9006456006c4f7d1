package io.millrace.operators.window;

import io.millrace.event.EntryForm;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operators.window.Bar.Ev;
import io.millrace.testkit.oracle.Trial;
import io.millrace.time.Progress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Windows that follow each other without a size of their own, as they are defined: a list of events for each. */
final class LongWindowsOracle {
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
        private long set;
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
    private final Told to;
    private final List<Win> open = new ArrayList<>();
    private long[] nextEmpty;
    private long sets;

    LongWindowsOracle(Bounds bounds, How how, Told to) {
        this.bounds = bounds;
        this.how = how;
        this.to = to;
    }

    /** Of a whole input. */
    static Trial.Oracle of(Bounds bounds, How how, Output<Bar> bars) {
        return (input, out) -> {
            LongWindowsOracle oracle = new LongWindowsOracle(
                    bounds, how, (bar, form, stampNs, dueNs) -> out.emit(bars, stampNs, form, bar));
            for (int i = 0; i < input.size(); i++) {
                oracle.fire(input.progressNs(i));
                if (input.step(i).isEvent()) {
                    if (!oracle.take(input.event(i), input.progressNs(i))) {
                        out.letter(i, "windows", Reason.LATE);
                    }
                    oracle.fire(input.progressNs(i)); // what is due at once
                }
            }
        };
    }

    /** Answers false where the event is late. */
    boolean take(Ev e, long progressNs) {
        long[] of = bounds.of(e.timeNs());
        if (Window.forgetNs(of[1], how.latenessNs()) <= progressNs) {
            return false;
        }
        nextEmpty = how.empty() && nextEmpty == null ? of : nextEmpty;
        Win w = open.stream()
                .filter(x -> x.key == e.key() && x.startNs == of[0])
                .findAny()
                .orElseGet(() -> begun(new Win(e.key(), of), e.timeNs(), progressNs));
        w.events.add(e);
        boolean isDue = how.every() > 0 && w.events.size() % how.every() == 0;
        if (how.onUpdate() || isDue || progressNs >= w.endNs) {
            tell(w, w.startNs == Long.MIN_VALUE ? Math.max(e.timeNs(), progressNs) : w.endNs - 1, Told.AT_ONCE);
        }
        return true;
    }

    private Win begun(Win w, long eventNs, long progressNs) {
        open.add(w);
        w.isOver = progressNs >= w.endNs;
        w.dueNs = momentNs(w, w.startNs == Long.MIN_VALUE ? Math.max(eventNs, progressNs) : progressNs);
        w.set = sets++;
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

    void fire(long progressNs) {
        while (true) {
            Win w = open.stream()
                    .filter(x -> !x.isOver && x.dueNs <= progressNs)
                    .min(Comparator.<Win>comparingLong(x -> x.dueNs).thenComparingLong(x -> x.set))
                    .orElse(null);
            if (nextEmpty != null && emptyIsNext(w, progressNs)) {
                Bar empty = Bar.of(0, nextEmpty[0], nextEmpty[1], 0, List.of());
                to.tell(empty, EntryForm.INSERT, nextEmpty[1] - 1, nextEmpty[1]);
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
            tell(w, w.dueNs < w.endNs ? w.dueNs : w.endNs - 1, w.dueNs);
        }
        if (w.dueNs < w.endNs) {
            w.dueNs = momentNs(w, progressNs);
            w.set = sets++;
            return;
        }
        w.isOver = true;
        if (how.empty()) {
            open.remove(w);
            nextEmpty = nextEmpty[0] == w.startNs ? bounds.of(w.endNs) : nextEmpty;
        }
    }

    private void tell(Win w, long stampNs, long dueNs) {
        int revision = w.last == null ? 0 : w.last.revision() + 1;
        if (how.retracts() && w.last != null) {
            to.tell(w.last, EntryForm.RETRACTION, stampNs, dueNs);
        }
        w.last = Bar.of(w.key, w.startNs, w.endNs, revision, w.events);
        to.tell(w.last, Bar.form(revision, how.retracts()), stampNs, dueNs);
        w.told = w.events.size();
    }
}
