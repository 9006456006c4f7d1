package io.millrace.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Little-endian access to the bytes of events, slots and pages. This is the one place that knows the byte order of
 * everything that Millrace stores or sends.
 *
 * <p>All accesses are plain: the caller owns the bytes, or has them by a handover with its own ordering. Every access
 * is checked against the bounds of the array ({@link IndexOutOfBoundsException}).
 */
public final class Bytes {
    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Bytes() {}

    /**
     * Reads 16 bits.
     *
     * @param bytes  where
     * @param offset index of the first byte
     * @return the value
     */
    public static short getShort(byte[] bytes, int offset) {
        return (short) SHORTS.get(bytes, offset);
    }

    /**
     * Writes 16 bits.
     *
     * @param bytes  where
     * @param offset index of the first byte
     * @param value  the value
     */
    public static void putShort(byte[] bytes, int offset, short value) {
        SHORTS.set(bytes, offset, value);
    }

    /**
     * Reads 32 bits.
     *
     * @param bytes  where
     * @param offset index of the first byte
     * @return the value
     */
    public static int getInt(byte[] bytes, int offset) {
        return (int) INTS.get(bytes, offset);
    }

    /**
     * Writes 32 bits.
     *
     * @param bytes  where
     * @param offset index of the first byte
     * @param value  the value
     */
    public static void putInt(byte[] bytes, int offset, int value) {
        INTS.set(bytes, offset, value);
    }

    /**
     * Reads 64 bits.
     *
     * @param bytes  where
     * @param offset index of the first byte
     * @return the value
     */
    public static long getLong(byte[] bytes, int offset) {
        return (long) LONGS.get(bytes, offset);
    }

    /**
     * Writes 64 bits.
     *
     * @param bytes  where
     * @param offset index of the first byte
     * @param value  the value
     */
    public static void putLong(byte[] bytes, int offset, long value) {
        LONGS.set(bytes, offset, value);
    }

    /**
     * Writes several values of 64 bits, one after another: a row of a few columns. Up to seven are written without a
     * loop, as in {@link #clear}.
     *
     * @param bytes where
     * @param offset index of the first byte
     * @param values the values
     * @param first index of the first value
     * @param n their number
     */
    public static void putLongs(byte[] bytes, int offset, long[] values, int first, int n) {
        int at = offset;
        int from = first;
        int end = first + n;
        if (n >= 8) {
            from = putMany(bytes, offset, values, first, n);
            at += from - first << 3;
        }
        if (end - from >= 4) {
            putLong(bytes, at, values[from]);
            putLong(bytes, at + 8, values[from + 1]);
            putLong(bytes, at + 16, values[from + 2]);
            putLong(bytes, at + 24, values[from + 3]);
            from += 4;
            at += 32;
        }
        if (end - from >= 2) {
            putLong(bytes, at, values[from]);
            putLong(bytes, at + 8, values[from + 1]);
            from += 2;
            at += 16;
        }
        if (from < end) {
            putLong(bytes, at, values[from]);
        }
    }

    /** Returns the index at which less than 8 values are left. */
    private static int putMany(byte[] bytes, int offset, long[] values, int first, int n) {
        int end = first + (n & -8);
        for (int i = first; i < end; i++) {
            putLong(bytes, offset + (i - first << 3), values[i]);
        }
        return end;
    }

    /**
     * Writes zeros. It clears a few dozen bytes of an event, several times for each event, so the stores are written
     * out one after another: a loop of two rounds, with the safepoint that the JIT puts into it, costs more than they
     * do. As many stores are made from the end as from the beginning, and they meet or overlap, since each test how
     * many bytes are left costs as much as two stores.
     *
     * @param bytes where
     * @param from index of the first byte
     * @param to index after the last byte; nothing is written if it is not above {@code from}
     */
    public static void clear(byte[] bytes, int from, int to) {
        int at = from;
        if (to - from >= 64) {
            at = clearLines(bytes, from, to);
        }
        int n = to - at;
        if (n >= 32) {
            putLong(bytes, at, 0);
            putLong(bytes, at + 8, 0);
            putLong(bytes, at + 16, 0);
            putLong(bytes, at + 24, 0);
            putLong(bytes, to - 32, 0);
            putLong(bytes, to - 24, 0);
            putLong(bytes, to - 16, 0);
            putLong(bytes, to - 8, 0);
        } else if (n >= 16) {
            putLong(bytes, at, 0);
            putLong(bytes, at + 8, 0);
            putLong(bytes, to - 16, 0);
            putLong(bytes, to - 8, 0);
        } else if (n >= 8) {
            putLong(bytes, at, 0);
            putLong(bytes, to - 8, 0);
        } else if (n > 0) {
            clearRest(bytes, from, at, to);
        }
    }

    /** Returns the index at which less than 64 bytes are left. */
    private static int clearLines(byte[] bytes, int from, int to) {
        int end = to - (to - from & 63);
        Arrays.fill(bytes, from, end, (byte) 0);
        return end;
    }

    private static void clearRest(byte[] bytes, int from, int at, int to) {
        if (to - from >= Long.BYTES) {
            putLong(bytes, to - Long.BYTES, 0); // some of them a second time
            return;
        }
        for (int i = at; i < to; i++) {
            bytes[i] = 0;
        }
    }

    /**
     * Reads a double by its bits.
     *
     * @param bytes  where
     * @param offset index of the first byte
     * @return the value
     */
    public static double getDouble(byte[] bytes, int offset) {
        return Double.longBitsToDouble(getLong(bytes, offset));
    }

    /**
     * Writes a double. Every NaN becomes the canonical one, so that equal values have equal bytes.
     *
     * @param bytes where
     * @param offset index of the first byte
     * @param value the value
     */
    public static void putDouble(byte[] bytes, int offset, double value) {
        putLong(bytes, offset, Double.doubleToLongBits(value));
    }
}
