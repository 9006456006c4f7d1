package io.millrace.sbe;

import java.nio.ByteOrder;
import java.util.Objects;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A buffer over exactly one event, header included. Its type tells {@link SbeType#encode} that all its bytes are the
 * event, whatever a newer version has put at the end.
 *
 * <p>What generated code calls for each number is written again here, because it is most of what a field costs: these accesses are
 * checked against the event, by two comparisons, also where Agrona's own checks are switched off; so are blocks of bytes that are written.
 * Texts, and blocks that are read, go through Agrona's, with its checks or without: there user code that wraps the buffer of its flyweight around other memory gets at that.
 */
final class EventBuffer extends UnsafeBuffer {
    private static final byte[] NOTHING = {};

    /** Bounds of what {@link #begin} takes: a header and a word; a header and eight. */
    static final int LEAST_BEGUN = 16;

    static final int MOST_BEGUN = 72;

    /** Asked once: in a long chain the JIT no longer inlines even a getter, and each number of an event would cost a call. */
    private static final ByteOrder NATIVE = ByteOrder.nativeOrder();

    /** Of the message that is written here, for whoever writes beyond its end; null where events are read. */
    private final String message;

    /** Whether all that stands behind the header is a block. */
    private final boolean isBlock;

    EventBuffer() {
        this(null, false);
    }

    EventBuffer(String message, boolean isBlock) {
        super(NOTHING);
        this.message = message;
        this.isBlock = isBlock;
    }

    /** As {@link #wrap(byte[], int, int)}, but checked always. */
    void over(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (byteArray != bytes) {
            wrap(bytes, offset, length);
        }
        addressOffset =
                BufferUtil.ARRAY_BASE_OFFSET + offset; // in either case, so that the JIT knows them from here on
        capacity = length;
    }

    /**
     * As {@link #over}, then a header and zeros to the end, without another look at the bounds. As many words from the beginning as from the
     * end, as in {@link io.millrace.event.Bytes#clear}.
     *
     * @param length from {@link #LEAST_BEGUN} to {@link #MOST_BEGUN}
     */
    void begin(byte[] bytes, int offset, int length, long header) {
        over(bytes, offset, length);
        long at = BufferUtil.ARRAY_BASE_OFFSET + offset;
        long last = at + length - Long.BYTES;
        UnsafeApi.putLong(bytes, at, isSwapped(ByteOrder.LITTLE_ENDIAN) ? Long.reverseBytes(header) : header);
        UnsafeApi.putLong(bytes, at + 8, 0);
        UnsafeApi.putLong(bytes, last, 0);
        if (length > 24) {
            UnsafeApi.putLong(bytes, at + 16, 0);
            UnsafeApi.putLong(bytes, last - 8, 0);
        }
        if (length > 40) {
            UnsafeApi.putLong(bytes, at + 24, 0);
            UnsafeApi.putLong(bytes, at + 32, 0);
            UnsafeApi.putLong(bytes, last - 16, 0);
            UnsafeApi.putLong(bytes, last - 24, 0);
        }
    }

    /** The first eight bytes, which are the header of the event, as one little-endian number. */
    long header() {
        long bits = UnsafeApi.getLong(bytes(), at(0, Long.BYTES));
        return isSwapped(ByteOrder.LITTLE_ENDIAN) ? Long.reverseBytes(bits) : bits;
    }

    @Override
    public int wrapAdjustment() {
        return (int) (addressOffset - BufferUtil.ARRAY_BASE_OFFSET);
    }

    /** Takes the bytes away: every access is out of bounds from now on. */
    void cut() {
        wrap(NOTHING, 0, 0);
    }

    /**
     * Never null, and the JIT has to see that. It takes an access to what may be no array for one to any memory, behind which it knows of
     * no field any more what that holds: each number of an event would read buffer, bounds and address once more.
     */
    private byte[] bytes() {
        byte[] bytes = byteArray;
        if (bytes == null) {
            throw noArray();
        }
        return bytes;
    }

    private static IllegalStateException noArray() {
        return new IllegalStateException("the buffer of an event was wrapped around memory outside of the heap");
    }

    /** The address of a field. As unsigned, a negative index is beyond any event. */
    private long at(int index, int size) {
        long from = index & 0xffff_ffffL;
        if (from + size > capacity) {
            throw outside(index, size);
        }
        return addressOffset + from;
    }

    private IndexOutOfBoundsException outside(int index, int size) {
        if (!isBlock) {
            return new IndexOutOfBoundsException((message == null ? "" : message + ": ") + "bytes " + index + " to "
                    + ((long) index + size - 1) + " of an event of " + capacity + " bytes");
        }
        long from = (long) index - SbeHeader.LENGTH;
        return new IndexOutOfBoundsException(message + ": bytes " + from + " to " + (from + size - 1)
                + " of a block of " + (capacity - SbeHeader.LENGTH) + " bytes");
    }

    private static boolean isSwapped(ByteOrder order) {
        return order != NATIVE;
    }

    @Override
    public byte getByte(int index) {
        return UnsafeApi.getByte(bytes(), at(index, Byte.BYTES));
    }

    @Override
    public void putByte(int index, byte value) {
        UnsafeApi.putByte(bytes(), at(index, Byte.BYTES), value);
    }

    @Override
    public short getShort(int index, ByteOrder order) {
        short bits = UnsafeApi.getShort(bytes(), at(index, Short.BYTES));
        return isSwapped(order) ? Short.reverseBytes(bits) : bits;
    }

    @Override
    public void putShort(int index, short value, ByteOrder order) {
        UnsafeApi.putShort(bytes(), at(index, Short.BYTES), isSwapped(order) ? Short.reverseBytes(value) : value);
    }

    @Override
    public int getInt(int index, ByteOrder order) {
        int bits = UnsafeApi.getInt(bytes(), at(index, Integer.BYTES));
        return isSwapped(order) ? Integer.reverseBytes(bits) : bits;
    }

    @Override
    public void putInt(int index, int value, ByteOrder order) {
        UnsafeApi.putInt(bytes(), at(index, Integer.BYTES), isSwapped(order) ? Integer.reverseBytes(value) : value);
    }

    @Override
    public long getLong(int index, ByteOrder order) {
        long bits = UnsafeApi.getLong(bytes(), at(index, Long.BYTES));
        return isSwapped(order) ? Long.reverseBytes(bits) : bits;
    }

    @Override
    public void putLong(int index, long value, ByteOrder order) {
        UnsafeApi.putLong(bytes(), at(index, Long.BYTES), isSwapped(order) ? Long.reverseBytes(value) : value);
    }

    @Override
    public float getFloat(int index, ByteOrder order) {
        return Float.intBitsToFloat(getInt(index, order));
    }

    /** Of NaN the canonical one: which one a computation makes hangs on how it was compiled. */
    @Override
    public void putFloat(int index, float value, ByteOrder order) {
        putInt(index, Float.floatToIntBits(value), order);
    }

    @Override
    public double getDouble(int index, ByteOrder order) {
        return Double.longBitsToDouble(getLong(index, order));
    }

    /** Of NaN the canonical one, too. */
    @Override
    public void putDouble(int index, double value, ByteOrder order) {
        putLong(index, Double.doubleToLongBits(value), order);
    }

    // ---- what generated code does not call for a number: named where it fails, as the ones above

    @Override
    public void putShort(int index, short value) {
        putShort(index, value, NATIVE);
    }

    @Override
    public void putInt(int index, int value) {
        putInt(index, value, NATIVE);
    }

    @Override
    public void putLong(int index, long value) {
        putLong(index, value, NATIVE);
    }

    @Override
    public void putFloat(int index, float value) {
        putFloat(index, value, NATIVE);
    }

    @Override
    public void putDouble(int index, double value) {
        putDouble(index, value, NATIVE);
    }

    @Override
    public void putBytes(int index, byte[] from) {
        putBytes(index, from, 0, from.length);
    }

    @Override
    public void putBytes(int index, byte[] from, int offset, int length) {
        check(index, length);
        Objects.checkFromIndexSize(offset, length, from.length);
        super.putBytes(index, from, offset, length);
    }

    @Override
    public void putBytes(int index, DirectBuffer from, int offset, int length) {
        check(index, length);
        from.boundsCheck(offset, length);
        super.putBytes(index, from, offset, length);
    }

    @Override
    public void setMemory(int index, int length, byte value) {
        check(index, length);
        super.setMemory(index, length, value);
    }

    private void check(int index, int length) {
        if (index < 0 || length < 0 || (long) index + length > capacity) {
            throw outside(index, length);
        }
    }
}
