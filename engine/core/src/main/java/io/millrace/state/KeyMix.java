package io.millrace.state;

/**
 * Mixes keys that others choose: two secret odd multipliers and a secret offset, all made from a seed. Without the seed
 * nobody can choose keys that fall together. The upper bits are the good ones.
 */
final class KeyMix {
    private final long offset;
    private final long first;
    private final long second;

    KeyMix(long seed) {
        offset = spread(seed + 0x9E3779B97F4A7C15L);
        first = spread(seed + 0x3C6EF372FE94F82AL) | 1;
        second = spread(seed + 0xDAA66D2C7DDF743FL) | 1;
    }

    /** The finisher of SplitMix64: seeds that differ give numbers that have nothing in common. */
    private static long spread(long seed) {
        long z = (seed ^ seed >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    /** Two different keys give two different results. */
    long of(long key) {
        long h = (key ^ offset) * first;
        return (h ^ h >>> 32) * second;
    }
}
