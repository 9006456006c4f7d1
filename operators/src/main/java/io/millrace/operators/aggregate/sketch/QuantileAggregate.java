package io.millrace.operators.aggregate.sketch;

import io.millrace.operators.aggregate.Aggregate;
import io.millrace.operators.aggregate.Cell;
import io.millrace.operators.aggregate.Fold;

/** The value at a rank: the middle of its bucket, within the smallest and the largest there is. */
final class QuantileAggregate implements Aggregate {
    private static final int SHIFT = 52 - QuantileFold.FINEST;
    private static final long INFINITY = Double.doubleToRawLongBits(Double.POSITIVE_INFINITY);

    private final double p;
    private final Fold fold;

    QuantileAggregate(double p, int buckets) {
        this.p = p;
        fold = new QuantileFold(buckets);
    }

    @Override
    public String word() {
        return "quantile";
    }

    @Override
    public Fold fold() {
        return fold;
    }

    @Override
    public void result(long[] summaries, int at, int count, Cell cell) {
        int taken = QuantileFold.taken(summaries, at);
        if (summaries[at + QuantileFold.NANS] > 0) {
            cell.set(Double.NaN);
        } else if (taken == 0) {
            cell.absent();
        } else {
            cell.set(value(summaries, at, taken));
        }
    }

    private double value(long[] s, int at, int taken) {
        double min = Double.longBitsToDouble(s[at + QuantileFold.MIN]);
        double max = Double.longBitsToDouble(s[at + QuantileFold.MAX]);
        int from = at + QuantileFold.HEAD;
        long all = 0;
        for (int i = 0; i < taken; i++) {
            all += s[from + i] & QuantileFold.COUNTS;
        }
        long rank = rank(all);
        if (rank <= 1 || rank >= all) {
            return rank <= 1 ? min : max;
        }
        int i = 0;
        long before = s[from] & QuantileFold.COUNTS;
        while (before < rank) {
            before += s[from + ++i] & QuantileFold.COUNTS;
        }
        double middle = middle(s[from + i] >> QuantileFold.COUNT_BITS, QuantileFold.coarseness(s, at));
        return Math.max(min, Math.min(max, middle));
    }

    /** The smallest whole number that is not below p times n; a product that is whole but for its rounding is whole. */
    private long rank(long n) {
        double exact = p * n;
        double nearest = Math.rint(exact);
        return (long) (Math.abs(exact - nearest) <= 2 * StrictMath.ulp(exact) ? nearest : Math.ceil(exact));
    }

    private static double middle(long number, int coarseness) {
        long first = (number < 0 ? ~number : number) << coarseness + SHIFT;
        if (first == 0) {
            return 0;
        }
        long bits = Math.min(INFINITY, first + (1L << coarseness + SHIFT - 1));
        double middle = Double.longBitsToDouble(first >= INFINITY ? INFINITY : bits);
        return number < 0 ? -middle : middle;
    }
}
