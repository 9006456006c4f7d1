package io.millrace.operators;

import io.millrace.event.Bytes;
import java.util.Arrays;

/** Bytes in longs, as operators keep events, keys and headers: the length in bytes, then eight bytes a long, zeroes at the end. */
public final class Stored {
    private Stored() {}

    /**
     * The longs that bytes take, without their length.
     *
     * @param bytes their number
     * @return longs
     */
    public static int words(int bytes) {
        return (bytes + Long.BYTES - 1) / Long.BYTES;
    }

    /**
     * The longs that bytes take, their length included.
     *
     * @param maxLength the most bytes
     * @return longs
     */
    public static int longs(int maxLength) {
        return 1 + words(maxLength);
    }

    /**
     * Writes bytes.
     *
     * @param page   where to
     * @param at     the first long
     * @param bytes  from index 0, with room up to a whole long
     * @param length their number
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
     * Whether bytes are those that were written.
     *
     * @param page   where they were written to
     * @param at     the first long
     * @param bytes  from index 0, with room up to a whole long; what is behind them there becomes zero
     * @param length their number
     * @return false where length or content differ
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
     * @param page   where from
     * @param at     the first long
     * @param bytes  gets them, with room up to a whole long
     * @param offset index of the first byte
     * @return their number
     */
    public static int read(long[] page, int at, byte[] bytes, int offset) {
        int length = (int) page[at];
        Bytes.putLongs(bytes, offset, page, at + 1, words(length));
        return length;
    }
}
