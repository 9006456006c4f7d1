package io.millrace.operators.window;

import io.millrace.event.EntryForm;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operators.window.Bar.Ev;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Trial;
import io.millrace.time.Progress;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Windows over periods as they are defined: a list of events for each window, each result gathered anew. */
final class PeriodOracle implements Trial.Oracle {
    /** What is run. */
    record Spec(
            long size,
            long step,
            long offset,
            long lateness,
            long early,
            int every,
            boolean onUpdate,
            boolean retracts,
            boolean empty,
            boolean keyed,
            boolean table) {
        /** The same with keys, and empty periods of those of a table. */
        Spec keyed(boolean ofTable) {
            int n = ofTable ? 0 : 1;
            return new Spec(
                    size,
                    step,
                    offset,
                    lateness,
                    n * early,
                    n * every,
                    onUpdate && !ofTable,
                    retracts,
                    ofTable,
                    true,
                    ofTable);
        }

        boolean counts() {
            return onUpdate || every > 0 || early > 0;
        }
    }

    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger END = BigInteger.valueOf(Progress.END);

    /** One window of one key. */
    private static final class Win {
        private final long key;
        private final long start;
        private final List<Ev> events = new ArrayList<>();
        private int told;
        private int revision;
        private long due;
        private long order;
        private Bar last;

        Win(long key, long start) {
            this.key = key;
            this.start = start;
        }
    }

    private final Spec spec;
    private final Output<Bar> bars;
    private final Output<Ev> late;
    private Told to;
    private long dueNs = Told.AT_ONCE;

    /** A row of the table: it takes its key away when its value is 0. */
    record Row(long key, long value, long timeNs) {}

    /** A key of the table: until when it was there, as the start of the last period it has; null while it is. */
    private static final class Declared {
        private final long key;
        private Long last;

        Declared(long key) {
            this.key = key;
        }
    }

    private List<Declared> declared = new ArrayList<>();
    private Set<List<Long>> toldEmpty = new HashSet<>();
    private Set<List<Long>> toldFull = new HashSet<>();
    private BigInteger newestEvent;
    private List<Win> open = new ArrayList<>();
    private long order;
    private BigInteger firstEmpty;
    private BigInteger nextEmpty;

    PeriodOracle(Spec spec, Output<Bar> bars, Output<Ev> late) {
        this.spec = spec;
        this.bars = bars;
        this.late = late;
    }

    /** One that is told of one event after the other. */
    PeriodOracle(Spec spec, Told to) {
        this(spec, null, null);
        this.to = to;
    }

    @Override
    public void answer(History input, Expected out) {
        open = new ArrayList<>();
        order = 0;
        to = (bar, form, stampNs, due) -> out.emit(bars, stampNs, form, bar);
        nextEmpty = null;
        declared = new ArrayList<>();
        toldEmpty = new HashSet<>();
        toldFull = new HashSet<>();
        newestEvent = null;
        for (int i = 0; i < input.size(); i++) {
            fire(input.progressNs(i));
            if (spec.table && input.step(i).isEvent() && input.step(i).port() == 1) {
                take((Row) input.event(i), input.progressNs(i));
            } else if (input.step(i).isEvent()) {
                Ev e = input.event(i);
                Reason reason = take(e, input.progressNs(i));
                if (reason == Reason.LATE) {
                    out.emit(late, e.timeNs(), EntryForm.INSERT, Reason.LATE, e);
                } else if (reason != null) {
                    out.letter(i, "windows", reason);
                }
                fire(input.progressNs(i)); // what is due at once
            }
        }
    }

    private static BigInteger big(long n) {
        return BigInteger.valueOf(n);
    }

    /** The start of the first period that has not ended. */
    private BigInteger lowest(long progress) {
        return after(big(progress).subtract(big(spec.size)));
    }

    /** The first start behind a time. */
    private BigInteger after(BigInteger time) {
        BigInteger step = big(spec.step);
        return time.subtract(time.subtract(big(spec.offset)).mod(step)).add(step);
    }

