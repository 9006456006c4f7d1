package io.millrace.operators.lookback;

import io.millrace.operators.aggregate.BrokenAggregateException;
import io.millrace.operators.aggregate.Fold;
import io.millrace.operators.aggregate.OwnAggregate;
import io.millrace.operators.lookback.Layout.StoreLayout;
import java.util.Arrays;

/**
 * What the records of a store look like, and how folds read and write them. Event: time, arguments. Bucket: number of
 * the step, bucket form of each fold. Summary: summary form of each fold, and where there are folds of users' own one long
 * more, not 0 when one of them threw.
 *
 * <p>What is kept is put together long after the events came, and for none of them: a fold of a user's own that throws there
 * only marks the summary. Whoever asks for what it covers gets the exception, as if it had been put together then.
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

    /** By fold, whether it is a user's own; the mark behind a summary, and a bucket to try one, when any is. */
    private final boolean[] isOwn;

    private final boolean hasOwn;
    private final int brokenAt;
    private final long[] aside;

    /** What was thrown last when something kept was put together. */
    private Throwable thrown;

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
        isOwn = new boolean[n];
        boolean any = false;
        for (int f = 0; f < n; f++) {
            isOwn[f] = folds[f] instanceof OwnAggregate;
            any |= isOwn[f];
        }
        hasOwn = any;
        brokenAt = summary;
        summaryLongs = layout.summaryLongs();
        aside = hasOwn && !exact ? new long[entryLongs] : null;
    }

    private int exactAt(int argument) {
        for (int i = 0; i < entryArguments.length; i++) {
            if (entryArguments[i] == argument) {
                return 1 + i;
            }
        }
        return 0;
    }

    int entryAt(int fold) {
        return entryAt[fold];
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
            // also what a fold leaves as it is: it goes into the state of a key
            Arrays.fill(to, at + 1, at + entryLongs, 0);
            for (int f = 0; f < folds.length; f++) {
                folds[f].open(to, at + entryAt[f], arguments, argumentAt[f]);
            }
        }
    }

    /**
     * Whether a bucket takes an event. Folds of users' own add it to a copy, where they may throw; in {@link #addToBucket} the same
     * calls come again.
     */
    boolean takesBucket(long[] page, int at, long[] arguments) {
        boolean fits = true;
        for (int f = 0; f < folds.length; f++) {
            fits &= folds[f].fits(page, at + entryAt[f], arguments, argumentAt[f]);
            if (isOwn[f]) {
                System.arraycopy(page, at + entryAt[f], aside, entryAt[f], folds[f].bucketLongs());
                folds[f].addToBucket(aside, entryAt[f], arguments, argumentAt[f]);
            }
        }
        return fits;
    }

    /** The same for a bucket that is yet to be written. */
    void tryNewBucket(long[] arguments) {
        for (int f = 0; f < folds.length; f++) {
            if (isOwn[f]) {
                folds[f].open(aside, entryAt[f], arguments, argumentAt[f]);
            }
        }
    }

    void addToBucket(long[] page, int at, long[] arguments) {
        for (int f = 0; f < folds.length; f++) {
            folds[f].addToBucket(page, at + entryAt[f], arguments, argumentAt[f]);
        }
    }

    void clear(long[] summaries, int at, int[] which) {
        for (int f : which) {
            folds[f].clear(summaries, at + summaryAt[f]);
        }
        if (hasOwn) {
            summaries[at + brokenAt] = 0;
        }
    }

    /** Clears all of a summary that is to be kept: also what a fold does not look at goes into the state of a key. */
    void wipe(long[] summaries, int at) {
        Arrays.fill(summaries, at, at + summaryLongs, 0);
        clear(summaries, at, all);
    }

    // ---- what is kept is put together

    /** Adds an event to a summary that is kept. */
    void keep(long[] page, int at, long[] arguments) {
        for (int f = 0; f < folds.length; f++) {
            try {
                folds[f].add(page, at + summaryAt[f], arguments, argumentAt[f]);
            } catch (Throwable t) {
                if (halts(f, t)) {
                    throw t;
                }
                page[at + brokenAt] = 1;
                thrown = t;
            }
        }
    }

    /** Adds n entries that follow each other to a summary that is kept. */
    void keepEntries(long[] page, int from, int n, long[] summaries, int at) {
        for (int f = 0; f < folds.length; f++) {
            try {
                entries(f, page, from, n, summaries, at);
            } catch (Throwable t) {
                if (halts(f, t)) {
                    throw t;
                }
                summaries[at + brokenAt] = 1;
                thrown = t;
            }
        }
    }

    /** Adds n summaries to one that is kept. */
    void keepSummaries(long[] page, int from, int stride, int n, long[] summaries, int at) {
        for (int f = 0; f < folds.length; f++) {
            try {
                folds[f].summaries(page, from + summaryAt[f], stride, n, summaries, at + summaryAt[f]);
            } catch (Throwable t) {
                if (halts(f, t)) {
                    throw t;
                }
                summaries[at + brokenAt] = 1;
                thrown = t;
            }
        }
        if (hasOwn && isBroken(page, from, stride, n)) {
            summaries[at + brokenAt] = 1;
        }
    }

    /** Whether the engine cannot go on: only what users write may throw. */
    private boolean halts(int f, Throwable t) {
        return !isOwn[f] || t instanceof VirtualMachineError;
    }

    private boolean isBroken(long[] page, int from, int stride, int n) {
        for (int i = 0, p = from + brokenAt; i < n; i++, p += stride) {
            if (page[p] != 0) {
                return true;
            }
        }
        return false;
    }

    // ---- results

    /** Adds n entries that follow each other. */
    void entries(long[] page, int from, int n, long[] summaries, int at, int[] which) {
        for (int f : which) {
            entries(f, page, from, n, summaries, at);
        }
    }

    private void entries(int f, long[] page, int from, int n, long[] summaries, int at) {
        if (exact) {
            folds[f].arguments(page, from + entryAt[f], entryLongs, n, summaries, at + summaryAt[f]);
        } else {
            folds[f].buckets(page, from + entryAt[f], entryLongs, n, summaries, at + summaryAt[f]);
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
            if (isOwn[f] && isBroken(page, from, stride, n)) {
                throw new BrokenAggregateException(thrown);
            }
            folds[f].summaries(page, from + summaryAt[f], stride, n, summaries, at + summaryAt[f]);
        }
    }
}
