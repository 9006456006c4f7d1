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
import java.util.function.ToLongFunction;

/** Sessions as they are defined: lists of events that are put together when one more leads from one to the other. */
final class SessionOracle implements Trial.Oracle {
    /** What is run. */
    record Spec(long gap, long lateness, int every, boolean onUpdate, long early, boolean retracts) {}

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
    private Told to;
    private List<Session> open = new ArrayList<>();
    private long beforeNs = Long.MIN_VALUE;
    private long dueNs = Told.AT_ONCE;

    SessionOracle(Spec spec, Output<Bar> bars, Output<Ev> late) {
        this.spec = spec;
        this.bars = bars;
        this.late = late;
    }

    /** One that is told of one event after the other. */
    SessionOracle(Spec spec, Told to) {
        this(spec, null, null);
        this.to = to;
    }

    @Override
    public void answer(History input, Expected out) {
        open = new ArrayList<>();
        to = (bar, form, stampNs, due) -> out.emit(bars, stampNs, form, bar);
        beforeNs = Long.MIN_VALUE;
        for (int i = 0; i < input.size(); i++) {
            fire(input.progressNs(i));
            Ev e = input.step(i).isEvent() ? input.event(i) : null;
            if (e != null && !take(e, input.progressNs(i))) {
                out.emit(late, e.timeNs(), EntryForm.INSERT, Reason.LATE, e);
            }
        }
    }

    void fire(long progress) {
        long after = beforeNs;
        fire(progress, s -> due(s, after));
        beforeNs = Math.max(beforeNs, progress);
    }

    private static long plus(long a, long b) {
        return a > Progress.END - b ? Progress.END : a + b;
    }

    private long close(Session s) {
        return plus(plus(s.last(), spec.gap), 1);
    }

    /** The next moment of a session, where none before has been looked at since it changed. */
    private long due(Session s, long after) {
        if (s.toldAtEnd) {
            return plus(close(s), spec.lateness);
        }
        if (spec.early == 0 || s.told == s.events.size()) {
            return close(s);
        }
        long since = Math.max(after, s.first());
        return Math.min(close(s), plus(s.first(), (Math.floorDiv(since - s.first(), spec.early) + 1) * spec.early));
    }

    /** Answers false where the event is late. */
    boolean take(Ev e, long progress) {
        if (e.timeNs() < progress && progress - spec.lateness > e.timeNs()) {
            return false;
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
                to.tell(other.last, EntryForm.RETRACTION, plus(session.last(), spec.gap), dueNs);
            }
            open.remove(other);
        }
        boolean over = progress >= close(session);
        session.toldAtEnd &= over;
        boolean due = spec.every > 0 && session.events.size() / spec.every > before / spec.every;
        if (spec.onUpdate || due || over) {
            tell(session, plus(session.last(), spec.gap));
        }
        session.toldAtEnd |= over;
        return true;
    }

    private void fire(long progress, ToLongFunction<Session> due) {
        while (true) {
            Session s = open.stream()
                    .filter(x -> due.applyAsLong(x) <= progress)
                    .min(Comparator.comparingLong(due))
                    .orElse(null);
            if (s == null) {
                return;
            }
            long ns = due.applyAsLong(s);
            boolean isPartial = ns < close(s);
            if (!s.toldAtEnd && s.told != s.events.size()) {
                dueNs = ns;
                tell(s, isPartial ? ns : plus(s.last(), spec.gap));
                dueNs = Told.AT_ONCE;
            }
            if (!isPartial && (s.toldAtEnd || plus(close(s), spec.lateness) == close(s))) {
                open.remove(s);
            }
            s.toldAtEnd |= !isPartial;
        }
    }

    private void tell(Session s, long stamp) {
        boolean moved = s.last != null && (s.last.start() != s.first() || s.last.end() != s.last() + 1);
        boolean takesBack = s.revision > 0 && (moved || spec.retracts);
        if (takesBack) {
            to.tell(s.last, EntryForm.RETRACTION, stamp, dueNs);
        }
        Bar bar = Bar.of(s.events.get(0).key(), s.first(), s.last() + 1, s.revision, s.events);
        to.tell(bar, s.revision > 0 && !takesBack ? EntryForm.REPLACEMENT : EntryForm.INSERT, stamp, dueNs);
        s.last = bar;
        s.revision++;
        s.told = s.events.size();
    }
}
