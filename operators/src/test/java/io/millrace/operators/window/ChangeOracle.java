package io.millrace.operators.window;

import io.millrace.event.EntryForm;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operators.window.Bar.Ev;
import io.millrace.operators.window.PeriodOracle.Spec;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Trial;
import io.millrace.time.Progress;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Windows over what changes in a table: a list of rows for each window, out of which a row is taken as it was put in, each result gathered anew. */
final class ChangeOracle implements Trial.Oracle {
    /** A row of the table, by its id; it takes its key away when its value is 0. */
    record Row(long id, long key, long value, long rowNs, long cameNs) {
        Ev ev() {
            return new Ev(key, value, rowNs);
        }
    }

    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger END = BigInteger.valueOf(Progress.END);

    private static final class Win {
        private final long key;
        private final long start;
        private final List<Row> rows = new ArrayList<>();
        private int changes;
        private int told;
        private int revision;
        private boolean stands;
        private long due;
        private long order;
        private Bar last;

        Win(long key, long start) {
            this.key = key;
            this.start = start;
        }
    }

    /** What is kept of rows; else counts and sums alone. */
    private final Spec spec;

    private final int rowsAtMost;
    private final Output<Bar> bars;
    private final Output<Row> late;
    private Map<Long, Row> table;
    private List<Win> open = new ArrayList<>();
    private Map<List<Long>, List<Row>> panes = new HashMap<>();
    private long order;
    private Told to;
    private long dueNs = Told.AT_ONCE;

    ChangeOracle(Spec spec, int rowsAtMost, Output<Bar> bars, Output<Row> late) {
        this.spec = spec;
        this.rowsAtMost = rowsAtMost;
        this.bars = bars;
        this.late = late;
    }

    /** One that is told of one change after the other. */
    ChangeOracle(Spec spec, int rowsAtMost, Told to) {
        this(spec, rowsAtMost, null, null);
        this.to = to;
    }

    @Override
    public void answer(History input, Expected out) {
        table = new HashMap<>();
        panes = new HashMap<>();
        open = new ArrayList<>();
        order = 0;
        to = (bar, form, stampNs, due) -> out.emit(bars, stampNs, form, bar);
        for (int i = 0; i < input.size(); i++) {
            fire(input.progressNs(i));
            if (input.step(i).isEvent()) {
                Row row = input.event(i);
                Row was = row.value() == 0 ? table.remove(row.id()) : table.put(row.id(), row);
                if (was != null && !was.equals(row)) {
                    change(i, was, true, input, out);
                }
                if (row.value() != 0 && !row.equals(was)) {
                    change(i, row, false, input, out);
                }
            }
        }
    }

    private static BigInteger big(long n) {
        return BigInteger.valueOf(n);
    }

    private void change(int at, Row row, boolean takesBack, History input, Expected out) {
        boolean[] isAside = {false};
        Reason reason = change(row, takesBack, input.progressNs(at), isAside);
        if (isAside[0]) {
            EntryForm form = takesBack ? EntryForm.RETRACTION : EntryForm.INSERT;
            out.emit(late, input.timeNs(at), form, Reason.LATE, row);
        } else if (reason != null) {
            out.letter(at, "windows", reason);
        }
    }

