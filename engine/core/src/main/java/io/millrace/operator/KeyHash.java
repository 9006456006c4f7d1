package io.millrace.operator;

import io.millrace.event.Bytes;

/**
 * The seeded hash of text and composite keys: multiply and fold (the mixing step of wyhash, W. Yi, public domain) over eight
 * bytes at a time.
 */
public final class KeyHash {
    private static final long A = 0x9E3779B97F4A7C15L;
    private static final long B = 0xD6E8FEB86659FD93L;

    private KeyHash() {}

    /**
     * Hashes bytes.
     *
     * @param seed   of the engine
     * @param bytes  from index 0
     * @param length how many
     * @return the hash
     */
    public static long of(long seed, byte[] bytes, int length) {
        long h = seed ^ fold(length ^ A, B);
        int at = 0;
        while (at + 8 <= length) {
            h = fold(h ^ Bytes.getLong(bytes, at), A);
            at += 8;
        }
        long rest = 0;
        for (int shift = 0; at < length; at++, shift += 8) {
            rest |= (bytes[at] & 0xffL) << shift;
        }
        return fold(h ^ rest, B ^ seed);
    }

    private static long fold(long a, long b) {
        return Math.multiplyHigh(a, b) ^ (a * b) ^ (a >>> 32);
    }
}