    void take(Row row, long progress) {
        Declared d = declared.stream().filter(x -> x.key == row.key).findAny().orElse(null);
        if (progress == Progress.END) {
            return; // all periods are over
        }
        boolean known = progress != Progress.NONE;
        if (row.value == 0) {
            if (d != null && !known) {
                declared.remove(d);
            } else if (d != null && d.last == null) {
                d.last = lowest(progress).longValueExact() - spec.step;
            }
            return;
        }
        if (d != null && d.last == null) {
            return;
        }
        if (d != null && d.last + spec.size + spec.lateness > progress) {
            for (long start = d.last + spec.step; start + spec.size <= progress; start += spec.step) {
                tellEmpty(d.key, start);
            }
            d.last = null;
            return;
        }
        declared.remove(d);
        declared.add(new Declared(row.key));
    }

    private void tellEmpty(long key, long start) {
        // a late event may have made a result of the period while the key was away
        boolean late = open.stream().anyMatch(w -> w.key == key && w.start == start && w.revision > 0);
        if (!late && !toldFull.contains(List.of(key, start))) {
            toldEmpty.add(List.of(key, start));
            Bar empty = Bar.of(key, start, start + spec.size, 0, List.of());
            to.tell(empty, EntryForm.INSERT, start + spec.size - 1, start + spec.size);
        }
    }

    /** Answers why it is not taken; null where it is. */
    Reason take(Ev e, long progress) {
        BigInteger step = big(spec.step);
        BigInteger newest = big(e.timeNs())
                .subtract(big(e.timeNs()).subtract(big(spec.offset)).mod(step));
        BigInteger oldest = after(big(e.timeNs()).subtract(big(spec.size)));
        if (oldest.compareTo(MIN) < 0 || newest.add(big(spec.size)).compareTo(END) > 0) {
            return Reason.OUT_OF_RANGE;
        }
        List<Win> taking = new ArrayList<>();
        for (long start = oldest.longValue(); start <= newest.longValue(); start += spec.step) {
            if (big(start).add(big(spec.size)).add(big(spec.lateness)).compareTo(big(progress)) > 0) {
                taking.add(window(spec.keyed ? e.key() : 0, start, progress));
            }
        }
        if (taking.isEmpty()) {
            return Reason.LATE;
        }
        newestEvent = newestEvent == null ? newest : newestEvent.max(newest);
        if (spec.empty && !spec.table && nextEmpty == null) {
            firstEmpty = big(taking.get(0).start);
            nextEmpty = firstEmpty;
        }
        while (spec.empty
                && !spec.table
                && taking.stream().anyMatch(w -> big(w.start).equals(nextEmpty) && hasEnded(w, progress))) {
            nextEmpty = nextEmpty.add(big(spec.step)); // told below, by the event itself
        }
        for (Win w : taking) {
            w.events.add(e);
            boolean due = spec.every > 0 && w.events.size() % spec.every == 0;
            if (spec.onUpdate || due || progress >= w.start + spec.size) {
                tell(w, w.start + spec.size - 1);
            }
        }
        return null;
    }

    private boolean hasEnded(Win w, long progress) {
        return progress >= w.start + spec.size;
    }

    private Win window(long key, long start, long progress) {
        Optional<Win> there =
                open.stream().filter(w -> w.key == key && w.start == start).findAny();
        if (there.isPresent()) {
            return there.get();
        }
        Win w = new Win(key, start);
        open.add(w);
        if (progress >= start + spec.size) {
            w.due = forget(w);
            boolean told = spec.table
                    ? toldEmpty.contains(List.of(key, start))
                    : spec.empty && nextEmpty != null && big(start).compareTo(firstEmpty) >= 0;
            if (told) {
                w.revision = 1;
                w.last = Bar.of(key, start, start + spec.size, 0, List.of());
            }
        } else {
            w.due = moment(w, progress);
        }
        w.order = order++;
        return w;
    }

    private long forget(Win w) {
        return END.min(big(w.start).add(big(spec.size)).add(big(spec.lateness))).longValueExact();
    }

