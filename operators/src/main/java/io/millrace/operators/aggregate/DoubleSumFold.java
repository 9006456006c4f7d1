package io.millrace.operators.aggregate;

/**
 * The compensated sum of doubles: (sum, sum of all rounding errors), each error exact by Knuth's TwoSum. Added up they
 * are the sum as if computed in twice the working precision (Sum2 of T. Ogita, S. Rump, S. Oishi, Accurate Sum and Dot
 * Product, SIAM J. Sci. Comput. 26, 2005), in whatever order. Once the sum is infinite or NaN the error means nothing
 * and is left as it is.
 */
final class DoubleSumFold implements Fold {
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
    public void open(long[] bucket, int at, long[] from, int p) {
        bucket[at] = from[p];
        bucket[at + 1] = 0;
    }

    @Override
    public void add(long[] summary, int at, long[] from, int p) {
        double a = Double.longBitsToDouble(summary[at]);
        double b = Double.longBitsToDouble(from[p]);
        double sum = a + b;
        double error = Double.longBitsToDouble(summary[at + 1]) + Exact.error(a, b, sum);
        summary[at] = Double.doubleToLongBits(sum);
        summary[at + 1] = Double.doubleToLongBits(error);
    }

    @Override
    public void merge(long[] summary, int at, long[] other, int p) {
        summaries(other, p, 0, 1, summary, at);
    }

    @Override
    public void arguments(long[] page, int from, int stride, int n, long[] summary, int at) {
        double sum = Double.longBitsToDouble(summary[at]);
        double errors = Double.longBitsToDouble(summary[at + 1]);
        for (int i = 0, p = from; i < n; i++, p += stride) {
            double term = Double.longBitsToDouble(page[p]);
            double next = sum + term;
            errors += Exact.error(sum, term, next);
            sum = next;
        }
        summary[at] = Double.doubleToLongBits(sum);
        summary[at + 1] = Double.doubleToLongBits(errors);
    }

    @Override
    public void buckets(long[] page, int from, int stride, int n, long[] summary, int at) {
        summaries(page, from, stride, n, summary, at);
    }

    @Override
    public void summaries(long[] page, int from, int stride, int n, long[] summary, int at) {
        double sum = Double.longBitsToDouble(summary[at]);
        double errors = Double.longBitsToDouble(summary[at + 1]);
        for (int i = 0, p = from; i < n; i++, p += stride) {
            double term = Double.longBitsToDouble(page[p]);
            double next = sum + term;
            errors += Exact.error(sum, term, next) + Double.longBitsToDouble(page[p + 1]);
            sum = next;
        }
        summary[at] = Double.doubleToLongBits(sum);
        summary[at + 1] = Double.doubleToLongBits(errors);
    }
}
