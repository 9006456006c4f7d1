package io.millrace.transport.file;

import java.math.BigInteger;

/**
 * Powers of ten to 126 bits and a bit more than the truth: 10^e = g * 2^(floor(log2(10^e)) - 125), where g is the next
 * integer above. Each g in two halves of 63 bits, so that signed multiplication does.
 */
final class PowersOfTen {
    static final int EXPONENT_MIN = -292;
    static final int EXPONENT_MAX = 324;

    private static final int BITS = 126;
    private static final int HALF = 63;
    private static final long[] HIGH = new long[EXPONENT_MAX - EXPONENT_MIN + 1];
    private static final long[] LOW = new long[HIGH.length];

    static {
        BigInteger power = BigInteger.ONE;
        for (int e = 0; e <= EXPONENT_MAX; e++) {
            set(e, power.shiftLeft(BITS).shiftRight(power.bitLength()));
            if (e > 0 && -e >= EXPONENT_MIN) {
                set(-e, BigInteger.ONE.shiftLeft(BITS - 1 + power.bitLength()).divide(power));
            }
            power = power.multiply(BigInteger.TEN);
        }
    }

    private PowersOfTen() {}

    private static void set(int e, BigInteger floor) {
        BigInteger g = floor.add(BigInteger.ONE);
        HIGH[e - EXPONENT_MIN] = g.shiftRight(HALF).longValueExact();
        LOW[e - EXPONENT_MIN] = g.longValue() & Long.MAX_VALUE;
    }

    static long high(int e) {
        return HIGH[e - EXPONENT_MIN];
    }

    static long low(int e) {
        return LOW[e - EXPONENT_MIN];
    }

    // Logarithms in fixed point: log2(10) * 2^19, log10(2) * 2^22, log10(3/4) * 2^22. A test compares them with exact
    // arithmetic over the whole range.

    /** floor(log2(10^e)). */
    static int floorLog2(int e) {
        return e * 1_741_647 >> 19;
    }

    /** floor(log10(2^q)). */
    static int floorLog10(int q) {
        return q * 1_262_611 >> 22;
    }

    /** floor(log10(3/4 * 2^q)). */
    static int floorLog10OfThreeQuarters(int q) {
        return q * 1_262_611 - 524_031 >> 22;
    }
}
