package io.millrace.operators.join;

import io.millrace.event.Bytes;
import java.util.Arrays;

/** An event in longs: its length in bytes, then its bytes, eight a long, zeroes at the end. */
final class Stored {
    private Stored() {}

    /** The longs that bytes take. */
    static int words(int bytes) {
        return (bytes + Long.BYTES - 1) / Long.BYTES;
    }

    /** The longs that an event takes, its length included. */
    static int longs(int maxLength) {
        return 1 + words(maxLength);
    }

    /** Writes from the beginning of bytes, which have room up to a whole long. */
    static void write(long[] page, int at, byte[] bytes, int length) {
        int words = words(length);
        Arrays.fill(bytes, length, words * Long.BYTES, (byte) 0);
        page[at] = length;
        for (int i = 0; i < words; i++) {
            page[at + 1 + i] = Bytes.getLong(bytes, i * Long.BYTES);
        }
    }

    /** Reads into bytes that have room up to a whole long; answers the length. */
    static int read(long[] page, int at, byte[] bytes, int offset) {
        int length = (int) page[at];
        int words = words(length);
        for (int i = 0; i < words; i++) {
            Bytes.putLong(bytes, offset + i * Long.BYTES, page[at + 1 + i]);
        }
        return length;
    }
}
