package io.millrace.transport.aeron;

import java.util.Objects;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.UnsafeApi;

/**
 * Copies events between Aeron's buffers and arrays: short ones, as most are, by words that are written one after another, which is half of
 * what a call of the JVM's copying costs with all that is asked on the way there.
 */
final class ShortCopies {
    private static final int LEAST = Long.BYTES;
    private static final int MOST = 64;

    private ShortCopies() {}

    /** To an array; throws where there is not so much in either. */
    static void get(DirectBuffer from, int at, byte[] to, int offset, int length) {
        if (length < LEAST || length > MOST) {
            from.getBytes(at, to, offset, length);
            return;
        }
        from.boundsCheck(at, length);
        Objects.checkFromIndexSize(offset, length, to.length);
        copy(from.byteArray(), from.addressOffset() + at, to, BufferUtil.ARRAY_BASE_OFFSET + offset, length);
    }

    /** From an array; throws where there is not so much in either. */
    static void put(MutableDirectBuffer to, int at, byte[] from, int offset, int length) {
        if (length < LEAST || length > MOST) {
            to.putBytes(at, from, offset, length);
            return;
        }
        to.boundsCheck(at, length);
        Objects.checkFromIndexSize(offset, length, from.length);
        copy(from, BufferUtil.ARRAY_BASE_OFFSET + offset, to.byteArray(), to.addressOffset() + at, length);
    }

    /** The last word may overlap the one before. */
    private static void copy(Object from, long at, Object to, long toAt, int length) {
        long last = length - Long.BYTES;
        word(from, at, to, toAt, 0);
        if (length > 16) {
            word(from, at, to, toAt, 8);
            if (length > 24) {
                word(from, at, to, toAt, 16);
            }
            if (length > 32) {
                word(from, at, to, toAt, 24);
            }
            if (length > 40) {
                word(from, at, to, toAt, 32);
            }
            if (length > 48) {
                word(from, at, to, toAt, 40);
                if (length > 56) {
                    word(from, at, to, toAt, 48);
                }
            }
        }
        word(from, at, to, toAt, last);
    }

    private static void word(Object from, long at, Object to, long toAt, long index) {
        UnsafeApi.putLong(to, toAt + index, UnsafeApi.getLong(from, at + index));
    }
}
