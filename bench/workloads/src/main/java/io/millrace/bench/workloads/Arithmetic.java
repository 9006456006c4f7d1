package io.millrace.bench.workloads;

/** The arithmetic that every system shares, so that answers agree to the bit. */
public final class Arithmetic {
    /** W3: a score above this is an alert. */
    public static final double THRESHOLD = 2.9;

    /** The length of a tumbling window (W1) and of a bucket (W3), ms. */
    public static final long SECOND_MS = 1_000;

    /** W2: how long before a transaction a login counts, ms. */
    public static final long JOIN_MS = 5_000;

    /** W3: how long back a card's history counts, ms. */
    public static final long HISTORY_MS = 60_000;

    /** W4: less than this from the first decline to the approval, and between an id and its repetition, ms. */
    public static final long WITHIN_MS = 60_000;

    /** W4: so many declines in a row. */
    public static final int DECLINES = 3;

    /** W5: the length of a window, ms. */
    public static final long MINUTE_MS = 60_000;

    /** 2^64 divided by the golden ratio: multiplied with a key it spreads the keys over the upper bits. */
    static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Arithmetic() {}

    /** The finalizer of splitmix64: every bit of the result depends on every bit of {@code z}. */
    public static long mix(long z) {
        z += GOLDEN;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** W0: what an event is mapped to. */
    public static long mapped(long amountCents, int country) {
        return amountCents * 3 + country;
    }

    /** W3: the score of an event; {@code count} and {@code sum} include it. The order of the additions is part of it. */
    public static double score(long amountCents, int country, long mean, int home, long count, long sum) {
        double m = mean;
        double now = amountCents / m;
        double average = (double) sum / count / m;
        double burst = count < 20 ? count : 20;
        return 0.6 * now + 0.3 * average + 0.02 * burst + (country != home ? 0.5 : 0.0);
    }

    /** W5: the ask beside a bid. */
    public static long ask(long bidCents, int merchant) {
        return bidCents + 1 + merchant % 50;
    }

    /** W5: how much was traded. */
    public static long size(int merchant) {
        return 1 + merchant % 1_000;
    }

    /** W5: twice the distance of a price to the middle of bid and ask: a whole number. */
    public static long spread(long priceCents, long bidCents, long askCents) {
        return Math.abs(2 * priceCents - bidCents - askCents);
    }

    // ---- what each result adds to the checksum: sums, so that the order of results does not matter

    /** W0. */
    public static long hash0(long id, long mapped) {
        return mix(id * 31 + mapped);
    }

    /** W1. */
    public static long hash1(long card, long windowStartMs, long count, long sum, long max) {
        return mix(card ^ mix(windowStartMs + 31 * count) ^ mix(sum * 17 + max));
    }

    /** W2. */
    public static long hash2(long transactionId, long loginId) {
        return (transactionId * GOLDEN) ^ (loginId * 0xC2B2AE3D27D4EB4FL);
    }

    /** W3 and W3x. */
    public static long hash3(long id, double score) {
        return mix(id ^ Double.doubleToLongBits(score));
    }

    /** W4: a match, by the first decline and the approval. */
    public static long hash4(long firstId, long lastId) {
        return mix(firstId ^ mix(lastId));
    }

    /** W5. */
    public static long hash5(long instrument, long startMs, long trades, long volume, long turnover, long spread) {
        return mix(instrument ^ mix(startMs + 31 * trades) ^ mix(17 * volume + turnover) ^ mix(spread));
    }
}
