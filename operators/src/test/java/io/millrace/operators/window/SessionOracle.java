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

/** Sessions as they are defined: lists of events that are put together when one more leads from one to the other. */
final class SessionOracle implements Trial.Oracle {
    /** What is run. */
    record Spec(long gap, long lateness, int every, boolean onUpdate, boolean retracts) {
        boolean keeps() {
            return lateness > 0 || every > 0 || onUpdate;
        }
    }

    /** One session. */
    private static final class Session {
        private final List<Ev> events = new ArrayList<>();
        private int told;
        private int revision;
        private boolean toldAtEnd;
        private Bar last;

        long first() {
            return events.stream().mapToLong(Ev::timeNs).min().getAsLong();
        }

        long last() {
            return events.stream().mapToLong(Ev::timeNs).max().getAsLong();
        }
    }

    private final Spec spec;
    private final Output<Bar> bars;
    private final Output<Ev> late;
    private List<Session> open;
    private Expected out;

    SessionOracle(Spec spec, Output<Bar> bars, Output<Ev> late) {
        this.spec = spec;
        this.bars = bars;
        this.late = late;
    }

    @Override
    public void answer(History input, Expected expected) {
        open = new ArrayList<>();
        out = expected;
        for (int i = 0; i < input.size(); i++) {
            fire(input.progressNs(i));
            if (input.step(i).isEvent()) {
                take(input.event(i), input.progressNs(i));
            }
        }
    }

    private static long plus(long a, long b) {
        return a > Progress.END - b ? Progress.END : a + b;
    }

    private long close(Session s) {
        return plus(plus(s.last(), spec.gap), 1);
    }

    private void take(Ev e, long progress) {
        if (e.timeNs() < progress && progress - spec.lateness > e.timeNs()) {
            out.emit(late, e.timeNs(), EntryForm.INSERT, Reason.LATE, e);
            return;
        }
        List<Session> joined = open.stream()
                .filter(s -> s.events.get(0).key() == e.key())
                .filter(s -> e.timeNs() >= s.first() - spec.gap && e.timeNs() <= s.last() + spec.gap)
                .sorted(Comparator.comparingLong(Session::first))
                .toList();
        Session session = joined.isEmpty() ? new Session() : joined.get(0);
        if (joined.isEmpty()) {
            open.add(session);
        }
        int before = session.events.size();
        session.events.add(e);
        for (Session other : joined.subList(Math.min(1, joined.size()), joined.size())) {
            session.events.addAll(other.events);
        }
        for (Session other : joined.subList(Math.min(1, joined.size()), joined.size())) {
            if (other.revision > 0) {
                out.emit(bars, plus(session.last(), spec.gap), EntryForm.RETRACTION, other.last);
            }
            open.remove(other);
        }
        boolean over = progress >= close(session);
        session.toldAtEnd &= over;
        boolean due = spec.every > 0 && session.events.size() / spec.every > before / spec.every;
        if (spec.onUpdate || due || over) {
            tell(session);
        }
        session.toldAtEnd |= over;
    }

    private void fire(long progress) {
        while (true) {
            Session s = open.stream()
                    .filter(x -> (x.toldAtEnd ? plus(close(x), spec.lateness) : close(x)) <= progress)
                    .min(Comparator.<Session>comparingLong(x -> x.toldAtEnd ? plus(close(x), spec.lateness) : close(x)))
                    .orElse(null);
            if (s == null) {
                return;
            }
            if (!s.toldAtEnd && s.told != s.events.size()) {
                tell(s);
            }
            if (s.toldAtEnd || plus(close(s), spec.lateness) == close(s)) {
                open.remove(s);
            }
            s.toldAtEnd = true;
        }
    }

    private void tell(Session s) {
        long stamp = plus(s.last(), spec.gap);
        boolean moved = s.last != null && (s.last.start() != s.first() || s.last.end() != s.last() + 1);
        boolean takesBack = s.revision > 0 && (moved || spec.retracts);
        if (takesBack) {
            out.emit(bars, stamp, EntryForm.RETRACTION, s.last);
        }
        Bar bar = Bar.of(s.events.get(0).key(), s.first(), s.last() + 1, s.revision, s.events);
        out.emit(bars, stamp, s.revision > 0 && !takesBack ? EntryForm.REPLACEMENT : EntryForm.INSERT, bar);
        s.last = bar;
        s.revision++;
        s.told = s.events.size();
    }
}
