package io.millrace.engine;

import java.time.Duration;

/** Settings that are refused with the value and the cure. */
final class Checked {
    private static final int SLOTS_MAX = 1 << 20;

    private Checked() {}

    static void that(boolean holds, String elseWhy) {
        if (!holds) {
            throw new IllegalArgumentException(elseWhy);
        }
    }

    static void range(String what, int value, String unit, int least, int most) {
        that(value >= least && value <= most, what + value + unit + "; use " + least + " to " + most);
    }

    static void powerOfTwo(String what, int value) {
        that(value >= 1 && Integer.bitCount(value) == 1, what + value + "; use a power of two");
    }

    static int slots(String what, int slots, int least) {
        if (slots < least || slots > SLOTS_MAX || Integer.bitCount(slots) != 1) {
            throw new IllegalArgumentException(
                    what + " of " + slots + " slots; use a power of two from " + least + " to " + SLOTS_MAX);
        }
        return slots;
    }

    static Duration upToAYear(String what, Duration time) {
        if (time == null) {
            throw new NullPointerException(what + "is null; give a duration");
        }
        if (time.isNegative() || time.isZero() || time.compareTo(Duration.ofDays(365)) > 0) {
            throw new IllegalArgumentException(what + time + "; use a positive time, of at most a year");
        }
        return time;
    }
}
