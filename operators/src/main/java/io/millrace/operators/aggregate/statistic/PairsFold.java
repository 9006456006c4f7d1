package io.millrace.operators.aggregate.statistic;

import io.millrace.operators.aggregate.Fold;

/**
 * Number, means, sums of squared deviations and of products of deviations of pairs of doubles; arguments: x, y. The
 * updates are those of Pébay (Formulas for Robust, One-Pass Parallel Computation of Covariances and Arbitrary-Order
 * Statistical Moments, Sandia Report SAND2008-6212, 2008), after Chan, Golub and LeVeque (1979): deviations are taken
 * from the means, nothing large is subtracted from anything large, nothing is ever taken away.
 */
final class PairsFold implements Fold {
    static final int MEAN_X = 1;
    static final int MEAN_Y = 2;
    static final int SQUARES_X = 3;
    static final int SQUARES_Y = 4;
    static final int PRODUCTS = 5;
    static final int LONGS = 6;

    @Override
    public int summaryLongs() {
        return LONGS;
    }

    @Override
    public void clear(long[] summary, int at) {
        for (int i = 0; i < LONGS; i++) {
            summary[at + i] = 0;
        }
    }

    @Override
    public void add(long[] summary, int at, long[] from, int p) {
        addOne(summary, at, Double.longBitsToDouble(from[p]), Double.longBitsToDouble(from[p + 1]));
    }

    @Override
    public void merge(long[] summary, int at, long[] other, int p) {
        merge(summary, at, other, p, 0);
    }

    /** Adds a pair. */
    static void addOne(long[] to, int at, double x, double y) {
        long n = to[at];
        double dx = n == 0 ? 0 : x - get(to, at + MEAN_X);
        double dy = n == 0 ? 0 : y - get(to, at + MEAN_Y);
        double part = 1.0 / (n + 1);
        double weight = n * part;
        double meanX = n == 0 ? x : get(to, at + MEAN_X) + dx * part;
        double meanY = n == 0 ? y : get(to, at + MEAN_Y) + dy * part;
        to[at] = n + 1;
        write(to, at, meanX, meanY, dx * dx * weight, dy * dy * weight, dx * dy * weight);
    }

    /** Adds pairs whose x are all larger by some number than they say. */
    static void merge(long[] to, int at, long[] other, int p, double shift) {
        long more = other[p];
        if (more == 0) {
            return;
        }
        long n = to[at];
        double itsX = get(other, p + MEAN_X) + shift;
        double itsY = get(other, p + MEAN_Y);
        double dx = n == 0 ? 0 : itsX - get(to, at + MEAN_X);
        double dy = n == 0 ? 0 : itsY - get(to, at + MEAN_Y);
        double part = (double) more / (n + more);
        double weight = n * part;
        double meanX = n == 0 ? itsX : get(to, at + MEAN_X) + dx * part;
        double meanY = n == 0 ? itsY : get(to, at + MEAN_Y) + dy * part;
        to[at] = n + more;
        write(
                to,
                at,
                meanX,
                meanY,
                get(other, p + SQUARES_X) + dx * dx * weight,
                get(other, p + SQUARES_Y) + dy * dy * weight,
                get(other, p + PRODUCTS) + dx * dy * weight);
    }

    private static void write(long[] to, int at, double meanX, double meanY, double xx, double yy, double xy) {
        // what is not finite has no deviation that could be told
        double x = meanX - meanX;
        double y = meanY - meanY;
        set(to, at + MEAN_X, meanX);
        set(to, at + MEAN_Y, meanY);
        set(to, at + SQUARES_X, get(to, at + SQUARES_X) + xx + x);
        set(to, at + SQUARES_Y, get(to, at + SQUARES_Y) + yy + y);
        set(to, at + PRODUCTS, get(to, at + PRODUCTS) + xy + x + y);
    }

    static double get(long[] from, int at) {
        return Double.longBitsToDouble(from[at]);
    }

    private static void set(long[] to, int at, double value) {
        to[at] = Double.doubleToLongBits(value);
    }
}