    private long moment(Win w, long progress) {
        long end = w.start + spec.size;
        if (spec.early > 0) {
            for (long m = w.start + spec.early; m < end && m > w.start; m += spec.early) {
                if (m > progress) {
                    return m;
                }
            }
        }
        return end;
    }

    void fire(long progress) {
        if (spec.table && nextEmpty == null && progress != Progress.NONE) {
            nextEmpty = lowest(progress);
        }
        while (true) {
            Win w = first(progress);
            if (spec.table && nextEmpty != null && periodIsNext(w, progress)) {
                declared.stream()
                        .filter(d -> d.last == null)
                        .forEach(d -> tellEmpty(d.key, nextEmpty.longValueExact()));
                nextEmpty = nextEmpty.add(big(spec.step));
            } else if (!spec.table && nextEmpty != null && emptyIsNext(w, progress)) {
                fireEmpty();
            } else if (w == null) {
                return;
            } else {
                fire(w, progress);
            }
        }
    }

    /** What is due first: by due, then set order; of one key and due the oldest window takes the turn of the others. */
    private Win first(long progress) {
        Win w = open.stream()
                .filter(x -> x.due <= progress)
                .min(Comparator.<Win>comparingLong(x -> x.due).thenComparingLong(x -> x.order))
                .orElse(null);
        if (w == null || spec.early == 0) {
            return w;
        }
        Win oldest = open.stream()
                .filter(x -> x.key == w.key && x.due == w.due)
                .min(Comparator.comparingLong(x -> x.start))
                .get();
        long turn = w.order;
        w.order = oldest.order;
        oldest.order = turn;
        return oldest;
    }

    private void fire(Win w, long progress) {
        long end = w.start + spec.size;
        if (w.due <= end && (!spec.counts() || w.events.size() != w.told)) {
            dueNs = w.due;
            tell(w, w.due < end ? w.due : end - 1);
            dueNs = Told.AT_ONCE;
        }
        if (w.due == end) {
            toldFull.add(List.of(w.key, w.start));
        }
        if (w.due < end) {
            w.due = moment(w, progress);
            w.order = order++;
        } else if (w.due == end && forget(w) > end) {
            w.due = forget(w);
            w.order = order++;
        } else {
            open.remove(w);
        }
        if (spec.empty && !spec.table && nextEmpty.equals(big(w.start))) {
            nextEmpty = nextEmpty.add(big(spec.step));
        }
    }

    /** Whether the next period has ended, is empty, and is not beyond the last event when all input has ended. */
    private boolean emptyIsNext(Win w, long progress) {
        BigInteger end = nextEmpty.add(big(spec.size));
        boolean more = progress < Progress.END
                || open.stream().anyMatch(x -> big(x.start).compareTo(nextEmpty) >= 0);
        boolean there = open.stream().anyMatch(x -> big(x.start).equals(nextEmpty));
        return more && !there && end.compareTo(big(progress)) <= 0 && (w == null || end.compareTo(big(w.due)) < 0);
    }

    /** Whether a period has ended of which all windows with events have been told, up to the last event when all input has ended. */
    private boolean periodIsNext(Win w, long progress) {
        BigInteger end = nextEmpty.add(big(spec.size));
        boolean more = progress < Progress.END || newestEvent != null && nextEmpty.compareTo(newestEvent) <= 0;
        return more && end.compareTo(big(progress)) <= 0 && (w == null || end.compareTo(big(w.due)) < 0);
    }

    private void fireEmpty() {
        long start = nextEmpty.longValueExact();
        Bar empty = Bar.of(0, start, start + spec.size, 0, List.of());
        to.tell(empty, EntryForm.INSERT, start + spec.size - 1, start + spec.size);
        nextEmpty = nextEmpty.add(big(spec.step));
    }

    private void tell(Win w, long stamp) {
        Bar bar = Bar.of(w.key, w.start, w.start + spec.size, w.revision, w.events);
        if (spec.retracts && w.revision > 0) {
            to.tell(w.last, EntryForm.RETRACTION, stamp, dueNs);
        }
        to.tell(bar, Bar.form(w.revision, spec.retracts), stamp, dueNs);
        w.last = bar;
        w.revision++;
        w.told = w.events.size();
    }
}
