package io.millrace.transport.file;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** The shortest text of a double by trying all lengths with exact arithmetic: slow, and right on every JDK. */
final class ShortestOracle {
    private ShortestOracle() {}

    static String text(double value) {
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        BigDecimal exact = new BigDecimal(value);
        for (int digits = 1; ; digits++) {
            BigDecimal best = nearestThatReadsBack(value, exact, digits);
            if (best != null) {
                return plain(best);
            }
        }
    }

    /** Only the two neighbours of so many digits can be in the interval around the value if any can. */
    private static BigDecimal nearestThatReadsBack(double value, BigDecimal exact, int digits) {
        BigDecimal down = exact.round(new MathContext(digits, RoundingMode.DOWN));
        BigDecimal up = exact.round(new MathContext(digits, RoundingMode.UP));
        boolean downFits = Double.parseDouble(down.toString()) == value;
        boolean upFits = Double.parseDouble(up.toString()) == value;
        if (downFits && upFits) {
            return exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
        }
        return downFits ? down : upFits ? up : null;
    }

    /** A decimal without exponent and without zeros behind the point. */
    static String plain(BigDecimal decimal) {
        return decimal.stripTrailingZeros().toPlainString();
    }
}
