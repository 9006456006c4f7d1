package io.millrace.operators.aggregate;

/** The largest double; NaN when there is one. */
final class MaxDoubleFold implements Fold {
    private static final long NOTHING = Double.doubleToRawLongBits(Double.NEGATIVE_INFINITY);

    @Override
    public void clear(long[] summary, int at) {
        summary[at] = NOTHING;
    }

    @Override
    public void open(long[] bucket, int at, long[] from, int p) {
        bucket[at] = from[p];
    }

    @Override
    public void merge(long[] summary, int at, long[] other, int p) {
        add(summary, at, other, p);
    }

    @Override
    public void add(long[] summary, int at, long[] from, int p) {
        double max = Math.max(Double.longBitsToDouble(summary[at]), Double.longBitsToDouble(from[p]));
        summary[at] = Double.doubleToLongBits(max);
    }
}
