package io.millrace.operators.window;

import io.millrace.operators.aggregate.Fold;
import io.millrace.operators.aggregate.OwnAggregate;
import java.util.Arrays;

/** All folds of a window in their summary form, side by side in some longs. */
final class SummaryFolds {
    private final Fold[] folds;
    private final int[] argumentAt;
    private final int[] summaryAt;
    private final boolean hasOwn;

    SummaryFolds(WindowLayout layout) {
        folds = layout.folds;
        argumentAt = layout.argumentAt;
        summaryAt = layout.summaryAt;
        hasOwn = Arrays.stream(folds).anyMatch(OwnAggregate.class::isInstance);
    }

    /** Whether there are folds of users' own, which may throw. */
    boolean hasOwn() {
        return hasOwn;
    }

    void clear(long[] page, int at) {
        for (int f = 0; f < folds.length; f++) {
            folds[f].clear(page, at + summaryAt[f]);
        }
    }

    void add(long[] page, int at, long[] values) {
        for (int f = 0; f < folds.length; f++) {
            folds[f].add(page, at + summaryAt[f], values, argumentAt[f]);
        }
    }

    void merge(long[] page, int at, long[] other, int from) {
        for (int f = 0; f < folds.length; f++) {
            folds[f].merge(page, at + summaryAt[f], other, from + summaryAt[f]);
        }
    }

    boolean isInRange(long[] page, int at) {
        boolean fits = true;
        for (int f = 0; f < folds.length; f++) {
            fits &= folds[f].isInRange(page, at + summaryAt[f]);
        }
        return fits;
    }
}
