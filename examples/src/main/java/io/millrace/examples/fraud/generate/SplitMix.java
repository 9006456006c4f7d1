package io.millrace.examples.fraud.generate;

/**
 * The splitmix64 generator (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014). Its
 * finalizer serves as a hash as well: a trait of a customer is a function of the customer's number and is never stored.
 */
final class SplitMix {
    static final long STEP = 0x9E3779B97F4A7C15L;

    private long state;

    SplitMix(long seed) {
        state = seed;
    }

    long nextLong() {
        state += STEP;
        return finish(state);
    }

    /** A number that has nothing visible in common with {@code value}, nor with those of its neighbours. */
    static long mix(long value) {
        return finish(value + STEP);
    }

    /** The upper 53 bits as a number from 0 to below 1. */
    static double unit(long bits) {
        return (bits >>> 11) * 0x1.0p-53;
    }

    /** The lower 32 bits as a whole number from 0 to below {@code bound}. */
    static int below(int bound, long bits) {
        return (int) ((bits & 0xFFFFFFFFL) * bound >>> 32);
    }

    private static long finish(long value) {
        long z = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
