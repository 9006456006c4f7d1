package io.millrace.operators.aggregate.sketch;

import io.millrace.operators.aggregate.Fold;

/**
 * How many values fall into each bucket of a scale that is linear within each power of two, as that of HdrHistogram, for
 * all doubles. Buckets without a value take no room. When there is no room for another, every two buckets become one,
 * on the whole scale (the uniform collapse of UDDSketch: Epicoco, Melle, Cafaro, Pulimeno, Morleo, UDDSketch: Accurate
 * Tracking of Quantiles in Data Streams, 2020), so that all quantiles keep one relative error. The scale is the finest
 * that has room for all values there were: it, and with it the whole summary, depends on the values only, not on their
 * order nor on how sets of them were put together.
 *
 * @param buckets how many may have a value
 */
record QuantileFold(int buckets) implements Fold {
    /*
     * | coarseness << 32 | taken buckets || NaNs | smallest | largest | bucket … |
     * Bucket: number << 44 | count. Its number is the upper 19 bits of the value without its sign (exponent and 8 bits
     * of the fraction), shifted right by the coarseness; those of negative values are the complement.
     */
    static final int NANS = 1;
    static final int MIN = 2;
    static final int MAX = 3;
    static final int HEAD = 4;

    /** Bits of the fraction at first: 256 buckets for each power of two. */
    static final int FINEST = 8;

    static final int COUNT_BITS = 44;
    static final long COUNTS = (1L << COUNT_BITS) - 1;

    @Override
    public int summaryLongs() {
        return HEAD + buckets;
    }

    @Override
    public void clear(long[] summary, int at) {
        for (int i = 0; i < HEAD; i++) {
            summary[at + i] = 0;
        }
    }

    static int taken(long[] summary, int at) {
        return (int) summary[at];
    }

    static int coarseness(long[] summary, int at) {
        return (int) (summary[at] >>> 32);
    }

    private static void head(long[] summary, int at, int coarseness, int taken) {
        summary[at] = (long) coarseness << 32 | taken;
    }

    /** The number of the finest bucket of a value. */
    private static long number(double value) {
        long bits = Double.doubleToRawLongBits(value + 0.0); // of the two zeroes the positive one
        long number = (bits & Long.MAX_VALUE) >>> 52 - FINEST;
        return bits < 0 ? ~number : number;
    }

    @Override
    public void add(long[] summary, int at, long[] from, int p) {
        double value = Double.longBitsToDouble(from[p]);
        if (value != value) {
            summary[at + NANS]++;
            return;
        }
        widen(summary, at, value, value);
        long number = number(value);
        int index = index(summary, at, number);
        while (index < 0 && taken(summary, at) == buckets) {
            coarsen(summary, at);
            index = index(summary, at, number);
        }
        if (index < 0) {
            int taken = taken(summary, at);
            SortedLongs.open(summary, at + HEAD, 1, taken, -1 - index);
            summary[at + HEAD - 1 - index] = number >> coarseness(summary, at) << COUNT_BITS | 1;
            head(summary, at, coarseness(summary, at), taken + 1);
        } else {
            summary[at + HEAD + index] = summed(summary[at + HEAD + index], 1);
        }
    }

    /** The smallest and the largest; of nothing, when no bucket is taken. */
    private static void widen(long[] summary, int at, double min, double max) {
        boolean none = taken(summary, at) == 0;
        double least = none ? min : Math.min(min, Double.longBitsToDouble(summary[at + MIN]));
        double most = none ? max : Math.max(max, Double.longBitsToDouble(summary[at + MAX]));
        summary[at + MIN] = Double.doubleToLongBits(least);
        summary[at + MAX] = Double.doubleToLongBits(most);
    }

    /** Where the bucket of a value is, or would have to be inserted, as {@code -1 - index}. */
    private static int index(long[] summary, int at, long finest) {
        long number = finest >> coarseness(summary, at);
        int low = 0;
        int high = taken(summary, at) - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            long there = summary[at + HEAD + middle] >> COUNT_BITS;
            if (there == number) {
                return middle;
            }
            if (there < number) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1 - low;
    }

    /** A bucket with the counts of two; a count stays where it cannot grow. */
    private static long summed(long bucket, long other) {
        return bucket & ~COUNTS | Math.min(COUNTS, (bucket & COUNTS) + (other & COUNTS));
    }

    /** A bucket on a scale that is coarser. */
    private static long coarser(long bucket, int by) {
        return bucket >> COUNT_BITS + by << COUNT_BITS | bucket & COUNTS;
    }

    /** Makes one bucket of every two. */
    private static void coarsen(long[] summary, int at) {
        int from = at + HEAD;
        int taken = taken(summary, at);
        int n = 0;
        for (int i = 0; i < taken; i++) {
            long bucket = coarser(summary[from + i], 1);
            if (n > 0 && summary[from + n - 1] >> COUNT_BITS == bucket >> COUNT_BITS) {
                summary[from + n - 1] = summed(summary[from + n - 1], bucket);
            } else {
                summary[from + n++] = bucket;
            }
        }
        head(summary, at, coarseness(summary, at) + 1, n);
    }

    @Override
    public void merge(long[] summary, int at, long[] other, int p) {
        summary[at + NANS] += other[p + NANS];
        if (taken(other, p) == 0) {
            return;
        }
        widen(summary, at, Double.longBitsToDouble(other[p + MIN]), Double.longBitsToDouble(other[p + MAX]));
        while (coarseness(summary, at) < coarseness(other, p)) {
            coarsen(summary, at);
        }
        int union = union(summary, at, other, p);
        while (union > buckets) {
            coarsen(summary, at);
            union = union(summary, at, other, p);
        }
        mergeBackwards(summary, at, other, p, union);
        head(summary, at, coarseness(summary, at), union);
    }

    /** How many buckets both have together, on the coarser scale of the first. */
    private static int union(long[] summary, int at, long[] other, int p) {
        int shift = COUNT_BITS + coarseness(summary, at) - coarseness(other, p);
        int n = taken(summary, at);
        int more = taken(other, p);
        int i = 0;
        int union = 0;
        for (int j = 0; j < more; j++) {
            long number = other[p + HEAD + j] >> shift;
            if (j > 0 && other[p + HEAD + j - 1] >> shift == number) {
                continue;
            }
            while (i < n && summary[at + HEAD + i] >> COUNT_BITS < number) {
                i++;
                union++;
            }
            i += i < n && summary[at + HEAD + i] >> COUNT_BITS == number ? 1 : 0;
            union++;
        }
        return union + n - i;
    }

    /** From the largest to the smallest, so that nothing is overwritten that is still to be read. */
    private static void mergeBackwards(long[] summary, int at, long[] other, int p, int union) {
        int by = coarseness(summary, at) - coarseness(other, p);
        int from = at + HEAD;
        int i = taken(summary, at) - 1;
        int j = taken(other, p) - 1;
        for (int k = union - 1; j >= 0; k--) {
            long its = coarser(other[p + HEAD + j], by);
            long number = its >> COUNT_BITS;
            if (i >= 0 && summary[from + i] >> COUNT_BITS > number) {
                summary[from + k] = summary[from + i--];
                continue;
            }
            boolean same = i >= 0 && summary[from + i] >> COUNT_BITS == number;
            long bucket = same ? summed(summary[from + i--], its) : its;
            j--;
            while (j >= 0 && other[p + HEAD + j] >> COUNT_BITS + by == number) {
                bucket = summed(bucket, other[p + HEAD + j]);
                j--;
            }
            summary[from + k] = bucket;
        }
    }
}
