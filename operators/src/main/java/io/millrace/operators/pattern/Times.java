package io.millrace.operators.pattern;

import io.millrace.time.Progress;
import java.time.Duration;

/** Arithmetic of times that stops at the ends of the range. */
final class Times {
    private Times() {}

    static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return duration.isNegative() ? Long.MIN_VALUE : Progress.END;
        }
    }

    /** A deadline; it fires at the end of input at the latest. */
    static long plus(long ns, long byNs) {
        long sum = ns + byNs;
        return sum < ns ? Progress.END : Math.min(sum, Progress.END);
    }
}
