package io.millrace.operators.lookback;

import io.millrace.operators.aggregate.Fold;
import io.millrace.operators.lookback.Layout.StoreLayout;
import java.util.Arrays;

/**
 * What the records of a store look like, and how folds read and write them. Event: time, arguments. Bucket: number of
 * the step, bucket form of each fold. Summary: summary form of each fold.
 */
final class Records {
    final boolean exact;
    final Fold[] folds;
    final int entryLongs;
    final int summaryLongs;

    /** All folds. */
    final int[] all;

    /** Where the summary of a fold begins. */
    final int[] summaryAt;

    /** Where a fold finds its argument, or its bucket, in an entry. */
    private final int[] entryAt;

    /** Where the first argument that a fold takes stands among those of the event; of no meaning when it takes none. */
    final int[] argumentAt;

    /** The same; -1 when it takes none. */
    private final int[] argumentOf;

    private final int[] entryArguments;

    Records(StoreLayout layout) {
        exact = layout.isExact();
        int n = layout.folds.size();
        folds = layout.folds.toArray(new Fold[0]);
        all = new int[n];
        summaryAt = new int[n];
        entryAt = new int[n];
        argumentOf = layout.argumentOfFold.stream().mapToInt(Integer::intValue).toArray();
        argumentAt = Arrays.stream(argumentOf).map(a -> Math.max(a, 0)).toArray();
        entryArguments = layout.entryArguments();
        entryLongs = layout.entryLongs();
        int summary = 0;
        int bucket = 1;
        for (int f = 0; f < n; f++) {
            all[f] = f;
            summaryAt[f] = summary;
            summary += folds[f].summaryLongs();
            entryAt[f] = exact ? exactAt(argumentOf[f]) : bucket;
            bucket += folds[f].bucketLongs();
        }
        summaryLongs = summary;
    }

    private int exactAt(int argument) {
        for (int i = 0; i < entryArguments.length; i++) {
            if (entryArguments[i] == argument) {
                return 1 + i;
            }
        }
        return 0;
    }

    long argument(int fold, long[] arguments) {
        return argumentOf[fold] < 0 ? 0 : arguments[argumentOf[fold]];
    }

    /** Writes the entry of one event. */
    void write(long[] to, int at, long time, long[] arguments) {
        to[at] = time;
        if (exact) {
            for (int i = 0; i < entryArguments.length; i++) {
                to[at + 1 + i] = arguments[entryArguments[i]];
            }
        } else {
            for (int f = 0; f < folds.length; f++) {
                folds[f].open(to, at + entryAt[f], arguments, argumentAt[f]);
            }
        }
    }

    boolean fitsBucket(long[] page, int at, long[] arguments) {
        boolean fits = true;
        for (int f = 0; f < folds.length; f++) {
            fits &= folds[f].fits(page, at + entryAt[f], arguments, argumentAt[f]);
        }
        return fits;
    }

    void addToBucket(long[] page, int at, long[] arguments) {
        for (int f = 0; f < folds.length; f++) {
            folds[f].addToBucket(page, at + entryAt[f], arguments, argumentAt[f]);
        }
    }

    void addToSummary(long[] page, int at, long[] arguments) {
        for (int f = 0; f < folds.length; f++) {
            folds[f].add(page, at + summaryAt[f], arguments, argumentAt[f]);
        }
    }

    void clear(long[] summaries, int at, int[] which) {
        for (int f : which) {
            folds[f].clear(summaries, at + summaryAt[f]);
        }
    }

    /** Adds n entries that follow each other. */
    void entries(long[] page, int from, int n, long[] summaries, int at, int[] which) {
        for (int f : which) {
            if (exact) {
                folds[f].arguments(page, from + entryAt[f], entryLongs, n, summaries, at + summaryAt[f]);
            } else {
                folds[f].buckets(page, from + entryAt[f], entryLongs, n, summaries, at + summaryAt[f]);
            }
        }
    }

    /** Adds an entry to sums; what it answers has a bit of 55 and above set when a value is that large. */
    long addEntry(long[] page, int at, long[] sums) {
        long wide = 0;
        for (int f = 0; f < sums.length; f++) {
            long value = entryAt[f] == 0 ? 1 : page[at + entryAt[f]];
            sums[f] += value;
            wide |= value ^ value >> 63;
        }
        return wide;
    }

    /** Adds n summaries. */
    void summaries(long[] page, int from, int stride, int n, long[] summaries, int at, int[] which) {
        for (int f : which) {
            folds[f].summaries(page, from + summaryAt[f], stride, n, summaries, at + summaryAt[f]);
        }
    }
}
