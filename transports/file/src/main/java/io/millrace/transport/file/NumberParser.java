package io.millrace.transport.file;

import java.nio.charset.StandardCharsets;

/**
 * Numbers from bytes, exactly. Integers are an optional sign and digits. Decimals are an optional sign, digits with at
 * most one point, and an optional exponent: what {@link Double#parseDouble} takes, less hexadecimal, names, suffixes
 * and blanks; the result is that of parseDouble to the last bit.
 */
final class NumberParser {
    /** Every integer up to here is a double. */
    private static final long EXACT_MAX = 1L << 53;

    /** A mantissa of so many digits fits into a long. */
    private static final int DIGITS_MAX = 18;

    /** Beyond this no digit of an exponent matters; it keeps the int from overflowing. */
    private static final int EXPONENT_MAX = 100_000_000;

    /** The powers of ten that are doubles. */
    private static final double[] TENS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    private NumberParser() {}

    static long parseLong(Cell cell) throws RowProblem {
        byte[] bytes = cell.bytes;
        boolean negative = bytes[cell.from] == '-';
        int i = afterSign(bytes, cell.from);
        if (i == cell.to) {
            throw cell.malformed("an integer");
        }
        // Counts downwards: the smallest long has no positive twin.
        long value = 0;
        boolean overflow = false;
        for (; i < cell.to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                throw cell.malformed("an integer");
            }
            overflow |= overflows(value, digit);
            value = value * 10 - digit;
        }
        if (overflow || !negative && value == Long.MIN_VALUE) {
            throw cell.outOfRange("an integer of 64 bits");
        }
        return negative ? value : -value;
    }

    /**
     * A decimal number as a long in units of its last decimal: of scale 2, 12.3 is 1230. An optional sign and digits with at
     * most one point; no exponent. Never rounded: decimals behind the scale must be zeros.
     */
    static long parseDecimal(Cell cell, int scale) throws RowProblem {
        byte[] bytes = cell.bytes;
        boolean negative = bytes[cell.from] == '-';
        int first = afterSign(bytes, cell.from);
        long value = 0; // counts downwards, as above
        int point = -1;
        boolean overflow = false;
        boolean lost = false;
        for (int i = first; i < cell.to; i++) {
            int digit = bytes[i] - '0';
            if (bytes[i] == '.' && point < 0) {
                point = i;
            } else if (digit < 0 || digit > 9) {
                throw cell.malformed("a decimal number");
            } else if (point >= 0 && i - point > scale) {
                lost |= digit != 0;
            } else {
                overflow |= overflows(value, digit);
                value = value * 10 - digit;
            }
        }
        int digits = cell.to - first - (point < 0 ? 0 : 1);
        if (digits == 0) {
            throw cell.malformed("a decimal number");
        }
        int given = point < 0 ? 0 : Math.min(scale, cell.to - point - 1);
        for (int i = given; i < scale; i++) {
            overflow |= overflows(value, 0);
            value *= 10;
        }
        if (lost) {
            throw cell.outOfRange("a number of at most " + scale + " decimals");
        }
        if (overflow || !negative && value == Long.MIN_VALUE) {
            throw cell.outOfRange("a number of 64 bits with " + scale + " decimals");
        }
        return negative ? value : -value;
    }

    private static boolean overflows(long negative, int nextDigit) {
        return negative < Long.MIN_VALUE / 10 || negative == Long.MIN_VALUE / 10 && nextDigit > 8;
    }

    static double parseDouble(Cell cell) throws RowProblem {
        byte[] bytes = cell.bytes;
        int to = cell.to;
        int first = afterSign(bytes, cell.from);
        int i = first;
        long mantissa = 0;
        int digits = 0; // significant ones
        int point = -1;
        for (; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit >= 0 && digit <= 9) {
                mantissa = digits < DIGITS_MAX ? mantissa * 10 + digit : mantissa;
                digits += mantissa == 0 ? 0 : 1;
            } else if (bytes[i] == '.' && point < 0) {
                point = i;
            } else {
                break;
            }
        }
        if (i == first || i == first + 1 && point >= 0) {
            throw cell.malformed("a number"); // not a digit
        }
        int exponent = point < 0 ? 0 : point + 1 - i;
        if (i < to) {
            exponent += parseExponent(cell, i);
        }
        double size = digits <= DIGITS_MAX ? exact(mantissa, exponent) : Double.NaN;
        if (size != size) {
            return parseSlowly(cell);
        }
        return bytes[cell.from] == '-' ? -size : size;
    }

    /**
     * One correctly rounded operation on two exact doubles is correctly rounded (Clinger, How to Read Floating Point
     * Numbers Accurately, 1990); NaN when the two are not exact.
     */
    private static double exact(long mantissa, int exponent) {
        if (mantissa == 0) {
            return 0;
        }
        if (mantissa > EXACT_MAX || exponent < -22 || exponent > 22) {
            return Double.NaN;
        }
        return exponent < 0 ? mantissa / TENS[-exponent] : mantissa * TENS[exponent];
    }

    private static int parseExponent(Cell cell, int at) throws RowProblem {
        byte[] bytes = cell.bytes;
        if (bytes[at] != 'e' && bytes[at] != 'E') {
            throw cell.malformed("a number");
        }
        int signAt = at + 1;
        int i = signAt < cell.to ? afterSign(bytes, signAt) : signAt;
        if (i == cell.to) {
            throw cell.malformed("a number");
        }
        int value = 0;
        for (; i < cell.to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                throw cell.malformed("a number");
            }
            value = Math.min(value * 10 + digit, EXPONENT_MAX);
        }
        return bytes[signAt] == '-' ? -value : value;
    }

    private static double parseSlowly(Cell cell) throws RowProblem {
        String text = new String(cell.bytes, cell.from, cell.length(), StandardCharsets.ISO_8859_1);
        double value = Double.parseDouble(text);
        if (Double.isInfinite(value)) {
            throw cell.outOfRange("a double");
        }
        return value;
    }

    private static int afterSign(byte[] bytes, int at) {
        return bytes[at] == '-' || bytes[at] == '+' ? at + 1 : at;
    }
}
