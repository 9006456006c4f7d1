package io.millrace.metric;

import io.millrace.event.Bytes;

/**
 * A running hash of 64 bits, the same on every machine and JDK. It detects accidental differences. It is not a
 * signature: two inputs with the same hash can be constructed.
 */
public final class Hash64 {
    /** The initial value of a hash. */
    public static final long SEED = 0x243F6A8885A308D3L;

    private static final long FIRST = 0xA0761D6478BD642FL;
    private static final long SECOND = 0xE7037ED1A0B428DBL;
    private static final long STEP = 0x9E3779B97F4A7C15L;

    private Hash64() {}

    /**
     * Adds a number. Different hashes stay different after the same number has been added to both, so a difference does
     * not disappear because of what both runs have in common.
     *
     * @param hash the hash so far
     * @param word the number
     * @return the new hash
     */
    public static long add(long hash, long word) {
        long mixed = fold(word ^ FIRST, SECOND) + hash;
        return Long.rotateLeft(mixed, 29) * STEP;
    }

    /**
     * Adds bytes, and their number.
     *
     * @param hash the hash so far
     * @param bytes contains them
     * @param offset index of the first
     * @param length their number
     * @return the new hash
     */
    public static long add(long hash, byte[] bytes, int offset, int length) {
        long h = SEED;
        int at = offset;
        int end = offset + length;
        for (; at + 16 <= end; at += 16) { // two words a step: the products of a long event follow each other
            h = fold(Bytes.getLong(bytes, at) ^ FIRST, Bytes.getLong(bytes, at + 8) ^ h);
        }
        if (at + 8 <= end) {
            h = fold(Bytes.getLong(bytes, at) ^ SECOND, h ^ STEP);
            at += 8;
        }
        long rest = 0;
        for (; at < end; at++) {
            rest = rest << 8 | bytes[at] & 0xFF;
        }
        return add(hash, fold(rest ^ FIRST, h ^ length));
    }

    /**
     * Adds text.
     *
     * @param hash the hash so far
     * @param text the text
     * @return the new hash
     */
    public static long add(long hash, String text) {
        long h = add(hash, text.length());
        for (int i = 0; i < text.length(); i++) {
            h = add(h, text.charAt(i));
        }
        return h;
    }

    /** Combines both halves of the product. */
    private static long fold(long a, long b) {
        return a * b ^ Math.multiplyHigh(a, b);
    }
}
