package io.millrace.bench.workloads;

import static io.millrace.bench.workloads.Arithmetic.mix;

/** What is known of the card of each rank (0 is the most frequent): a pure function of the rank. */
public final class Profiles {
    /** How many cards have a profile in W3. */
    public static final int COUNT = 1_000_000;

    private static final int COUNTRIES = 50;

    private Profiles() {}

    /** The card of a rank. */
    public static long cardOf(int rank) {
        return 4_000_000_000_000_000L + (rank * 48_271L + 11) % 1_000_000_007L;
    }

    /** The mean amount of the card of a rank, cents. */
    public static long meanOf(int rank) {
        return 1_000 + (mix(rank * 7L + 1) >>> 1) % 49_000;
    }

    /** The home country of the card of a rank. */
    public static int homeOf(int rank) {
        return (int) ((mix(rank * 7L + 2) >>> 1) % COUNTRIES);
    }

    /** Mean and home in one long, as the hand loops keep them. */
    static long packed(int rank) {
        return meanOf(rank) << 8 | homeOf(rank);
    }

    static long mean(long packed) {
        return packed >>> 8;
    }

    static int home(long packed) {
        return (int) (packed & 0xff);
    }
}
