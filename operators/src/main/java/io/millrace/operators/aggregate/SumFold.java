package io.millrace.operators.aggregate;

/** The exact sum of longs: 64 bits in a bucket, which refuses what does not fit, 128 bits (low, high) in a summary. */
final class SumFold implements Fold {
    @Override
    public int bucketLongs() {
        return 1;
    }

    @Override
    public void open(long[] bucket, int at, long[] from, int p) {
        bucket[at] = from[p];
    }

    @Override
    public int summaryLongs() {
        return 2;
    }

    /** A row that is refused could be taken back all the same, so none is: what does not fit is not told. */
    @Override
    public Fold ofChanges() {
        return SumOfChangesFold.INSTANCE;
    }

    @Override
    public boolean isInvertible() {
        return true;
    }

    @Override
    public void clear(long[] summary, int at) {
        summary[at] = 0;
        summary[at + 1] = 0;
    }

    @Override
    public boolean fits(long[] bucket, int at, long[] from, int p) {
        long sum = bucket[at] + from[p];
        return ((bucket[at] ^ sum) & (from[p] ^ sum)) >= 0;
    }

    @Override
    public boolean isInRange(long[] summary, int at) {
        return summary[at + 1] == summary[at] >> 63;
    }

    @Override
    public void addToBucket(long[] bucket, int at, long[] from, int p) {
        bucket[at] += from[p];
    }

    @Override
    public void add(long[] summary, int at, long[] from, int p) {
        long term = from[p];
        long low = summary[at] + term;
        summary[at + 1] += (term >> 63) + Exact.carry(low, term);
        summary[at] = low;
    }

    @Override
    public void merge(long[] summary, int at, long[] other, int p) {
        summaries(other, p, 0, 1, summary, at);
    }

    @Override
    public void buckets(long[] page, int from, int stride, int n, long[] summary, int at) {
        arguments(page, from, stride, n, summary, at);
    }

    @Override
    public void summaries(long[] page, int from, int stride, int n, long[] summary, int at) {
        long low = summary[at];
        long high = summary[at + 1];
        for (int i = 0, p = from; i < n; i++, p += stride) {
            low += page[p];
            high += page[p + 1] + Exact.carry(low, page[p]);
        }
        summary[at] = low;
        summary[at + 1] = high;
    }
}
