package io.millrace.examples.velocity;

/**
 * Makes logins and payments, the same for the same count and seed: a few cards are busy at a time, so that the rules find
 * something. By splitmix64 (Steele, Lea and Flood, 2014).
 */
final class EventGenerator {
    /** 2024-01-01T00:00:00Z. */
    private static final long START_MS = 1_704_067_200_000L;

    private static final int CARDS = 20_000;
    private static final int BUSY = 64;

    private final long count;
    private final long[] busy = new long[BUSY];
    private long state;
    private long made;
    private long timeMs = START_MS;

    EventGenerator(long count, long seed) {
        this.count = count;
        state = seed;
        for (int i = 0; i < BUSY; i++) {
            busy[i] = 1 + below(CARDS);
        }
    }

    /** The next event; null when there is none. */
    CardEvent next() {
        if (made == count) {
            return null;
        }
        made++;
        timeMs += below(400);
        int place = below(BUSY);
        if (below(20) == 0) {
            busy[place] = 1 + below(CARDS);
        }
        boolean payment = below(8) != 0;
        long cents = below(5) == 0 ? below(250) : below(4) == 0 ? 9_000 + below(90_000) : 200 + below(9_000);
        boolean approved = below(5) > 1;
        return new CardEvent(made, busy[place], payment, payment ? cents / 100.0 : 0, payment && approved, timeMs);
    }

    private int below(int bound) {
        state += 0x9E3779B97F4A7C15L;
        long z = (state ^ state >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return (int) (((z ^ z >>> 31) & 0xFFFFFFFFL) * bound >>> 32);
    }
}
