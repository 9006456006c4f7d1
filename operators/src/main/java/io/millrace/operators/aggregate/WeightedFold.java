package io.millrace.operators.aggregate;

/** The compensated sums of value times weight (the rounding of each product included) and of weights. */
final class WeightedFold implements Fold {
    @Override
    public int summaryLongs() {
        return 4;
    }

    @Override
    public void clear(long[] summary, int at) {
        for (int i = 0; i < 4; i++) {
            summary[at + i] = 0;
        }
    }

    @Override
    public void add(long[] summary, int at, long[] from, int p) {
        double value = Double.longBitsToDouble(from[p]);
        double weight = Double.longBitsToDouble(from[p + 1]);
        double product = value * weight;
        Exact.add(summary, at, product, Math.fma(value, weight, -product));
        Exact.add(summary, at + 2, weight, 0);
    }

    @Override
    public void merge(long[] summary, int at, long[] other, int p) {
        for (int i = 0; i < 4; i += 2) {
            double sum = Double.longBitsToDouble(other[p + i]);
            Exact.add(summary, at + i, sum, Double.longBitsToDouble(other[p + i + 1]));
        }
    }
}
