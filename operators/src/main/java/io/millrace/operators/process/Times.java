package io.millrace.operators.process;

import io.millrace.time.Progress;
import java.time.Duration;

/** Arithmetic of times that stops at the ends of the range. */
final class Times {
    /** The latest due: it fires at the end of input. */
    static final long LATEST = Progress.END;

    private Times() {}

    static long plus(long ns, long delayNs) {
        long sum = ns + delayNs;
        if (((ns ^ sum) & (delayNs ^ sum)) < 0) {
            return delayNs < 0 ? Long.MIN_VALUE : LATEST;
        }
        return Math.min(sum, LATEST);
    }

    static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return duration.isNegative() ? Long.MIN_VALUE : LATEST;
        }
    }

    /** How many more periods fit between a due and a time that is not before it. */
    static long periodsBetween(long dueNs, long toNs, long periodNs) {
        long distance = toNs - dueNs;
        return (distance < 0 ? Long.MAX_VALUE : distance) / periodNs;
    }
}
