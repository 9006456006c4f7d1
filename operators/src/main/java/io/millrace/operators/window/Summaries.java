package io.millrace.operators.window;

import io.millrace.operators.aggregate.Aggregate;
import io.millrace.operators.aggregate.Cell;
import io.millrace.operators.aggregate.Fold;
import io.millrace.operators.aggregate.Folds;
import io.millrace.operators.aggregate.OwnAggregate;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Adds events to the buckets of a block, puts buckets together, and writes the results of that.
 *
 * <p>The first four folds have call sites of their own for what each event does, so that each sees one kind, as long as windows of one
 * process have alike aggregates.
 */
final class Summaries {
    /** Folds that take each event; others are asked whether they do. */
    private static final Set<Fold> TAKE_ALL = Set.of( // form: hash-ordered, never iterated
            Folds.COUNT, Folds.MIN, Folds.MAX, Folds.MIN_DOUBLE, Folds.MAX_DOUBLE, Folds.SUM_DOUBLE, Folds.MOMENTS);

    /** Aggregates whose result, of one bucket that has events, is what stands in it. */
    private static final Set<Aggregate> PLAIN =
            Set.of(Aggregate.COUNT, Aggregate.SUM, Aggregate.MIN, Aggregate.MAX); // form: hash-ordered, never iterated

    private final Fold[] folds;
    private final int[] argumentAt;
    private final int[] bucketAt;
    private final int[] summaryAt;
    private final Aggregate[] aggregates;
    private final Cell[] cells;
    private final int[] resultAt;
    private final int countAt;
    private final long[] summary;
    private final boolean[] isOwn;
    private final int n;
    private final Fold fold0;
    private final Fold fold1;
    private final Fold fold2;
    private final Fold fold3;

    /** Those that may refuse an event, and are no users' own. */
    private final int[] refusing;

    /** By value: its bucket, where that is the value as it stands; null unless it is so of all. */
    private final int[] plainAt;

    /** Buckets of folds of users' own with the event in hand; null when there are none. */
    private final long[] aside;

    Summaries(WindowLayout layout) {
        folds = layout.folds;
        argumentAt = layout.argumentAt;
        bucketAt = layout.bucketAt;
        summaryAt = layout.summaryAt;
        aggregates = layout.aggregates;
        cells = layout.cells;
        summary = new long[layout.summaryLongs];
        countAt = layout.countFold < 0 ? 0 : summaryAt[layout.countFold];
        isOwn = new boolean[folds.length];
        boolean any = false;
        for (int f = 0; f < folds.length; f++) {
            isOwn[f] = folds[f] instanceof OwnAggregate;
            any |= isOwn[f];
        }
        aside = any ? new long[layout.bucketLongs] : null;
        n = folds.length;
        fold0 = n > 0 ? folds[0] : null;
        fold1 = n > 1 ? folds[1] : null;
        fold2 = n > 2 ? folds[2] : null;
        fold3 = n > 3 ? folds[3] : null;
        resultAt = new int[cells.length];
        for (int i = 0; i < cells.length; i++) {
            resultAt[i] = summaryAt[layout.foldOf[i]];
        }
        refusing = IntStream.range(0, n)
                .filter(f -> !isOwn[f] && !TAKE_ALL.contains(folds[f]))
                .toArray();
        boolean isPlain = PLAIN.containsAll(List.of(aggregates));
        plainAt = isPlain ? IntStream.of(layout.foldOf).map(f -> bucketAt[f]).toArray() : null;
    }

    /** Whether the result of one bucket that has events is what stands in it. */
    boolean isPlain() {
        return plainAt != null;
    }

    /** Writes the result of one bucket that has events into the cells, where that is what stands in it. */
    void answerPlain(long[] page, int at) {
        for (int i = 0; i < cells.length; i++) {
            cells[i].set(page[at + plainAt[i]]);
        }
    }

    /** Whether there are folds of users' own, which take an event aside before it is added. */
    boolean hasOwn() {
        return aside != null;
    }

    /** Makes buckets of users' own of one event, aside; false when one of them does not take it. */
    boolean openAside(long[] values) {
        boolean fits = true;
        for (int f = 0; f < folds.length; f++) {
            if (isOwn[f]) {
                folds[f].clear(aside, bucketAt[f]);
                fits &= folds[f].fits(aside, bucketAt[f], values, argumentAt[f]);
                folds[f].open(aside, bucketAt[f], values, argumentAt[f]);
            }
        }
        return fits;
    }

    /** Adds an event to copies of buckets of users' own; false when one of them does not take it. */
    boolean addAside(long[] page, int at, long[] values) {
        System.arraycopy(page, at, aside, 0, aside.length);
        boolean fits = true;
        for (int f = 0; f < folds.length; f++) {
            if (isOwn[f]) {
                fits &= folds[f].fits(aside, bucketAt[f], values, argumentAt[f]);
                folds[f].addToBucket(aside, bucketAt[f], values, argumentAt[f]);
            }
        }
        return fits;
    }

    private void copyAside(int f, long[] page, int at) {
        System.arraycopy(aside, bucketAt[f], page, at + bucketAt[f], folds[f].bucketLongs());
    }

    /** Makes buckets of one event. */
    void open(long[] page, int at, long[] values) {
        if (aside == null) {
            openFirst(page, at, values);
        }
        for (int f = aside == null ? 4 : 0; f < n; f++) {
            if (isOwn[f]) {
                copyAside(f, page, at);
            } else {
                folds[f].open(page, at + bucketAt[f], values, argumentAt[f]);
            }
        }
    }

