package io.millrace.operators.aggregate.statistic;

import io.millrace.operators.aggregate.Fold;

/**
 * The k first numbers of an order, behind how many there are; equal ones as often as they came, or once. Argument: the
 * number. What is kept depends on the numbers only, and not on the order in which they came.
 *
 * @param order    what comes first
 * @param k        how many are kept
 * @param distinct whether equal ones are kept once
 */
record OrderStatisticsFold(Order order, int k, boolean distinct) implements Fold {
    private static final int CODES = 1;

    /** How a number is kept: as a long that is smaller, the earlier the number comes. */
    enum Order {
        SMALLEST(false, false),
        LARGEST(true, false),
        SMALLEST_DOUBLE(false, true),
        LARGEST_DOUBLE(true, true);

        final boolean floating;
        private final long flip;

        Order(boolean isReversed, boolean isFloating) {
            flip = isReversed ? -1 : 0;
            floating = isFloating;
        }

        /** The number as it is kept; -0.0 as 0.0. */
        long code(long bits) {
            return flip ^ (floating ? ordered(Double.doubleToLongBits(Double.longBitsToDouble(bits) + 0.0)) : bits);
        }

        /** The number of which this is the code. */
        long bits(long code) {
            return floating ? ordered(flip ^ code) : flip ^ code;
        }

        boolean isNumber(long bits) {
            return !floating || !Double.isNaN(Double.longBitsToDouble(bits));
        }

        /** Bits of doubles as longs in the order of the doubles, and back. */
        private static long ordered(long bits) {
            return bits < 0 ? bits ^ Long.MAX_VALUE : bits;
        }
    }

    @Override
    public int summaryLongs() {
        return CODES + k;
    }

    @Override
    public void add(long[] summary, int at, long[] from, int p) {
        if (order.isNumber(from[p])) {
            put(summary, at, order.code(from[p]));
        }
    }

    /** From the last: in a long run most numbers are behind all that are kept. */
    private void put(long[] summary, int at, long code) {
        int n = (int) summary[at];
        int index = n;
        while (index > 0 && summary[at + index] > code) {
            index--;
        }
        boolean isKept = distinct && index > 0 && summary[at + index] == code;
        if (index == k || isKept) {
            return;
        }
        int first = at + CODES + index;
        System.arraycopy(summary, first, summary, first + 1, Math.min(n, k - 1) - index);
        summary[first] = code;
        summary[at] = Math.min(n + 1, k);
    }

    /** Goes through both to see how many of each are among the first, and puts these together from the last. */
    @Override
    public void merge(long[] summary, int at, long[] other, int p) {
        int n = (int) summary[at];
        int m = (int) other[p];
        int i = 0;
        int j = 0;
        int all = 0;
        while (all < k && (i < n || j < m)) {
            boolean isOwn = j == m || i < n && summary[at + CODES + i] <= other[p + CODES + j];
            boolean isBoth = distinct && isOwn && j < m && summary[at + CODES + i] == other[p + CODES + j];
            i += isOwn ? 1 : 0;
            j += !isOwn || isBoth ? 1 : 0;
            all++;
        }
        summary[at] = all;
        mergeBackwards(summary, at, i, other, p, j);
    }

    /** So that nothing is overwritten that is still to be read. */
    private void mergeBackwards(long[] summary, int at, int n, long[] other, int p, int m) {
        int i = n;
        int j = m;
        for (int to = (int) summary[at]; j > 0; to--) { // the codes of a summary begin at 1
            long its = other[p + j];
            long code = i > 0 ? Math.max(summary[at + i], its) : its;
            boolean isOwn = i > 0 && summary[at + i] == code;
            i -= isOwn ? 1 : 0;
            j -= its == code && (distinct || !isOwn) ? 1 : 0;
            summary[at + to] = code;
        }
    }
}
