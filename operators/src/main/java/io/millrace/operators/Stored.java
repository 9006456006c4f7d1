package io.millrace.operators;

import io.millrace.event.Bytes;
import java.util.Arrays;

/**
 * Bytes in longs, as operators keep events, keys and headers: the length in bytes, then eight bytes in each long, with
 * zeroes at the end.
 */
public final class Stored {
    private Stored() {}

    /**
     * How many longs bytes take, without their length.
     *
     * @param bytes how many bytes
     * @return how many longs
     */
    public static int words(int bytes) {
        return (bytes + Long.BYTES - 1) / Long.BYTES;
    }

    /**
     * How many longs bytes take, with their length.
     *
     * @param maxLength the most bytes
     * @return how many longs
     */
    public static int longs(int maxLength) {
        return 1 + words(maxLength);
    }

    /**
     * Writes bytes.
     *
     * @param page   what is written to
     * @param at     the index of the first long
     * @param bytes  the bytes, from index 0, with room up to a whole long
     * @param length how many bytes
     */
    public static void write(long[] page, int at, byte[] bytes, int length) {
        int words = words(length);
        Arrays.fill(bytes, length, words * Long.BYTES, (byte) 0);
        page[at] = length;
        for (int i = 0; i < words; i++) {
            page[at + 1 + i] = Bytes.getLong(bytes, i * Long.BYTES);
        }
    }

    /**
     * Whether bytes are the same as those that were written.
     *
     * @param page   what they were written to
     * @param at     the index of the first long
     * @param bytes  the bytes, from index 0, with room up to a whole long; that room becomes zero
     * @param length how many bytes
     * @return false if length or content differ
     */
    public static boolean isSame(long[] page, int at, byte[] bytes, int length) {
        if (page[at] != length) {
            return false;
        }
        int words = words(length);
        Arrays.fill(bytes, length, words * Long.BYTES, (byte) 0);
        for (int i = 0; i < words; i++) {
            if (page[at + 1 + i] != Bytes.getLong(bytes, i * Long.BYTES)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Reads bytes.
     *
     * @param page   what is read from
     * @param at     the index of the first long
     * @param bytes  gets the bytes, with room up to a whole long
     * @param offset the index of the first byte
     * @return how many bytes
     */
    public static int read(long[] page, int at, byte[] bytes, int offset) {
        int length = (int) page[at];
        Bytes.putLongs(bytes, offset, page, at + 1, words(length));
        return length;
    }
}
