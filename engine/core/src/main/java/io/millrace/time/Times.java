package io.millrace.time;

import java.time.Duration;

/**
 * Arithmetic of event times that stops at the ends of the range: at the earliest time there is, and at {@link Progress#END}, at
 * which everything that is due fires. For operators, which compute when something is due.
 */
public final class Times {
    private Times() {}

    /**
     * A sum.
     *
     * @param ns     a time, nanoseconds
     * @param moreNs what to add; may be negative
     * @return not beyond the end of all input
     */
    public static long plus(long ns, long moreNs) {
        long sum = ns + moreNs;
        if (((ns ^ sum) & (moreNs ^ sum)) < 0) {
            return moreNs < 0 ? Long.MIN_VALUE : Progress.END;
        }
        return Math.min(sum, Progress.END);
    }

    /**
     * A difference.
     *
     * @param ns     a time, nanoseconds
     * @param lessNs what to take away; may be negative
     * @return not beyond the end of all input
     */
    public static long minus(long ns, long lessNs) {
        return lessNs == Long.MIN_VALUE ? plus(plus(ns, Long.MAX_VALUE), 1) : plus(ns, -lessNs);
    }

    /**
     * A duration.
     *
     * @param duration any
     * @return nanoseconds; where they do not fit, {@link Progress#END} or its negative
     */
    public static long nanos(Duration duration) {
        try {
            return Math.max(-Progress.END, Math.min(duration.toNanos(), Progress.END));
        } catch (ArithmeticException e) {
            return duration.isNegative() ? -Progress.END : Progress.END;
        }
    }
}
