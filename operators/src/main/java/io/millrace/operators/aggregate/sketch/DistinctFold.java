package io.millrace.operators.aggregate.sketch;

import io.millrace.operators.aggregate.Fold;

/**
 * The different values, sorted, behind their number; only that there are more than the bound, when there are. What is
 * kept depends on the set of values only, not on their order.
 *
 * @param atMost how many are told apart
 */
record DistinctFold(int atMost) implements Fold {
    private static final int VALUES = 1;

    @Override
    public int summaryLongs() {
        return VALUES + atMost;
    }

    @Override
    public void clear(long[] summary, int at) {
        summary[at] = 0;
    }

    @Override
    public void add(long[] summary, int at, long[] from, int p) {
        int n = (int) summary[at];
        if (n > atMost) {
            return;
        }
        int index = SortedLongs.find(summary, at + VALUES, 1, n, from[p]);
        if (index < 0) {
            summary[at] = n + 1;
            if (n < atMost) {
                SortedLongs.open(summary, at + VALUES, 1, n, -1 - index);
                summary[at + VALUES - 1 - index] = from[p];
            }
        }
    }

    @Override
    public void merge(long[] summary, int at, long[] other, int p) {
        int n = (int) summary[at];
        int more = (int) other[p];
        if (n > atMost || more > atMost) {
            summary[at] = atMost + 1;
            return;
        }
        int union = SortedLongs.union(summary, at + VALUES, n, other, p + VALUES, more, 1);
        summary[at] = Math.min(union, atMost + 1);
        if (union <= atMost) {
            mergeBackwards(summary, at + VALUES, n, other, p + VALUES, more, union);
        }
    }

    /** From the largest to the smallest, so that nothing is overwritten that is still to be read. */
    private static void mergeBackwards(long[] to, int at, int n, long[] other, int p, int more, int union) {
        int i = n - 1;
        int j = more - 1;
        for (int k = union - 1; j >= 0; k--) {
            long its = other[p + j];
            long value = i >= 0 ? Math.max(to[at + i], its) : its;
            i -= i >= 0 && to[at + i] == value ? 1 : 0;
            j -= its == value ? 1 : 0;
            to[at + k] = value;
        }
    }
}
