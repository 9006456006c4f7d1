package io.millrace.examples.fraud.generate;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Numbers of a few decimals, written so that reading them gives the same double again.
 *
 * <p>A model of rounded numbers loses nothing that training could know, and its file is a third of the size.
 */
final class Decimals {
    private static final MathContext SIX_DIGITS = new MathContext(6);

    private Decimals() {}

    /** The nearest double to {@code value} rounded to so many places, which is also what its text reads as. */
    static double round(double value, int places) {
        double unit = unit(places);
        return Math.floor(value * unit + 0.5) / unit;
    }

    /** The text of a number that came out of {@link #round} with the same places. */
    static String text(double rounded, int places) {
        long units = Math.round(rounded * unit(places));
        return plain(BigDecimal.valueOf(units, places));
    }

    /** Six digits of a number that is there for the reader and not for the sum. */
    static String sixDigits(double value) {
        return plain(new BigDecimal(value).round(SIX_DIGITS));
    }

    private static String plain(BigDecimal value) {
        return value.stripTrailingZeros().toPlainString();
    }

    private static double unit(int places) {
        double unit = 1;
        for (int i = 0; i < places; i++) {
            unit *= 10;
        }
        return unit;
    }
}
