package io.millrace.transport;

import java.time.Duration;
import java.util.Objects;

/**
 * How a host asks what a topology wants to know: how long it waits for an answer, and how often it tries. What all attempts have
 * failed at is a reply that says so. Immutable; each setting answers a changed copy.
 */
public final class Asking {
    private static final int OPEN_AT_MOST = 4096;
    private static final Asking ONCE = new Asking(Duration.ofSeconds(1), 1, null, OPEN_AT_MOST);

    private final Duration timeout;
    private final int attempts;
    private final Backoff backoff;
    private final int openAtMost;

    private Asking(Duration timeout, int attempts, Backoff backoff, int openAtMost) {
        this.timeout = timeout;
        this.attempts = attempts;
        this.backoff = backoff;
        this.openAtMost = openAtMost;
    }

    /**
     * Asks once and waits a second.
     *
     * @return with 4,096 requests open at most
     */
    public static Asking once() {
        return ONCE;
    }

    /**
     * How long an attempt may take. It is longer than the deadline of the topology where replies that come too late for the answer
     * are of use.
     *
     * @param most more than zero
     * @return a changed copy
     */
    public Asking timeout(Duration most) {
        if (most.isNegative() || most.isZero() || most.compareTo(Duration.ofDays(365)) > 0) {
            throw new IllegalArgumentException("timeout of " + most + "; use a positive one, of at most a year");
        }
        return new Asking(most, attempts, backoff, openAtMost);
    }

    /**
     * How often to ask.
     *
     * @param times   in all, 1 to 100
     * @param between how long to wait in between
     * @return a changed copy
     */
    public Asking retry(int times, Backoff between) {
        Attempts.check(times);
        return new Asking(timeout, times, Objects.requireNonNull(between, "between"), openAtMost);
    }

    /**
     * How many requests may be open: one more fails at once. So do, of those that a host with a journal finds open at its start, the
     * oldest beyond that number.
     *
     * @param most 1 or more
     * @return a changed copy
     */
    public Asking openAtMost(int most) {
        if (most < 1) {
            throw new IllegalArgumentException(most + " open requests at most; use 1 or more");
        }
        return new Asking(timeout, attempts, backoff, most);
    }

    /**
     * How long an attempt may take.
     *
     * @return more than zero
     */
    public Duration timeout() {
        return timeout;
    }

    /**
     * How often to ask.
     *
     * @return 1 or more
     */
    public int attempts() {
        return attempts;
    }

    /**
     * How long to wait in between.
     *
     * @return null where there is one attempt
     */
    public Backoff backoff() {
        return backoff;
    }

    /**
     * How many requests may be open.
     *
     * @return 1 or more
     */
    public int openAtMost() {
        return openAtMost;
    }

    @Override
    public String toString() {
        return attempts + (attempts == 1 ? " attempt" : " attempts, backing off " + backoff) + ", each within "
                + timeout + ", " + openAtMost + " open at most";
    }
}
