package io.millrace.event;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The keyed hash that text forms show in place of a {@link Sensitive} value: {@code #} and 8 hex digits.
 *
 * <p>Equal values have equal hashes within a process, so that one card can be followed through dead letters and logs.
 * Without the key, the few possible values of a card number cannot be tried out. The key is drawn once for each
 * process, or set by the host to one that outlives it.
 */
public final class SensitiveHash {
    // SipHash-2-4 (Aumasson and Bernstein, 2012): made for short inputs under a secret key, and free of objects.

    private static volatile Key key = Key.random();

    private record Key(long k0, long k1) {
        static Key random() {
            // form: random key of the text form only, never part of a result
            long[] drawn = new SecureRandom().longs(2).toArray();
            return new Key(drawn[0], drawn[1]);
        }
    }

    private SensitiveHash() {}

    /** Sets the key, for hashes that can be compared between processes and runs. */
    static void key(long k0, long k1) {
        key = new Key(k0, k1);
    }

    /**
     * Returns the text form of bytes.
     *
     * @param bytes hold the value
     * @param offset index of its first byte
     * @param length their number
     * @return {@code #} and 8 hex digits
     */
    public static String of(byte[] bytes, int offset, int length) {
        Key now = key;
        return "#" + HexFormat.of().toHexDigits((int) sip(now.k0, now.k1, bytes, offset, length));
    }

    /**
     * Returns the text form of a value. For a {@code long} it equals that of a field that holds the same number, so one
     * card can be followed through both.
     *
     * @param value a number, or anything else by its text
     * @return {@code #} and 8 hex digits
     */
    public static String ofValue(Object value) {
        if (!(value instanceof Long)) {
            return of(value.toString());
        }
        byte[] bytes = new byte[Long.BYTES];
        Bytes.putLong(bytes, 0, (Long) value);
        return of(bytes, 0, bytes.length);
    }

    /** The text form of a text. */
    static String of(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return of(bytes, 0, bytes.length);
    }

    static long sip(long k0, long k1, byte[] bytes, int offset, int length) {
        long v0 = k0 ^ 0x736f6d6570736575L;
        long v1 = k1 ^ 0x646f72616e646f6dL;
        long v2 = k0 ^ 0x6c7967656e657261L;
        long v3 = k1 ^ 0x7465646279746573L;
        int words = length >>> 3;
        // One word more than the input has: its rest and its length. Then four rounds with nothing in.
        for (int word = 0; word <= words + 2; word++) {
            long in = word < words
                    ? Bytes.getLong(bytes, offset + (word << 3))
                    : word == words ? rest(bytes, offset, length) : 0;
            v3 ^= in;
            v2 ^= word == words + 1 ? 0xff : 0;
            for (int round = 0; round < 2; round++) {
                v0 += v1;
                v2 += v3;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v1;
                v0 += v3;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 = Long.rotateLeft(v2, 32);
            }
            v0 ^= in;
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static long rest(byte[] bytes, int offset, int length) {
        long rest = (long) length << 56;
        for (int i = length & ~7; i < length; i++) {
            rest |= (bytes[offset + i] & 0xffL) << ((i & 7) << 3);
        }
        return rest;
    }
}
