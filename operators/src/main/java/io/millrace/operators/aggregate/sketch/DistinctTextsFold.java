package io.millrace.operators.aggregate.sketch;

import io.millrace.operators.aggregate.Fold;

/**
 * The different texts, each some longs, sorted, behind their number; only that there are more than the bound, when there are. What is
 * kept depends on the set of texts only, not on their order.
 *
 * @param longs  of a text
 * @param atMost how many are told apart
 */
record DistinctTextsFold(int longs, int atMost) implements Fold {
    private static final int VALUES = 1;

    @Override
    public int summaryLongs() {
        return VALUES + atMost * longs;
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
        int index = find(summary, at + VALUES, n, from, p);
        if (index < 0) {
            summary[at] = n + 1;
            if (n < atMost) {
                SortedLongs.open(summary, at + VALUES, longs, n, -1 - index);
                System.arraycopy(from, p, summary, at + VALUES + (-1 - index) * longs, longs);
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
        int union = union(summary, at + VALUES, n, other, p + VALUES, more);
        summary[at] = Math.min(union, atMost + 1);
        if (union <= atMost) {
            mergeBackwards(summary, at + VALUES, n, other, p + VALUES, more, union);
        }
    }

    private int find(long[] page, int from, int n, long[] text, int p) {
        int low = 0;
        int high = n - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            int order = order(page, from + middle * longs, text, p);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1 - low;
    }

    private int order(long[] a, int at, long[] b, int p) {
        int order = 0;
        for (int i = 0; order == 0 && i < longs; i++) {
            order = Long.compare(a[at + i], b[p + i]);
        }
        return order;
    }

    private int union(long[] a, int from, int n, long[] b, int p, int m) {
        int i = 0;
        int j = 0;
        int count = 0;
        while (i < n && j < m) {
            int order = order(a, from + i * longs, b, p + j * longs);
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
            count++;
        }
        return count + n - i + m - j;
    }

    /** From the largest to the smallest, so that nothing is overwritten that is still to be read. */
    private void mergeBackwards(long[] to, int at, int n, long[] other, int p, int more, int union) {
        int i = n - 1;
        int j = more - 1;
        for (int k = union - 1; j >= 0; k--) {
            int order = i < 0 ? -1 : order(to, at + i * longs, other, p + j * longs);
            if (order > 0) {
                System.arraycopy(to, at + i * longs, to, at + k * longs, longs);
            } else {
                System.arraycopy(other, p + j * longs, to, at + k * longs, longs);
            }
            i -= order >= 0 ? 1 : 0;
            j -= order <= 0 ? 1 : 0;
        }
    }
}
