package io.millrace.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Waits between attempts. */
class BackoffTest {
    private static final Backoff WHOLE =
            Backoff.of(Duration.ofNanos(100), Duration.ofNanos(1_000)).jitter(0);

    @Test
    void shouldDoubleUpToTheLimit() {
        long[] waits = {100, 200, 400, 800, 1_000, 1_000};
        for (int attempt = 1; attempt <= waits.length; attempt++) {
            assertEquals(waits[attempt - 1], WHOLE.delayNs(7, 0, attempt));
        }
        assertEquals(1_000, WHOLE.delayNs(7, 0, 100));
        Backoff longest =
                Backoff.of(Duration.ofNanos(1), Duration.ofDays(365_000_000)).jitter(0);
        assertEquals(1L << 62, longest.delayNs(7, 0, 63));
        assertEquals(1L << 62, longest.delayNs(7, 0, 100));
    }

    @Test
    void shouldTakeAwayUpToTheDeclaredPart() {
        Backoff half = WHOLE.jitter(0.5);
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int q = 0; q < 10_000; q++) {
            long ns = half.delayNs(q, q % 3, 4);
            least = Math.min(least, ns);
            most = Math.max(most, ns);
        }
        assertTrue(least >= 400 && least < 410, "least " + least);
        assertTrue(most > 790 && most <= 800, "most " + most);
    }

    @Test
    void shouldDrawTheSameFromTheSameNumbersAndOthersFromOthers() {
        Backoff wide = Backoff.of(Duration.ofSeconds(1), Duration.ofSeconds(1)).jitter(1);
        Set<Long> drawn = new HashSet<>();
        for (int q = 0; q < 10; q++) {
            for (int ordinal = 0; ordinal < 10; ordinal++) {
                for (int attempt = 1; attempt <= 10; attempt++) {
                    long ns = wide.delayNs(q, ordinal, attempt);
                    drawn.add(ns);
                    assertEquals(ns, wide.seed(0).delayNs(q, ordinal, attempt));
                    assertNotEquals(ns, wide.seed(1).delayNs(q, ordinal, attempt));
                }
            }
        }
        assertEquals(1_000, drawn.size());
    }

    @Test
    void shouldRefuseWhatIsNoWait() {
        assertThrows(IllegalArgumentException.class, () -> Backoff.of(Duration.ZERO, Duration.ofSeconds(1)));
        assertThrows(IllegalArgumentException.class, () -> Backoff.of(Duration.ofSeconds(2), Duration.ofSeconds(1)));
        assertThrows(IllegalArgumentException.class, () -> WHOLE.jitter(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> Asking.once().retry(0, WHOLE));
        assertThrows(IllegalArgumentException.class, () -> Delivery.blocking().retry(101, WHOLE));
        assertThrows(IllegalStateException.class, () -> Delivery.inline().retry(2, WHOLE));
    }
}
