package io.millrace.transport;

import java.time.Duration;

/**
 * How long to wait between attempts: twice as long after each attempt, up to a limit, and each time shortened by a
 * random part (jitter), so that what failed together does not come back together. The random part is drawn from a seed
 * and from the numbers of what is tried again: the same seed gives the same waits, whatever the threads do. Immutable:
 * each setting returns a changed copy.
 */
public final class Backoff {
    private static final double JITTER = 0.5;
    private static final int DOUBLINGS_MAX = 62;

    private final long firstNs;
    private final long mostNs;
    private final double jitter;
    private final long seed;

    private Backoff(long firstNs, long mostNs, double jitter, long seed) {
        this.firstNs = firstNs;
        this.mostNs = mostNs;
        this.jitter = jitter;
        this.seed = seed;
    }

    /**
     * Creates waits that double, with a jitter of up to half of each.
     *
     * @param first the wait after the first attempt; more than zero
     * @param most the longest wait; not less than the first
     * @return with seed 0
     * @throws IllegalArgumentException if an argument is out of range
     */
    public static Backoff of(Duration first, Duration most) {
        if (first.isNegative() || first.isZero() || most.compareTo(first) < 0) {
            throw new IllegalArgumentException("back off from " + first + " to " + most
                    + "; use more than zero for the first, and at least the same for the second");
        }
        return new Backoff(nanos(first), nanos(most), JITTER, 0);
    }

    private static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }

    /**
     * Sets the part of a wait that jitter may take away.
     *
     * @param part 0 for none, up to 1 for all of it
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public Backoff jitter(double part) {
        if (!(part >= 0 && part <= 1)) {
            throw new IllegalArgumentException("jitter of " + part + "; use 0 to 1");
        }
        return new Backoff(firstNs, mostNs, part, seed);
    }

    /**
     * Sets the seed from which jitter is drawn.
     *
     * @param number different for services that should not retry in step
     * @return a changed copy
     */
    public Backoff seed(long number) {
        return new Backoff(firstNs, mostNs, jitter, number);
    }

    /**
     * Returns the wait after a failed attempt.
     *
     * @param sequence the place of the entry of which something is tried again
     * @param ordinal its number there
     * @param attempt which attempt failed, from 1
     * @return nanoseconds
     */
    public long delayNs(long sequence, int ordinal, int attempt) {
        int doublings = Math.min(attempt - 1, DOUBLINGS_MAX);
        long wholeNs = firstNs > mostNs >> doublings ? mostNs : firstNs << doublings;
        long drawn = mix(mix(mix(seed ^ sequence) ^ ordinal) ^ attempt);
        double chance = (drawn >>> 11) * 0x1.0p-53;
        return wholeNs - (long) (wholeNs * jitter * chance);
    }

    /** The finalizer of splitmix64: one bit of difference changes half of them. */
    private static long mix(long z) {
        z += 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    @Override
    public String toString() {
        return "from " + Duration.ofNanos(firstNs) + " to " + Duration.ofNanos(mostNs) + ", jitter " + jitter
                + ", seed " + seed;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Backoff b
                && b.firstNs == firstNs
                && b.mostNs == mostNs
                && b.jitter == jitter
                && b.seed == seed;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(firstNs * 31 + mostNs) * 31 + Long.hashCode(seed) + Double.hashCode(jitter);
    }
}
