package io.millrace.operators.aggregate.sketch;

import io.millrace.operators.aggregate.Fold;

/**
 * HyperLogLog: the registers of Flajolet, Fusy, Gandouet, Meunier (HyperLogLog: the analysis of a near-optimal cardinality
 * estimation algorithm, 2007) over hashes of 64 bits, as in Heule, Nunkesser, Hall (HyperLogLog in Practice, 2013), eight
 * registers a long. A register is the largest position of the first 1 among the hashes that chose it. What is kept
 * depends on the set of values only.
 *
 * @param precision the number of registers is 2 to its power
 */
record HyperLogLogFold(int precision) implements Fold {
    /** Fixed for good: another one would give other estimates of the same log. */
    private static final long SEED = 0x9E3779B97F4A7C15L;

    private static final long HIGH_BITS = 0x8080808080808080L;

    @Override
    public int summaryLongs() {
        return 1 << precision - 3;
    }

    @Override
    public void clear(long[] summary, int at) {
        int end = at + summaryLongs();
        for (int i = at; i < end; i++) {
            summary[i] = 0;
        }
    }

    @Override
    public void add(long[] summary, int at, long[] from, int p) {
        long hash = hash(from[p]);
        int register = (int) (hash >>> 64 - precision);
        long rank = Long.numberOfLeadingZeros(hash << precision | 1L << precision - 1) + 1;
        int shift = (register & 7) << 3;
        int i = at + (register >>> 3);
        if ((summary[i] >>> shift & 0xff) < rank) {
            summary[i] = summary[i] & ~(0xffL << shift) | rank << shift;
        }
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood, Fast Splittable Pseudorandom Number Generators, 2014). */
    static long hash(long value) {
        long z = value + SEED;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    @Override
    public void merge(long[] summary, int at, long[] other, int p) {
        int longs = summaryLongs();
        for (int i = 0; i < longs; i++) {
            summary[at + i] = largest(summary[at + i], other[p + i]);
        }
    }

    /** The larger of each two bytes; all are below 128. */
    private static long largest(long a, long b) {
        long isLess = HIGH_BITS & ~((a | HIGH_BITS) - b);
        long takeB = (isLess >>> 7) * 0xff;
        return a & ~takeB | b & takeB;
    }
}
