package io.millrace.operators.aggregate;

/** The exact sum of longs in 128 bits (low, high): takes whatever comes. */
final class WideSumFold implements Fold {
    @Override
    public int summaryLongs() {
        return 2;
    }

    @Override
    public void clear(long[] summary, int at) {
        summary[at] = 0;
        summary[at + 1] = 0;
    }

    @Override
    public void add(long[] summary, int at, long[] from, int p) {
        Folds.SUM.add(summary, at, from, p);
    }

    @Override
    public boolean givesBack() {
        return true;
    }

    @Override
    public void takeOut(long[] bucket, int at, long[] from, int p) {
        long term = from[p];
        long low = bucket[at];
        bucket[at] = low - term;
        bucket[at + 1] -= (term >> 63) + Exact.carry(low, term);
    }

    @Override
    public void merge(long[] summary, int at, long[] other, int p) {
        Folds.SUM.merge(summary, at, other, p);
    }
}
