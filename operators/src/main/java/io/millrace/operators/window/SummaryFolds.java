package io.millrace.operators.window;

import io.millrace.operators.aggregate.BrokenAggregateException;
import io.millrace.operators.aggregate.Fold;
import io.millrace.operators.aggregate.OwnAggregate;
import java.util.Arrays;

/** All folds of a window in their summary form, side by side in some longs. */
final class SummaryFolds {
    private final Fold[] folds;
    private final int[] argumentAt;
    private final int[] summaryAt;
    private final int brokenAt;
    private final boolean hasOwn;

    /** What was thrown last when something kept was put together. */
    private Throwable thrown;

    SummaryFolds(WindowLayout layout) {
        folds = layout.folds;
        argumentAt = layout.argumentAt;
        summaryAt = layout.summaryAt;
        brokenAt = layout.brokenAt;
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
        page[at + brokenAt] = 0;
    }

    /** Whether sums that are in range are so with an event, too. */
    boolean fit(long[] page, int at, long[] values) {
        boolean fit = true;
        for (int f = 0; f < folds.length; f++) {
            fit &= folds[f].fits(page, at + summaryAt[f], values, argumentAt[f]);
        }
        return fit;
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

    /**
     * The same for sums that are kept for windows to come. Where a fold of a user's own throws, the sum is marked: that is no
     * failure of the event in hand, and only a window that holds all of the sum needs it.
     */
    void keep(long[] page, int at, long[] other, int from) {
        page[at + brokenAt] |= other[from + brokenAt];
        for (int f = 0; f < folds.length; f++) {
            try {
                folds[f].merge(page, at + summaryAt[f], other, from + summaryAt[f]);
            } catch (Throwable t) {
                if (!isOwn(f, t)) {
                    throw t;
                }
                page[at + brokenAt] = 1;
                thrown = t;
            }
        }
    }

    /** Adds the event whose arguments stand from a place on, in the same manner. */
    void take(long[] page, int at, long[] values, int from) {
        for (int f = 0; f < folds.length; f++) {
            try {
                folds[f].add(page, at + summaryAt[f], values, from + argumentAt[f]);
            } catch (Throwable t) {
                if (!isOwn(f, t)) {
                    throw t;
                }
                page[at + brokenAt] = 1;
                thrown = t;
            }
        }
    }

    private boolean isOwn(int f, Throwable t) {
        return folds[f] instanceof OwnAggregate && !(t instanceof VirtualMachineError);
    }

    /** Why the results of a sum cannot be told; null when they can. */
    BrokenAggregateException broken(long[] page, int at) {
        return page[at + brokenAt] == 0 ? null : new BrokenAggregateException(thrown);
    }

    boolean isInRange(long[] page, int at) {
        boolean fits = true;
        for (int f = 0; f < folds.length; f++) {
            fits &= folds[f].isInRange(page, at + summaryAt[f]);
        }
        return fits;
    }
}
