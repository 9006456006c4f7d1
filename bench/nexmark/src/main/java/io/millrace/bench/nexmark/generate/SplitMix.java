package io.millrace.bench.nexmark.generate;

/** Numbers that follow from a seed: splitmix64 (Steele, Lea and Flood, 2014). */
final class SplitMix {
    private static final long STEP = 0x9E3779B97F4A7C15L;
    private static final long STRIDE = 0xD1342543DE82EF95L;
    private static final double UNIT = 0x1p-53;

    private long state;

    SplitMix(long seed) {
        state = seed;
    }

    /** Begins anew, at a place of its own for each number. */
    void at(long seed, long number) {
        state = seed + number * STRIDE;
        next();
    }

    private long next() {
        state += STEP;
        long z = (state ^ state >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    /** From 0, below the bound. */
    int below(int bound) {
        return (int) ((next() >>> 32) * bound >>> 32);
    }

    /** From 0, below the bound. */
    long below(long bound) {
        return Math.floorMod(next(), bound);
    }

    /** From 0, below 1. */
    double unit() {
        return (next() >>> 11) * UNIT;
    }
}
