package io.millrace.operators.aggregate;

/** Arithmetic without loss. */
public final class Exact {
    private Exact() {}

    /**
     * The carry of an unsigned addition.
     *
     * @param sum  of 64 bits
     * @param term one of the two that were added
     * @return 1 when the sum is smaller than the term, taken as unsigned
     */
    public static long carry(long sum, long term) {
        return sum + Long.MIN_VALUE < term + Long.MIN_VALUE ? 1 : 0;
    }

    /**
     * What the rounding of {@code sum = a + b} took away: Knuth's TwoSum, exact whichever is larger.
     *
     * @param a   a term
     * @param b   a term
     * @param sum their rounded sum
     * @return the rest
     */
    public static double error(double a, double b, double sum) {
        double bRounded = sum - a;
        return a - (sum - bRounded) + (b - bRounded);
    }

    /**
     * The sum of a compensated sum and its errors.
     *
     * @param summary where they stand, as bits of doubles
     * @param at      index of the sum; the errors follow
     * @return infinite or NaN as plain addition would have it
     */
    public static double sum(long[] summary, int at) {
        double sum = Double.longBitsToDouble(summary[at]);
        return sum - sum == 0 ? sum + Double.longBitsToDouble(summary[at + 1]) : sum;
    }

    /**
     * Adds a number to a compensated sum.
     *
     * @param summary where sum and errors stand, as bits of doubles
     * @param at      index of the sum; the errors follow
     * @param term    what to add
     * @param rest    what the rounding of the term had taken away
     */
    public static void add(long[] summary, int at, double term, double rest) {
        double before = Double.longBitsToDouble(summary[at]);
        double sum = before + term;
        double errors = Double.longBitsToDouble(summary[at + 1]) + (error(before, term, sum) + rest);
        summary[at] = Double.doubleToLongBits(sum);
        summary[at + 1] = Double.doubleToLongBits(errors);
    }
}
