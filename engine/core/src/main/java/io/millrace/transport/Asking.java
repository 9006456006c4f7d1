package io.millrace.transport;

import java.time.Duration;
import java.util.Objects;

/**
 * How a host sends the requests of a topology: how long it waits for an answer, and how often it tries. If all attempts
 * fail, the reply says so. Immutable: each setting returns a changed copy. Given to {@code Setup.lookup}.
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
     * Tries once and waits a second.
     *
     * @return with at most 4,096 open requests
     */
    public static Asking once() {
        return ONCE;
    }

    /**
     * Sets how long an attempt may take. Make it longer than the deadline of the topology if replies that come too late
     * for the decision are still useful.
     *
     * @param most more than zero, at most a year
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public Asking timeout(Duration most) {
        if (most.isNegative() || most.isZero() || most.compareTo(Duration.ofDays(365)) > 0) {
            throw new IllegalArgumentException("timeout of " + most + "; use a positive one, of at most a year");
        }
        return new Asking(most, attempts, backoff, openAtMost);
    }

    /**
     * Sets how often to try.
     *
     * @param times attempts in all, 1 to 100
     * @param between how long to wait between attempts
     * @return a changed copy
     * @throws IllegalArgumentException if the number is out of range
     */
    public Asking retry(int times, Backoff between) {
        Attempts.check(times);
        return new Asking(timeout, times, Objects.requireNonNull(between, "between"), openAtMost);
    }

    /**
     * Limits the open requests. A request beyond the limit fails at once. When a host with a journal finds more open
     * requests at its start, the oldest beyond the limit fail at once too.
     *
     * @param most 1 or more
     * @return a changed copy
     * @throws IllegalArgumentException if it is less than 1
     */
    public Asking openAtMost(int most) {
        if (most < 1) {
            throw new IllegalArgumentException(most + " open requests at most; use 1 or more");
        }
        return new Asking(timeout, attempts, backoff, most);
    }

    /**
     * Returns how long an attempt may take.
     *
     * @return more than zero
     */
    public Duration timeout() {
        return timeout;
    }

    /**
     * Returns how often to try.
     *
     * @return 1 or more
     */
    public int attempts() {
        return attempts;
    }

    /**
     * Returns how long to wait between attempts.
     *
     * @return null if there is only one attempt
     */
    public Backoff backoff() {
        return backoff;
    }

    /**
     * Returns how many requests may be open.
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
