package io.millrace.operators.lookback;

/** Arithmetic without loss. */
final class Exact {
    private Exact() {}

    /** 1 when an unsigned addition of a term gave a sum smaller than the term. */
    static long carry(long sum, long term) {
        return sum + Long.MIN_VALUE < term + Long.MIN_VALUE ? 1 : 0;
    }

    /** What the rounding of {@code sum = a + b} took away: Knuth's TwoSum, exact whichever is larger. */
    static double error(double a, double b, double sum) {
        double bRounded = sum - a;
        return a - (sum - bRounded) + (b - bRounded);
    }

    /** The sum of a compensated sum and its errors; infinite or NaN as plain addition would have it. */
    static double sum(long[] summary, int at) {
        double sum = Double.longBitsToDouble(summary[at]);
        return sum - sum == 0 ? sum + Double.longBitsToDouble(summary[at + 1]) : sum;
    }
}