    private void openFirst(long[] page, int at, long[] values) {
        if (n > 0) {
            fold0.open(page, at + bucketAt[0], values, argumentAt[0]);
        }
        if (n > 1) {
            fold1.open(page, at + bucketAt[1], values, argumentAt[1]);
        }
        if (n > 2) {
            fold2.open(page, at + bucketAt[2], values, argumentAt[2]);
        }
        if (n > 3) {
            fold3.open(page, at + bucketAt[3], values, argumentAt[3]);
        }
    }

    /** Whether buckets can take an event. */
    boolean fits(long[] page, int at, long[] values) {
        boolean fits = true;
        for (int f : refusing) {
            fits &= folds[f].fits(page, at + bucketAt[f], values, argumentAt[f]);
        }
        return fits;
    }

    /** Adds an event to buckets. */
    void add(long[] page, int at, long[] values) {
        if (aside == null) {
            addFirst(page, at, values);
        }
        for (int f = aside == null ? 4 : 0; f < n; f++) {
            if (isOwn[f]) {
                copyAside(f, page, at);
            } else {
                folds[f].addToBucket(page, at + bucketAt[f], values, argumentAt[f]);
            }
        }
    }

    private void addFirst(long[] page, int at, long[] values) {
        if (n > 0) {
            fold0.addToBucket(page, at + bucketAt[0], values, argumentAt[0]);
        }
        if (n > 1) {
            fold1.addToBucket(page, at + bucketAt[1], values, argumentAt[1]);
        }
        if (n > 2) {
            fold2.addToBucket(page, at + bucketAt[2], values, argumentAt[2]);
        }
        if (n > 3) {
            fold3.addToBucket(page, at + bucketAt[3], values, argumentAt[3]);
        }
    }

    // ---- rows that are taken back

    /** Whether no fold needs the rows that stay to take one out. */
    boolean giveBack() {
        for (Fold f : folds) {
            if (!f.givesBack()) {
                return false;
            }
        }
        return true;
    }

    /** Takes a row out of buckets, of those folds that can. */
    void takeOut(long[] page, int at, long[] values, int from) {
        for (int f = 0; f < folds.length; f++) {
            if (folds[f].givesBack()) {
                folds[f].takeOut(page, at + bucketAt[f], values, from + argumentAt[f]);
            }
        }
    }

    /** Begins buckets anew with a row, or adds one to them, of those folds that could take none out. */
    void addAnew(long[] page, int at, long[] values, int from, boolean isFirst) {
        for (int f = 0; f < folds.length; f++) {
            if (folds[f].givesBack()) {
                continue;
            }
            if (isFirst) {
                folds[f].open(page, at + bucketAt[f], values, from + argumentAt[f]);
            } else {
                folds[f].addToBucket(page, at + bucketAt[f], values, from + argumentAt[f]);
            }
        }
    }

    /** Begins a result: of nothing. */
    void begin() {
        for (int f = 0; f < folds.length; f++) {
            folds[f].clear(summary, summaryAt[f]);
        }
    }

    /** Begins a summary elsewhere: of nothing. */
    void begin(long[] to, int at) {
        for (int f = 0; f < folds.length; f++) {
            folds[f].clear(to, at + summaryAt[f]);
        }
    }

    /** Takes buckets into a summary elsewhere. */
    void take(long[] page, int from, long[] to, int at) {
        for (int f = 0; f < folds.length; f++) {
            folds[f].buckets(page, from + bucketAt[f], 0, 1, to, at + summaryAt[f]);
        }
    }

    /** Takes a summary into another one. */
    void merge(long[] to, int at, long[] other, int from) {
        for (int f = 0; f < folds.length; f++) {
            folds[f].merge(to, at + summaryAt[f], other, from + summaryAt[f]);
        }
    }

    /** Takes a summary into the result. */
    void merge(long[] other, int from) {
        merge(summary, 0, other, from);
    }

    /** Takes buckets into the result. */
    void take(long[] page, int at) {
        for (int f = 0; f < folds.length; f++) {
            folds[f].buckets(page, at + bucketAt[f], 0, 1, summary, summaryAt[f]);
        }
    }

    /** Whether all of the result can be told. */
    boolean isInRange() {
        boolean fits = true;
        for (int f = 0; f < folds.length; f++) {
            fits &= folds[f].isInRange(summary, summaryAt[f]);
        }
        return fits;
    }

    /** Writes the result into the cells. */
    void answer() {
        for (int i = 0; i < cells.length; i++) {
            aggregates[i].result(summary, resultAt[i], countAt, cells[i]);
        }
    }

    /** Writes the result of a summary made elsewhere. */
    void answer(long[] of, int at) {
        for (int i = 0; i < cells.length; i++) {
            aggregates[i].result(of, at + resultAt[i], at + countAt, cells[i]);
        }
    }

    // ---- results that are kept, to be taken back

    static int keptLongs(int cells) {
        return cells + (cells + 63) / 64;
    }

    /** Keeps what the cells hold. */
    void keep(long[] page, int at) {
        int flags = at + cells.length;
        for (int i = 0; i < cells.length; i++) {
            page[at + i] = cells[i].asLong();
            long bit = 1L << i;
            page[flags + (i >>> 6)] = page[flags + (i >>> 6)] & ~bit | (cells[i].isPresent() ? bit : 0);
        }
    }

    /** Puts what was kept back into the cells. */
    void restore(long[] page, int at) {
        int flags = at + cells.length;
        for (int i = 0; i < cells.length; i++) {
            if ((page[flags + (i >>> 6)] >>> i & 1) != 0) {
                cells[i].set(page[at + i]);
            } else {
                cells[i].absent();
            }
        }
    }
}
