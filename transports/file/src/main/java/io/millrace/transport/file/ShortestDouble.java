package io.millrace.transport.file;

import java.nio.charset.StandardCharsets;

/**
 * Doubles as text: the fewest digits that read back to the same double, of several such numbers the nearest to it;
 * without exponent, and without a trailing {@code .0}: {@code 0.0005}, {@code 146}, {@code 0.3333333333333333}. The same
 * on every JDK, which {@link Double#toString(double)} is not (JDK-4511638: before 19 it has digits too many).
 */
public final class ShortestDouble {
    /** The longest text: sign, "0.", 323 zeros and 17 digits are fewer. */
    static final int LENGTH_MAX = 352;

    /*
     * Raffaello Giulietti, The Schubfach way to render doubles, 2020 (rev. 2022); section numbers are his.
     *
     * Around v = c * 2^q lies the interval of all reals that round to v. Take the k with 10^k <= its width < 10^(k+1):
     * then it holds at least one multiple of 10^k, and at most one of 10^(k+1). If there is one of the latter, it is
     * the shortest; else the nearer of the two multiples of 10^k around v that lie inside. All of it is decided on 4v
     * and the (fourfold) ends of the interval, divided by 10^k and rounded to odd, which preserves every comparison
     * with even numbers; 126 bits of 10^-k are enough for that (section 9).
     *
     * Where we part: he asks for at least two digits, because 4.9E-324 is what Java prints; we print 5.
     */

    private static final int MANTISSA_BITS = 52;
    private static final long HIDDEN_BIT = 1L << MANTISSA_BITS;
    private static final int EXPONENT_MASK = 0x7FF;
    private static final int EXPONENT_OFFSET = 1075;

    /** Below, an integer is its own shortest text: no shorter one is within half a unit. */
    private static final double INTEGERS_BELOW = 1L << 53;

    private ShortestDouble() {}

    /**
     * The text of a number.
     *
     * @param value finite, or NaN for "absent"
     * @return its shortest text, empty for NaN, {@code -0} for the negative zero
     * @throws IllegalArgumentException if it is infinite
     */
    public static String text(double value) {
        byte[] bytes = new byte[LENGTH_MAX];
        return new String(bytes, 0, put(value, bytes, 0), StandardCharsets.ISO_8859_1);
    }

    /** Writes up to {@link #LENGTH_MAX} bytes; returns the new end. */
    static int put(double value, byte[] bytes, int at) {
        if (value != value) {
            return at;
        }
        if (Double.isInfinite(value)) {
            throw new IllegalArgumentException("an infinite number has no text");
        }
        double size = Math.abs(value);
        int end = at;
        if (Double.doubleToRawLongBits(value) < 0) {
            bytes[end++] = '-';
        }
        if (size < INTEGERS_BELOW && size == (long) size) {
            return Digits.put((long) size, bytes, end);
        }
        return putDecimal(Double.doubleToRawLongBits(size), bytes, end);
    }

    private static int putDecimal(long bits, byte[] bytes, int at) {
        int biased = (int) (bits >>> MANTISSA_BITS) & EXPONENT_MASK;
        long fraction = bits & HIDDEN_BIT - 1;
        long c = biased == 0 ? fraction : fraction | HIDDEN_BIT;
        int q = Math.max(biased, 1) - EXPONENT_OFFSET;
        // At a power of two the lower neighbour is nearer.
        boolean irregular = fraction == 0 && biased > 1;
        int k = irregular ? PowersOfTen.floorLog10OfThreeQuarters(q) : PowersOfTen.floorLog10(q);
        return place(shortest(c, q, k, irregular), k, bytes, at);
    }

    /** The integer d for which d * 10^k is the shortest. */
    private static long shortest(long c, int q, int k, boolean irregular) {
        long high = PowersOfTen.high(-k);
        long low = PowersOfTen.low(-k);
        int shift = q + PowersOfTen.floorLog2(-k) + 2;
        long scaled = scale(high, low, 4 * c << shift);
        // The ends belong to the interval when c is even: halves round to even. An odd c moves them inwards.
        long odd = c & 1;
        long least = scale(high, low, 4 * c - (irregular ? 1 : 2) << shift) + odd;
        long most = scale(high, low, 4 * c + 2 << shift) - odd;

        long below = scaled >> 2;
        long tensBelow = below / 10 * 10;
        boolean tensBelowFits = least <= 4 * tensBelow;
        if (tensBelowFits != 4 * (tensBelow + 10) <= most) {
            return tensBelowFits ? tensBelow : tensBelow + 10;
        }
        boolean belowFits = least <= 4 * below;
        if (belowFits != 4 * (below + 1) <= most) {
            return belowFits ? below : below + 1;
        }
        long half = 4 * below + 2;
        boolean nearerBelow = scaled < half || scaled == half && (below & 1) == 0;
        return nearerBelow ? below : below + 1;
    }

    /** g * x / 2^127 for g = high * 2^63 + low, rounded to odd: an inexact result has its last bit set. */
    private static long scale(long high, long low, long x) {
        long carried = (high * x >>> 1) + Math.multiplyHigh(low, x);
        long whole = Math.multiplyHigh(high, x) + (carried >>> 63);
        return (carried & Long.MAX_VALUE) == 0 ? whole : whole | 1;
    }

    /** Writes digits * 10^exponent. */
    private static int place(long digits, int exponent, byte[] bytes, int at) {
        long d = digits;
        int e = exponent;
        while (d % 10 == 0) {
            d /= 10;
            e++;
        }
        if (e >= 0) {
            return zeros(e, bytes, Digits.put(d, bytes, at));
        }
        int count = Digits.count(d);
        if (count + e <= 0) {
            bytes[at] = '0';
            bytes[at + 1] = '.';
            return Digits.put(d, bytes, zeros(-(count + e), bytes, at + 2));
        }
        // The point goes between the digits: write them one further right, then move the whole part back.
        int end = Digits.put(d, bytes, at + 1);
        int point = at + count + e;
        System.arraycopy(bytes, at + 1, bytes, at, count + e);
        bytes[point] = '.';
        return end;
    }

    private static int zeros(int count, byte[] bytes, int at) {
        for (int i = at; i < at + count; i++) {
            bytes[i] = '0';
        }
        return at + count;
    }
}