    /** Answers why it is not taken, null where it is; and whether it is late for all of its windows, which makes it go aside. */
    Reason change(Row row, boolean takesBack, long progress, boolean[] isAside) {
        BigInteger step = big(spec.step());
        BigInteger newest = big(row.rowNs())
                .subtract(big(row.rowNs()).subtract(big(spec.offset())).mod(step));
        BigInteger before = big(row.rowNs()).subtract(big(spec.size()));
        BigInteger oldest =
                before.subtract(before.subtract(big(spec.offset())).mod(step)).add(step);
        if (oldest.compareTo(MIN) < 0 || newest.add(big(spec.size())).compareTo(END) > 0) {
            return Reason.OUT_OF_RANGE;
        }
        List<Long> starts = new ArrayList<>();
        for (long start = oldest.longValue(); start <= newest.longValue(); start += spec.step()) {
            if (big(start).add(big(spec.size())).add(big(spec.lateness())).compareTo(big(progress)) > 0) {
                starts.add(start);
            }
        }
        if (starts.isEmpty()) {
            isAside[0] = true;
            return Reason.LATE;
        }
        long key = spec.keyed() ? row.key() : 0;
        boolean isSecond =
                row.rowNs() - newest.longValue() >= spec.size() % spec.step() && spec.size() % spec.step() != 0;
        List<Row> pane =
                panes.computeIfAbsent(List.of(key, newest.longValue(), isSecond ? 1L : 0), k -> new ArrayList<>());
        if (takesBack && !pane.remove(row)) {
            return Reason.LATE;
        }
        if (!takesBack) {
            if (rowsAtMost > 0 && pane.size() >= rowsAtMost) {
                return Reason.OVER_BOUND;
            }
            pane.add(row);
        }
        for (long start : starts) {
            Win w = window(key, start, progress);
            if (takesBack) {
                w.rows.remove(row);
            } else {
                w.rows.add(row);
            }
        }
        for (long start : starts) {
            Win w = window(key, start, progress);
            w.changes++;
            boolean due = spec.every() > 0 && w.changes % spec.every() == 0;
            if (spec.onUpdate() || due || progress >= start + spec.size()) {
                tell(w, start + spec.size() - 1);
            }
        }
        return null;
    }

    private Win window(long key, long start, long progress) {
        for (Win w : open) {
            if (w.key == key && w.start == start) {
                return w;
            }
        }
        Win w = new Win(key, start);
        open.add(w);
        w.due = progress >= start + spec.size() ? forget(w) : moment(w, progress);
        w.order = order++;
        return w;
    }

    private long forget(Win w) {
        return END.min(big(w.start).add(big(spec.size())).add(big(spec.lateness())))
                .longValueExact();
    }

    private long moment(Win w, long progress) {
        long end = w.start + spec.size();
        for (long m = w.start + spec.early(); spec.early() > 0 && m < end && m > w.start; m += spec.early()) {
            if (m > progress) {
                return m;
            }
        }
        return end;
    }

    void fire(long progress) {
        Win w = first(progress);
        while (w != null) {
            long end = w.start + spec.size();
            if (w.due <= end && (!spec.counts() || w.changes != w.told)) {
                dueNs = w.due;
                tell(w, w.due < end ? w.due : end - 1);
                dueNs = Told.AT_ONCE;
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
            w = first(progress);
        }
    }

    /** What is due first: by due, then set order; of one key and due the oldest window takes the turn of the others. */
    private Win first(long progress) {
        Win w = open.stream()
                .filter(x -> x.due <= progress)
                .min(Comparator.<Win>comparingLong(x -> x.due).thenComparingLong(x -> x.order))
                .orElse(null);
        if (w == null || spec.early() == 0) {
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

    private void tell(Win w, long stamp) {
        w.told = w.changes;
        if (w.stands && (spec.retracts() || w.rows.isEmpty())) {
            to.tell(w.last, EntryForm.RETRACTION, stamp, dueNs);
        }
        boolean stood = w.stands;
        w.stands = !w.rows.isEmpty();
        if (w.stands) {
            Bar bar = Bar.of(
                    w.key,
                    w.start,
                    w.start + spec.size(),
                    w.revision++,
                    w.rows.stream().map(Row::ev).toList());
            w.last = rowsAtMost > 0 ? bar : plain(bar);
            to.tell(w.last, stood && !spec.retracts() ? EntryForm.REPLACEMENT : EntryForm.INSERT, stamp, dueNs);
        }
    }

    /** Of what is exact without the rows. */
    private static Bar plain(Bar bar) {
        return new Bar(bar.key(), bar.start(), bar.end(), bar.revision(), bar.count(), bar.sum(), 0, 0, 0, 0, 0);
    }
}
