package io.millrace.transport.file;

import java.util.Arrays;

/** Integers as decimal text, into bytes. */
final class Digits {
    /** A sign and 19 digits. */
    static final int LENGTH_MAX = 20;

    /** And a point between them. */
    static final int DECIMAL_LENGTH_MAX = LENGTH_MAX + 1;

    /** So many decimals leave a digit in front of the point. */
    static final int SCALE_MAX = 18;

    private Digits() {}

    /** Writes up to {@link #LENGTH_MAX} bytes; returns the new end. */
    static int put(long value, byte[] bytes, int at) {
        int start = at;
        // Counts in negatives: the smallest long has no positive twin.
        long rest = value;
        if (value < 0) {
            bytes[start++] = '-';
        } else {
            rest = -value;
        }
        int end = start + countOfNegative(rest);
        for (int i = end - 1; i >= start; i--) {
            bytes[i] = (byte) ('0' - rest % 10);
            rest /= 10;
        }
        return end;
    }

    /** Writes up to {@link #DECIMAL_LENGTH_MAX} bytes, all decimals among them; returns the new end. */
    static int putDecimal(long unscaled, int scale, byte[] bytes, int at) {
        int end = put(unscaled, bytes, at);
        int first = unscaled < 0 ? at + 1 : at;
        int zeros = scale + 1 - (end - first); // so that a digit stands in front of the point
        if (zeros > 0) {
            System.arraycopy(bytes, first, bytes, first + zeros, end - first);
            Arrays.fill(bytes, first, first + zeros, (byte) '0');
            end += zeros;
        }
        if (scale == 0) {
            return end;
        }
        int point = end - scale;
        System.arraycopy(bytes, point, bytes, point + 1, scale);
        bytes[point] = '.';
        return end + 1;
    }

    /** The number of digits of a number that is not negative. */
    static int count(long value) {
        return countOfNegative(-value);
    }

    private static int countOfNegative(long value) {
        int count = 1;
        for (long rest = value / 10; rest != 0; rest /= 10) {
            count++;
        }
        return count;
    }
}
