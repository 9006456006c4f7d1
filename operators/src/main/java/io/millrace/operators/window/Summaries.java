package io.millrace.operators.window;

import io.millrace.operators.aggregate.Aggregate;
import io.millrace.operators.aggregate.Cell;
import io.millrace.operators.aggregate.Fold;

/** Adds events to the buckets of a block, puts buckets together, and writes the results of that. */
final class Summaries {
    private final Fold[] folds;
    private final int[] argumentAt;
    private final int[] bucketAt;
    private final int[] summaryAt;
    private final Aggregate[] aggregates;
    private final Cell[] cells;
    private final int[] resultAt;
    private final int countAt;
    private final long[] summary;

    Summaries(WindowLayout layout) {
        folds = layout.folds;
        argumentAt = layout.argumentAt;
        bucketAt = layout.bucketAt;
        summaryAt = layout.summaryAt;
        aggregates = layout.aggregates;
        cells = layout.cells;
        summary = new long[layout.summaryLongs];
        countAt = layout.countFold < 0 ? 0 : summaryAt[layout.countFold];
        resultAt = new int[cells.length];
        for (int i = 0; i < cells.length; i++) {
            resultAt[i] = summaryAt[layout.foldOf[i]];
        }
    }

    /** Makes buckets of one event. */
    void open(long[] page, int at, long[] values) {
        for (int f = 0; f < folds.length; f++) {
            folds[f].open(page, at + bucketAt[f], values, argumentAt[f]);
        }
    }

    /** Whether buckets can take an event. */
    boolean fits(long[] page, int at, long[] values) {
        boolean fits = true;
        for (int f = 0; f < folds.length; f++) {
            fits &= folds[f].fits(page, at + bucketAt[f], values, argumentAt[f]);
        }
        return fits;
    }

    /** Adds an event to buckets. */
    void add(long[] page, int at, long[] values) {
        for (int f = 0; f < folds.length; f++) {
            folds[f].addToBucket(page, at + bucketAt[f], values, argumentAt[f]);
        }
    }

    /** Begins a result: of nothing. */
    void begin() {
        for (int f = 0; f < folds.length; f++) {
            folds[f].clear(summary, summaryAt[f]);
        }
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
