package io.millrace.engine;

import java.time.Duration;

/**
 * The result of a warm-up.
 *
 * @param rounds how many rounds there were
 * @param events how many events they took; without those that the engine added and those that found no room, even if
 *     they only gave way later
 * @param p99 the time that 99 of 100 events of the last round took at most, one at a time; zero if none could be
 *     measured
 * @param budget the time that {@code p99} had to stay below; zero if none was declared
 * @param took how long the warm-up lasted
 */
public record WarmUpReport(int rounds, long events, Duration p99, Duration budget, Duration took) {
    /**
     * Tells whether the engine is as fast as declared, as far as that was measured.
     *
     * @return true also if nothing was declared
     */
    public boolean isReady() {
        return budget.isZero() || !p99.isZero() && p99.compareTo(budget) < 0;
    }

    /** What is wrong, in words; null if nothing is. */
    String why() {
        if (isReady()) {
            return null;
        }
        return p99.isZero()
                ? "warm-up: no event could be measured in " + rounds + " rounds: none was accepted at once"
                : "warm-up: 99 of 100 events took up to " + micros(p99) + " µs after " + rounds + " rounds in "
                        + took.toMillis() + " ms; the budget is " + micros(budget) + " µs";
    }

    private static String micros(Duration time) {
        return String.format(java.util.Locale.ROOT, "%.1f", time.toNanos() / 1e3);
    }
}
