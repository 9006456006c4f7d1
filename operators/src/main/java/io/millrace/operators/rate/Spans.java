package io.millrace.operators.rate;

import java.time.Duration;

/** Spans of time given to a word. */
final class Spans {
    private Spans() {}

    static long positiveNs(String word, String what, Duration span) {
        if (span == null) {
            throw new IllegalArgumentException(word + ": " + what + " is null; give a duration");
        }
        if (span.isNegative() || span.isZero()) {
            throw new IllegalArgumentException(word + ": " + what + " " + span + "; use more than zero");
        }
        try {
            return span.toNanos();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    word + ": " + what + " " + span + " does not fit 64-bit nanoseconds; use at most 292 years", e);
        }
    }
}
