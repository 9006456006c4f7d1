package io.millrace.operators.aggregate;

/** How many; the argument means nothing. */
final class CountFold implements Fold {
    @Override
    public boolean isInvertible() {
        return true;
    }

    @Override
    public boolean givesBack() {
        return true;
    }

    @Override
    public void takeOut(long[] bucket, int at, long[] from, int p) {
        bucket[at]--;
    }

    @Override
    public long weight(long argument) {
        return 1;
    }

    @Override
    public void open(long[] bucket, int at, long[] from, int p) {
        bucket[at] = 1;
    }

    @Override
    public void addToBucket(long[] bucket, int at, long[] from, int p) {
        bucket[at]++;
    }

    @Override
    public void add(long[] summary, int at, long[] from, int p) {
        summary[at]++;
    }

    @Override
    public void merge(long[] summary, int at, long[] other, int p) {
        summary[at] += other[p];
    }

    @Override
    public void arguments(long[] page, int from, int stride, int n, long[] summary, int at) {
        summary[at] += n;
    }

    @Override
    public void buckets(long[] page, int from, int stride, int n, long[] summary, int at) {
        long sum = summary[at];
        for (int i = 0, p = from; i < n; i++, p += stride) {
            sum += page[p];
        }
        summary[at] = sum;
    }

    @Override
    public void summaries(long[] page, int from, int stride, int n, long[] summary, int at) {
        buckets(page, from, stride, n, summary, at);
    }
}
