package io.millrace.operators.aggregate.statistic;

import io.millrace.operators.aggregate.Fold;

/**
 * The event at which a number is extreme (number, value, turn, whether there is one); arguments: number, value,
 * turn. Of equal numbers the event that came first. A NaN is never extreme.
 *
 * @param largest    whether the largest is looked for
 * @param ofDoubles  whether the numbers are floating point
 */
record ExtremeFold(boolean largest, boolean ofDoubles) implements Fold {
    static final int VALUE = 1;
    static final int THERE = 3;

    private static final int TURN = 2;

    @Override
    public int summaryLongs() {
        return 4;
    }

    @Override
    public void clear(long[] summary, int at) {
        for (int i = 0; i < summaryLongs(); i++) {
            summary[at + i] = 0;
        }
    }

    @Override
    public void add(long[] summary, int at, long[] from, int p) {
        if (ofDoubles && Double.isNaN(Double.longBitsToDouble(from[p]))) {
            return;
        }
        if (summary[at + THERE] == 0 || isBefore(from, p, summary, at)) {
            summary[at] = from[p];
            summary[at + VALUE] = from[p + VALUE];
            summary[at + TURN] = from[p + TURN];
            summary[at + THERE] = 1;
        }
    }

    private boolean isBefore(long[] a, int p, long[] b, int q) {
        int order = largest ? compare(b[q], a[p]) : compare(a[p], b[q]);
        return order < 0 || order == 0 && a[p + TURN] < b[q + TURN];
    }

    private int compare(long a, long b) {
        if (!ofDoubles) {
            return Long.compare(a, b);
        }
        double x = Double.longBitsToDouble(a);
        double y = Double.longBitsToDouble(b);
        return x < y ? -1 : x > y ? 1 : 0; // the two zeroes are equal
    }

    @Override
    public void merge(long[] summary, int at, long[] other, int p) {
        if (other[p + THERE] != 0) {
            add(summary, at, other, p);
        }
    }
}
