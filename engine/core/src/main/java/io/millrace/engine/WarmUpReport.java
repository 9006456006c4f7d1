package io.millrace.engine;

import java.time.Duration;

/**
 * What came of a warm-up.
 *
 * @param rounds how many there were
 * @param events how many events they took, without those that the engine added, and those that found no room (those that gave way later among them)
 * @param p99    what 99 of 100 events of the last round took at most, one at a time; zero where none could be measured
 * @param budget what that was to be less than; zero when nothing was declared
 * @param took   how long it went on
 */
public record WarmUpReport(int rounds, long events, Duration p99, Duration budget, Duration took) {
    /**
     * Whether the engine is as fast as was declared, as far as that was measured.
     *
     * @return true also where nothing was declared
     */
    public boolean isReady() {
        return budget.isZero() || !p99.isZero() && p99.compareTo(budget) < 0;
    }

    /** What is wrong, in words; null when nothing is. */
    String why() {
        if (isReady()) {
            return null;
        }
        return p99.isZero()
                ? "warm-up: no event could be measured in " + rounds + " rounds: none was let in at once"
                : "warm-up: 99 of 100 events took up to " + micros(p99) + " µs after " + rounds + " rounds in "
                        + took.toMillis() + " ms, and were to take less than " + micros(budget) + " µs";
    }

    private static String micros(Duration time) {
        return String.format(java.util.Locale.ROOT, "%.1f", time.toNanos() / 1e3);
    }
}
