package io.millrace.state;

import io.millrace.event.Bytes;

/** Keys of bytes in longs: little endian, the last long filled with zeroes. */
final class KeyBytes {
    private KeyBytes() {}

    /** How many longs a key needs. */
    static int longs(int bytes) {
        return (bytes + Long.BYTES - 1) / Long.BYTES;
    }

    /** The bytes from an index to the end, fewer than eight, as a long. */
    static long tail(byte[] key, int from, int length) {
        long word = 0;
        for (int i = length - 1; i >= from; i--) {
            word = word << Byte.SIZE | key[i] & 0xFF;
        }
        return word;
    }

    static boolean same(long[] page, int at, byte[] key, int length) {
        int word = at;
        int from = 0;
        for (; from + Long.BYTES <= length; from += Long.BYTES) {
            if (page[word++] != Bytes.getLong(key, from)) {
                return false;
            }
        }
        return from == length || page[word] == tail(key, from, length);
    }

    static void store(long[] page, int at, byte[] key, int length) {
        int word = at;
        int from = 0;
        for (; from + Long.BYTES <= length; from += Long.BYTES) {
            page[word++] = Bytes.getLong(key, from);
        }
        if (from < length) {
            page[word] = tail(key, from, length);
        }
    }

    static void load(long[] page, int at, byte[] into, int length) {
        for (int i = 0; i < length; i++) {
            into[i] = (byte) (page[at + (i >>> 3)] >>> (i << 3));
        }
    }
}
