package io.millrace.operators.aggregate.statistic;

import io.millrace.operators.aggregate.Fold;

/**
 * Sums of weighted values and of weights, which halve with age; arguments: time, value. Ages count from the latest
 * event of the set, and two sets are put together as of the later of the two: both sums of the other one fade by the
 * time between. So the mean, their quotient, is the same whatever the order, but for rounding.
 *
 * <p>A value that is infinite or NaN does not fade: a set that has one has no finite mean. Were it let go of at some age, it would
 * hang on the order whether a sum between two events still has it.
 *
 * <p>Values so large that a sum of them could be more than a double holds have a sum of their own, of what they are by a power of two
 * less. Which one a value is of hangs on itself alone, so on no order, and what has no such value is what it was without.
 *
 * <p>The powers are computed here, because {@link Math#pow} may differ from one machine to another in the last bit and
 * {@link StrictMath#pow} takes its time.
 *
 * @param halfLifeNs how long until a weight is a half
 */
record FadingFold(long halfLifeNs) implements Fold {
    private static final int SUM = 1;
    static final int WEIGHTS = 2;
    private static final int LARGE_SUM = 3;

    /** As many values below it as a long counts have a sum that is finite. */
    private static final double LARGE = 0x1p900;

    private static final double LESS = 0x1p-128;

    /** What has halved as often is nothing. */
    private static final double HALVINGS_MAX = 1_000;

    private static final double LN_2 = 0.6931471805599453;

    /** 1 / n!: enough for exponents of half of ln 2. */
    private static final double[] SERIES = series(14);

    private static double[] series(int terms) {
        double[] series = new double[terms];
        double factorial = 1;
        for (int n = 0; n < terms; n++) {
            series[n] = 1 / factorial;
            factorial *= n + 1;
        }
        return series;
    }

    @Override
    public int summaryLongs() {
        return 4;
    }

    @Override
    public void clear(long[] summary, int at) {
        summary[at] = 0;
        summary[at + SUM] = 0;
        summary[at + WEIGHTS] = 0;
        summary[at + LARGE_SUM] = 0;
    }

    @Override
    public void add(long[] summary, int at, long[] from, int p) {
        double value = Double.longBitsToDouble(from[p + 1]);
        boolean isLarge = Double.isFinite(value) && Math.abs(value) >= LARGE;
        put(summary, at, from[p], isLarge ? 0 : value, isLarge ? value * LESS : 0, 1);
    }

    @Override
    public void merge(long[] summary, int at, long[] other, int p) {
        if (other[p + WEIGHTS] != 0) {
            double sum = Double.longBitsToDouble(other[p + SUM]);
            double large = Double.longBitsToDouble(other[p + LARGE_SUM]);
            put(summary, at, other[p], sum, large, Double.longBitsToDouble(other[p + WEIGHTS]));
        }
    }

    private void put(long[] to, int at, long timeNs, double itsSum, double itsLarge, double itsWeights) {
        double sum = Double.longBitsToDouble(to[at + SUM]);
        double large = Double.longBitsToDouble(to[at + LARGE_SUM]);
        double weights = Double.longBitsToDouble(to[at + WEIGHTS]);
        long latest = weights == 0 ? timeNs : Math.max(to[at], timeNs);
        double mine = weights == 0 ? 0 : faded(to[at], latest);
        double its = faded(timeNs, latest);
        to[at] = latest;
        to[at + SUM] = Double.doubleToLongBits(part(sum, mine) + part(itsSum, its));
        to[at + LARGE_SUM] = Double.doubleToLongBits(part(large, mine) + part(itsLarge, its));
        to[at + WEIGHTS] = Double.doubleToLongBits(weights * mine + itsWeights * its);
    }

    /** The mean of a set that is not empty. */
    static double mean(long[] summary, int at) {
        double sum = Double.longBitsToDouble(summary[at + SUM]);
        double large = Double.longBitsToDouble(summary[at + LARGE_SUM]);
        double weights = Double.longBitsToDouble(summary[at + WEIGHTS]);
        if (large == 0 || !Double.isFinite(sum)) {
            return sum / weights;
        }
        double mean = (sum * LESS + large) / weights / LESS;
        return Double.isInfinite(mean) ? (mean > 0 ? Double.MAX_VALUE : -Double.MAX_VALUE) : mean; // rounded beyond it
    }

    /** What is of no weight any more is left out, as is the sum of nothing; half of what is infinite or NaN is as much again. */
    private static double part(double sum, double weight) {
        if (weight == 0) {
            return Double.isFinite(sum) ? -0.0 : sum;
        }
        return sum * weight;
    }

    /** What is left of a weight of 1. */
    private double faded(long fromNs, long toNs) {
        if (fromNs == toNs) {
            return 1;
        }
        long age = toNs - fromNs;
        return age > 0 ? halved((double) age / halfLifeNs) : 0; // further apart than a long tells
    }

    /** 2 to the power of -times, to the last bits; 0 beyond what matters. */
    static double halved(double times) {
        if (times > HALVINGS_MAX) {
            return 0;
        }
        double whole = Math.rint(times);
        double exponent = (whole - times) * LN_2;
        double power = 0;
        for (int n = SERIES.length - 1; n >= 0; n--) {
            power = power * exponent + SERIES[n];
        }
        return power * Double.longBitsToDouble(1023 - (long) whole << 52);
    }
}
