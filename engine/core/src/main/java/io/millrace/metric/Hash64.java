package io.millrace.metric;

import io.millrace.event.Bytes;

/**
 * A running hash of 64 bits, the same on every machine and JDK. It finds what differs by accident; it is no signature, and
 * nobody is kept from making two inputs with one hash.
 */
public final class Hash64 {
    /** Where a hash begins. */
    public static final long SEED = 0x243F6A8885A308D3L;

    private static final long FIRST = 0xA0761D6478BD642FL;
    private static final long SECOND = 0xE7037ED1A0B428DBL;
    private static final long STEP = 0x9E3779B97F4A7C15L;

    private Hash64() {}

    /**
     * Takes one number in. With the same number, different hashes stay different: what has differed once does not become equal
     * by what both runs have in common.
     *
     * @param hash so far
     * @param word the number
     * @return the hash behind it
     */
    public static long add(long hash, long word) {
        long mixed = fold(word ^ FIRST, SECOND) + hash;
        return Long.rotateLeft(mixed, 29) * STEP;
    }

    /**
     * Takes bytes in, and how many they are.
     *
     * @param hash   so far
     * @param bytes  where they stand
     * @param offset index of the first
     * @param length their number
     * @return the hash behind them
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
     * Takes text in.
     *
     * @param hash so far
     * @param text the text
     * @return the hash behind it
     */
    public static long add(long hash, String text) {
        long h = add(hash, text.length());
        for (int i = 0; i < text.length(); i++) {
            h = add(h, text.charAt(i));
        }
        return h;
    }

    /** Both halves of the product. */
    private static long fold(long a, long b) {
        return a * b ^ Math.multiplyHigh(a, b);
    }
}
