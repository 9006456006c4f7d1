package io.millrace.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Little-endian access to the bytes of events, slots and pages. The one place that knows the byte order of everything
 * that Millrace stores or sends.
 *
 * <p>All accesses are plain: whoever calls owns the bytes, or has them by a handover with its own ordering. Every access
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
     * Writes a double; every NaN becomes the canonical one, so that equal values have equal bytes.
     *
     * @param bytes  where
     * @param offset index of the first byte
     * @param value  the value
     */
    public static void putDouble(byte[] bytes, int offset, double value) {
        putLong(bytes, offset, Double.doubleToLongBits(value));
    }
}
