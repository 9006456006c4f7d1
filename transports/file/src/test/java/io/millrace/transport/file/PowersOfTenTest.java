package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class PowersOfTenTest {
    private static final BigDecimal TWO = BigDecimal.valueOf(2);

    @Test
    void shouldBeTheNextIntegerAbove126BitsOfThePower() {
        for (int e = PowersOfTen.EXPONENT_MIN; e <= PowersOfTen.EXPONENT_MAX; e++) {
            BigInteger g =
                    BigInteger.valueOf(PowersOfTen.high(e)).shiftLeft(63).or(BigInteger.valueOf(PowersOfTen.low(e)));
            assertEquals(126, g.bitLength(), "10^" + e);
            // g - 1 <= 10^e / 2^shift < g
            BigDecimal scaled = BigDecimal.ONE.scaleByPowerOfTen(e).multiply(power(125 - PowersOfTen.floorLog2(e)));
            assertTrue(scaled.compareTo(new BigDecimal(g)) < 0, "10^" + e);
            assertTrue(scaled.compareTo(new BigDecimal(g.subtract(BigInteger.ONE))) >= 0, "10^" + e);
        }
    }

    @Test
    void shouldKnowTheLogarithmsOverTheWholeRange() {
        for (int e = PowersOfTen.EXPONENT_MIN; e <= PowersOfTen.EXPONENT_MAX; e++) {
            int log = PowersOfTen.floorLog2(e);
            assertBetween(power(log), BigDecimal.ONE.scaleByPowerOfTen(e), power(log + 1));
        }
        BigDecimal threeQuarters = new BigDecimal("0.75");
        for (int q = -1074; q <= 971; q++) {
            int log = PowersOfTen.floorLog10(q);
            assertBetween(BigDecimal.ONE.scaleByPowerOfTen(log), power(q), BigDecimal.ONE.scaleByPowerOfTen(log + 1));
            int less = PowersOfTen.floorLog10OfThreeQuarters(q);
            assertBetween(
                    BigDecimal.ONE.scaleByPowerOfTen(less),
                    power(q).multiply(threeQuarters),
                    BigDecimal.ONE.scaleByPowerOfTen(less + 1));
        }
    }

    private static void assertBetween(BigDecimal least, BigDecimal value, BigDecimal bound) {
        assertTrue(least.compareTo(value) <= 0 && value.compareTo(bound) < 0);
    }

    private static BigDecimal power(int q) {
        return q >= 0 ? TWO.pow(q) : BigDecimal.ONE.divide(TWO.pow(-q));
    }
}
