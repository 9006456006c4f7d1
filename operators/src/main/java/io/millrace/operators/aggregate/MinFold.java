package io.millrace.operators.aggregate;

/** The smallest long. */
final class MinFold implements Fold {
    @Override
    public void clear(long[] summary, int at) {
        summary[at] = Long.MAX_VALUE;
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
        summary[at] = Math.min(summary[at], from[p]);
    }
}
