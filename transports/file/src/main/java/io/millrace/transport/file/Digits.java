package io.millrace.transport.file;

/** Integers as decimal text, into bytes. */
final class Digits {
    /** A sign and 19 digits. */
    static final int LENGTH_MAX = 20;

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
