package io.millrace.operators.lookback;

/**
 * What aggregates keep of a set of arguments, so that two disjoint sets can be put together. A new kind of aggregate is
 * a {@link Aggregate} over folds, and where none of these fits, one more class like them.
 *
 * <p>A fold has two forms, both some longs: the <em>bucket</em> form of the events of one step, kept with each step,
 * and the <em>summary</em> of any number of events, which only inner nodes and results have. An argument is 64 bits;
 * see {@link Argument}. The bulk methods fold n records that lie {@code stride} apart, so one call of an interface
 * serves many events.
 */
interface Fold {
    Fold COUNT = new CountFold();
    Fold SUM = new SumFold();
    Fold SUM_DOUBLE = new DoubleSumFold();
    Fold MIN = new MinFold();
    Fold MAX = new MaxFold();
    Fold MIN_DOUBLE = new MinDoubleFold();
    Fold MAX_DOUBLE = new MaxDoubleFold();

    /** Longs of a bucket. */
    default int bucketLongs() {
        return 1;
    }

    /** Longs of a summary. */
    default int summaryLongs() {
        return 1;
    }

    /** Whether arguments may be taken out of a sum of them again: each adds {@link #weight} to a sum of 64 bits. */
    default boolean isInvertible() {
        return false;
    }

    /** What an argument adds to the sum of an invertible fold. */
    default long weight(long argument) {
        return argument;
    }

    /** Makes a summary of nothing. */
    default void clear(long[] summary, int at) {
        summary[at] = 0;
    }

    /** Makes a bucket of one argument. */
    default void open(long[] bucket, int at, long argument) {
        bucket[at] = argument;
    }

    /** Whether a bucket can take an argument. */
    default boolean fits(long[] bucket, int at, long argument) {
        return true;
    }

    /** Adds an argument to a bucket. */
    void addToBucket(long[] bucket, int at, long argument);

    /** Adds an argument to a summary. */
    void add(long[] summary, int at, long argument);

    /** Adds n arguments to a summary. */
    default void arguments(long[] page, int from, int stride, int n, long[] summary, int at) {
        for (int i = 0, p = from; i < n; i++, p += stride) {
            add(summary, at, page[p]);
        }
    }

    /** Adds n buckets to a summary. */
    default void buckets(long[] page, int from, int stride, int n, long[] summary, int at) {
        arguments(page, from, stride, n, summary, at);
    }

    /** Adds n summaries to a summary. */
    default void summaries(long[] page, int from, int stride, int n, long[] summary, int at) {
        arguments(page, from, stride, n, summary, at);
    }
}

/** How many; the argument means nothing. */
final class CountFold implements Fold {
    @Override
    public boolean isInvertible() {
        return true;
    }

    @Override
    public long weight(long argument) {
        return 1;
    }

    @Override
    public void open(long[] bucket, int at, long argument) {
        bucket[at] = 1;
    }

    @Override
    public void addToBucket(long[] bucket, int at, long argument) {
        bucket[at]++;
    }

    @Override
    public void add(long[] summary, int at, long argument) {
        summary[at]++;
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

/** The exact sum of longs: 64 bits in a bucket, which refuses what does not fit, 128 bits (low, high) in a summary. */
final class SumFold implements Fold {
    @Override
    public int summaryLongs() {
        return 2;
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
    public boolean fits(long[] bucket, int at, long argument) {
        long sum = bucket[at] + argument;
        return ((bucket[at] ^ sum) & (argument ^ sum)) >= 0;
    }

    @Override
    public void addToBucket(long[] bucket, int at, long argument) {
        bucket[at] += argument;
    }

    @Override
    public void add(long[] summary, int at, long argument) {
        long low = summary[at] + argument;
        summary[at + 1] += (argument >> 63) + Exact.carry(low, argument);
        summary[at] = low;
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

/**
 * The compensated sum of doubles: (sum, sum of all rounding errors), each error exact by Knuth's TwoSum. Added up they
 * are the sum as if computed in twice the working precision (Sum2 of T. Ogita, S. Rump, S. Oishi, Accurate Sum and Dot
 * Product, SIAM J. Sci. Comput. 26, 2005), in whatever order. Once the sum is infinite or NaN the error means nothing
 * and is left as it is.
 */
final class DoubleSumFold implements Fold {
    @Override
    public int bucketLongs() {
        return 2;
    }

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
    public void open(long[] bucket, int at, long argument) {
        bucket[at] = argument;
        bucket[at + 1] = 0;
    }

    @Override
    public void addToBucket(long[] bucket, int at, long argument) {
        add(bucket, at, argument);
    }

    @Override
    public void add(long[] summary, int at, long argument) {
        double a = Double.longBitsToDouble(summary[at]);
        double b = Double.longBitsToDouble(argument);
        double sum = a + b;
        double error = Double.longBitsToDouble(summary[at + 1]) + Exact.error(a, b, sum);
        summary[at] = Double.doubleToLongBits(sum);
        summary[at + 1] = Double.doubleToLongBits(error);
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

/** The smallest long. */
final class MinFold implements Fold {
    @Override
    public void clear(long[] summary, int at) {
        summary[at] = Long.MAX_VALUE;
    }

    @Override
    public void addToBucket(long[] bucket, int at, long argument) {
        add(bucket, at, argument);
    }

    @Override
    public void add(long[] summary, int at, long argument) {
        summary[at] = Math.min(summary[at], argument);
    }
}

/** The largest long. */
final class MaxFold implements Fold {
    @Override
    public void clear(long[] summary, int at) {
        summary[at] = Long.MIN_VALUE;
    }

    @Override
    public void addToBucket(long[] bucket, int at, long argument) {
        add(bucket, at, argument);
    }

    @Override
    public void add(long[] summary, int at, long argument) {
        summary[at] = Math.max(summary[at], argument);
    }
}

/** The smallest double; NaN when there is one. */
final class MinDoubleFold implements Fold {
    private static final long NOTHING = Double.doubleToRawLongBits(Double.POSITIVE_INFINITY);

    @Override
    public void clear(long[] summary, int at) {
        summary[at] = NOTHING;
    }

    @Override
    public void addToBucket(long[] bucket, int at, long argument) {
        add(bucket, at, argument);
    }

    @Override
    public void add(long[] summary, int at, long argument) {
        double min = Math.min(Double.longBitsToDouble(summary[at]), Double.longBitsToDouble(argument));
        summary[at] = Double.doubleToLongBits(min);
    }
}

/** The largest double; NaN when there is one. */
final class MaxDoubleFold implements Fold {
    private static final long NOTHING = Double.doubleToRawLongBits(Double.NEGATIVE_INFINITY);

    @Override
    public void clear(long[] summary, int at) {
        summary[at] = NOTHING;
    }

    @Override
    public void addToBucket(long[] bucket, int at, long argument) {
        add(bucket, at, argument);
    }

    @Override
    public void add(long[] summary, int at, long argument) {
        double max = Math.max(Double.longBitsToDouble(summary[at]), Double.longBitsToDouble(argument));
        summary[at] = Double.doubleToLongBits(max);
    }
}
