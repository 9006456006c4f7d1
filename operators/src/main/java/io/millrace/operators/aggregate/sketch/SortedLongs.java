package io.millrace.operators.aggregate.sketch;

/** Searching and widening of records that are sorted by their first long and lie one behind the other. */
final class SortedLongs {
    private SortedLongs() {}

    /** The record that begins with a value, or where it would have to be inserted, as {@code -1 - index}. */
    static int find(long[] page, int from, int stride, int n, long value) {
        int low = 0;
        int high = n - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            long there = page[from + middle * stride];
            if (there == value) {
                return middle;
            }
            if (there < value) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1 - low;
    }

    /** Makes room for a record. */
    static void open(long[] page, int from, int stride, int n, int index) {
        int at = from + index * stride;
        System.arraycopy(page, at, page, at + stride, (n - index) * stride);
    }

    /** Takes a record away. */
    static void close(long[] page, int from, int stride, int n, int index) {
        int at = from + index * stride;
        System.arraycopy(page, at + stride, page, at, (n - index - 1) * stride);
    }

    /** How many different first longs two lots of records have. */
    static int union(long[] a, int from, int n, long[] b, int p, int m, int stride) {
        int i = 0;
        int j = 0;
        int count = 0;
        while (i < n && j < m) {
            long x = a[from + i * stride];
            long y = b[p + j * stride];
            i += x <= y ? 1 : 0;
            j += y <= x ? 1 : 0;
            count++;
        }
        return count + n - i + m - j;
    }
}
