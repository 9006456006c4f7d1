package io.millrace.operators.aggregate;

/** The exact sum of longs of which any may be taken back: 128 bits (low, high) in a bucket, too. One of more than 64 bits cannot be told. */
final class SumOfChangesFold implements Fold {
    static final Fold INSTANCE = new SumOfChangesFold();

    private SumOfChangesFold() {}

    @Override
    public int summaryLongs() {
        return 2;
    }

    @Override
    public void clear(long[] summary, int at) {
        Folds.WIDE_SUM.clear(summary, at);
    }

    @Override
    public boolean isInRange(long[] summary, int at) {
        return Folds.SUM.isInRange(summary, at);
    }

    @Override
    public void add(long[] summary, int at, long[] from, int p) {
        Folds.WIDE_SUM.add(summary, at, from, p);
    }

    @Override
    public void merge(long[] summary, int at, long[] other, int p) {
        Folds.WIDE_SUM.merge(summary, at, other, p);
    }

    @Override
    public boolean givesBack() {
        return true;
    }

    @Override
    public void takeOut(long[] bucket, int at, long[] from, int p) {
        Folds.WIDE_SUM.takeOut(bucket, at, from, p);
    }
}
