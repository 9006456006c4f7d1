package io.millrace.bench.workloads;

/**
 * The sizes and the arithmetic of the hand loops' open addressing: the smallest power of two with a load of at most a half,
 * multiplicative hash, linear probing.
 */
final class Table {
    /**
     * Index of the first record in a {@code long[]}: with the 16 bytes of the array's header a record of 64 bytes then begins
     * a cache line, where the array itself is aligned (humongous objects of G1 are).
     */
    static final int ALIGN = 6;

    /** Slots for 100,000 cards. */
    static final int BITS_100K = 18;

    /** Slots for 1,000,000 cards. */
    static final int BITS_1M = 21;

    /** Keys that a batch looks up ahead, at most. */
    static final int BATCH_MAX = 256;

    private Table() {}

    /** The first slot to look at. */
    static int home(long key, int bits) {
        return (int) (key * Arithmetic.GOLDEN >>> 64 - bits);
    }
}
