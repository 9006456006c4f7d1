package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShortestDoubleTest {
    /** Java asks for two digits at least; below this that shows (4.9E-324 for 5E-324). */
    static final double TWO_DIGITS_BELOW = 1E-321;

    @Test
    void shouldWritePlainNumbers() {
        assertEquals("0.0005", ShortestDouble.text(0.0005));
        assertEquals("146", ShortestDouble.text(146));
        assertEquals("0.3333333333333333", ShortestDouble.text(1 / 3.0));
        assertEquals("57.16", ShortestDouble.text(57.16));
        assertEquals("85.64999999999999", ShortestDouble.text(85.64999999999999));
        assertEquals("-1234.5", ShortestDouble.text(-1234.5));
        assertEquals("100", ShortestDouble.text(100));
        assertEquals("0", ShortestDouble.text(0.0));
        assertEquals("-0", ShortestDouble.text(-0.0));
        assertEquals("1000000000000000000000", ShortestDouble.text(1e21));
        assertEquals("0.0000001", ShortestDouble.text(1e-7));
        assertEquals("18446744073709552000", ShortestDouble.text(18446744073709551616.0));
    }

    @Test
    void shouldLeaveTheAbsentEmptyAndRefuseTheInfinite() {
        assertEquals("", ShortestDouble.text(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> ShortestDouble.text(Double.POSITIVE_INFINITY));
        assertThrows(IllegalArgumentException.class, () -> ShortestDouble.text(Double.NEGATIVE_INFINITY));
    }

    /** Numbers that JDK 17, or someone before it, got wrong. */
    @Test
    void shouldKnowTheHardCases() {
        assertDecimal("2E-3", 2.0E-3);
        assertDecimal("2E23", 2.0E23);
        assertDecimal("1E23", 1.0E23);
        assertDecimal("9.999999999999997E22", Math.nextDown(1.0E23));
        assertDecimal("9007199254740991", 0x1p53 - 1);
        assertDecimal("9007199254740992", 0x1p53);
        assertDecimal("9007199254740994", 0x1p53 + 2);
        assertDecimal("2.9802322387695312E-8", 0x1p-25);
        assertDecimal("5.764607523034235E39", 5.764607523034235E39);
        assertDecimal("1.152921504606847E40", 1.152921504606847E40);
        assertDecimal("2.305843009213694E40", 2.305843009213694E40);
        assertDecimal("2.2250738585072014E-308", Double.MIN_NORMAL);
        assertDecimal("2.225073858507201E-308", Math.nextDown(Double.MIN_NORMAL));
        assertDecimal("1.7976931348623157E308", Double.MAX_VALUE);
        assertDecimal("5E-324", Double.MIN_VALUE);
        assertDecimal("1E-323", 2 * Double.MIN_VALUE);
        assertDecimal("1.5E-323", 3 * Double.MIN_VALUE);
        assertDecimal("1E-322", 20 * Double.MIN_VALUE);
    }

    private static void assertDecimal(String expected, double value) {
        assertEquals(ShortestOracle.plain(new BigDecimal(expected)), ShortestDouble.text(value), expected);
    }

    @Test
    void shouldBeShortestAndNearestAtEveryPowerOfTwoAndBesideIt() {
        for (int e = -1074; e <= 1023; e++) {
            double power = Math.scalb(1.0, e);
            assertShortest(power);
            assertShortest(Math.nextUp(power));
            assertShortest(Math.nextDown(power));
        }
    }

    @Test
    void shouldBeShortestAndNearestForTheSmallestNumbers() {
        for (long bits = 1; bits < 2000; bits++) {
            assertShortest(Double.longBitsToDouble(bits));
        }
    }

    @Test
    void shouldBeShortestAndNearestForRandomNumbers() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            assertShortest(Doubles.next(random));
        }
    }

    private static void assertShortest(double value) {
        assertEquals(ShortestOracle.text(value), ShortestDouble.text(value));
    }

    @Test
    void shouldReadBackToTheSameNumber() {
        Random random = new Random(2);
        for (int i = 0; i < 100_000; i++) {
            assertReadsBack(Doubles.next(random));
        }
    }

    static void assertReadsBack(double value) {
        String text = ShortestDouble.text(value);
        if (Double.doubleToRawLongBits(Double.parseDouble(text)) != Double.doubleToRawLongBits(value)) {
            throw new AssertionError(Double.toHexString(value) + " became " + text);
        }
    }

    @Test
    void shouldAgreeWithTheJdkSinceItWasMended() {
        assumeTrue(Runtime.version().feature() >= 19, "Double.toString is not the shortest before JDK 19");
        Random random = new Random(3);
        for (int i = 0; i < 100_000; i++) {
            assertAgreesWithTheJdk(Doubles.next(random));
        }
    }

    static void assertAgreesWithTheJdk(double value) {
        if (Math.abs(value) < TWO_DIGITS_BELOW) {
            return;
        }
        String jdk = ShortestOracle.plain(new BigDecimal(Double.toString(value)));
        String ours = ShortestDouble.text(value);
        if (!jdk.equals(ours)) {
            throw new AssertionError(Double.toHexString(value) + " is " + jdk + ", not " + ours);
        }
    }

    @Test
    void shouldFitIntoItsLengthAndAllocateNothing() throws Throwable {
        byte[] bytes = new byte[ShortestDouble.LENGTH_MAX];
        int longest = ShortestDouble.put(-Math.nextUp(Double.MIN_NORMAL), bytes, 0);
        assertTrue(longest <= ShortestDouble.LENGTH_MAX && longest > 320, "length " + longest);
        long allocated = Allocation.bytesOf(() -> {
            for (int i = 0; i < 100_000; i++) {
                ShortestDouble.put(i / 7.0, bytes, 0);
            }
        });
        assertTrue(allocated < 10_000, allocated + " bytes for 100,000 numbers");
    }
}
