package io.millrace.event;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Checks shared by inputs and outputs. */
final class Ports {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private Ports() {}

    static String checked(String name) {
        if (name == null || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("port name '" + name
                    + "': use 1 to 64 letters, digits, '-', '_' or '.', beginning with a letter or digit");
        }
        return name;
    }

    static long positiveNanos(String port, String what, Duration duration) {
        requireGiven(port, what, duration);
        if (duration.isZero()) {
            throw new IllegalArgumentException(port + ": " + what + " " + duration + "; use more than zero");
        }
        return nanos(port, what, duration);
    }

    private static void requireGiven(String port, String what, Duration duration) {
        if (duration == null) {
            throw new NullPointerException(port + ": " + what + " is null; give a duration");
        }
    }

    static long nanos(String port, String what, Duration duration) {
        requireGiven(port, what, duration);
        if (duration.isNegative()) {
            throw new IllegalArgumentException(port + ": " + what + " " + duration + " is negative; use zero or more");
        }
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }

    static RefusedException outside(String port, long value, TimeUnit unit) {
        return new RefusedException(
                Reason.OUT_OF_RANGE,
                "input " + port + ": event time " + value + " " + unit
                        + " does not fit 64-bit nanoseconds since the epoch (years 1678 to 2262)");
    }
}
