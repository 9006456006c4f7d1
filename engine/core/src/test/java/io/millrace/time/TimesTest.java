package io.millrace.time;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TimesTest {
    private static final long[] ENDS = {
        Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, 1, Progress.END - 1, Progress.END, Long.MAX_VALUE
    };

    private static long clamped(BigInteger exact) {
        return exact.max(BigInteger.valueOf(Long.MIN_VALUE))
                .min(BigInteger.valueOf(Progress.END))
                .longValueExact();
    }

    private static void check(long a, long b) {
        assertEquals(clamped(BigInteger.valueOf(a).add(BigInteger.valueOf(b))), Times.plus(a, b), a + " + " + b);
        if (a <= Progress.END) { // what is beyond is no time
            assertEquals(
                    clamped(BigInteger.valueOf(a).subtract(BigInteger.valueOf(b))), Times.minus(a, b), a + " - " + b);
        }
    }

    @Test
    void shouldStopAtTheEndsOfTheRange() {
        for (long a : ENDS) {
            for (long b : ENDS) {
                check(a, b);
            }
        }
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 100_000; i++) {
            check(random.nextLong(), random.nextLong());
        }
    }

    @Test
    void shouldTakeTheLongestThereIsForDurationsThatDoNotFit() {
        assertEquals(1_500_000, Times.nanos(Duration.ofNanos(1_500_000)));
        assertEquals(Progress.END, Times.nanos(Duration.ofDays(1_000_000)));
        assertEquals(-Progress.END, Times.nanos(Duration.ofDays(-1_000_000)));
        assertEquals(Progress.END, Times.nanos(Duration.ofNanos(Long.MAX_VALUE)));
    }
}
