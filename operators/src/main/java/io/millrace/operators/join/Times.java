package io.millrace.operators.join;

import io.millrace.time.Progress;
import java.time.Duration;

/** Arithmetic of times that stops at the ends of the range. */
final class Times {
    private Times() {}

    /** Not beyond the end of all input, where everything due fires. */
    static long plus(long ns, long moreNs) {
        long sum = ns + moreNs;
        if (((ns ^ sum) & (moreNs ^ sum)) < 0) {
            return moreNs < 0 ? Long.MIN_VALUE : Progress.END;
        }
        return Math.min(sum, Progress.END);
    }

    static long minus(long ns, long lessNs) {
        return lessNs == Long.MIN_VALUE ? plus(plus(ns, Long.MAX_VALUE), 1) : plus(ns, -lessNs);
    }

    /** A duration that fits, or the longest there is. */
    static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return duration.isNegative() ? -Progress.END : Progress.END;
        }
    }
}
