package io.millrace.engine;

import io.millrace.event.Bytes;
import io.millrace.operator.KeyHash;
import io.millrace.topology.KeyInfo;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The key of a row of a view, in whole longs: a number, or the bytes of a text or of several fields. One thread. */
final class ViewKey {
    final long[] words;
    private final KeyInfo of;
    private final byte[] bytes;
    private final long seed;
    private int length;
    private long hash;

    /** Room for a key of a kind; the seed is that of the table. */
    ViewKey(KeyInfo of, long seed) {
        this.of = of;
        this.seed = seed;
        words = new long[words(of)];
        bytes = new byte[words.length * Long.BYTES];
    }

    static int words(KeyInfo of) {
        return Math.max(1, (of.maxBytes() + Long.BYTES - 1) / Long.BYTES);
    }

    int length() {
        return length;
    }

    long hash() {
        return hash;
    }

    ViewKey number(long number) {
        words[0] = number;
        length = Long.BYTES;
        Bytes.putLong(bytes, 0, number);
        hash = KeyHash.of(seed, bytes, Long.BYTES);
        return this;
    }

    ViewKey bytes(byte[] from, int count) {
        System.arraycopy(from, 0, bytes, 0, count);
        Arrays.fill(bytes, count, bytes.length, (byte) 0);
        for (int i = 0; i < words.length; i++) {
            words[i] = Bytes.getLong(bytes, i * Long.BYTES);
        }
        length = count;
        hash = KeyHash.of(seed, bytes, count);
        return this;
    }

    /** Takes over one that was set before. */
    void again(long[] from, int at, int newLength, long newHash) {
        System.arraycopy(from, at, words, 0, words.length);
        length = newLength;
        hash = newHash;
    }

    /** Takes one from words that were saved; its hash is made anew. */
    void saved(long[] from, int at, int count) {
        if (of.isNumber()) {
            number(from[at]);
        } else {
            bytes(toBytes(from, at, words.length), count);
        }
    }

    // ---- for people

    /** Takes the parts of a key; answers false when no row can have it. */
    boolean parts(Object... parts) {
        String[] kinds = of.kind().split(",");
        if (parts.length != kinds.length) {
            throw mismatch();
        }
        if (of.isNumber()) {
            number(numberOf(parts[0]));
            return true;
        }
        byte[] all = new byte[0];
        for (int i = 0; i < parts.length; i++) {
            byte[] part = kinds[i].strip().startsWith("text") ? textOf(parts[i]) : new byte[Long.BYTES];
            if (part.length == Long.BYTES && !kinds[i].strip().startsWith("text")) {
                Bytes.putLong(part, 0, numberOf(parts[i]));
            }
            all = Arrays.copyOf(all, all.length + part.length);
            System.arraycopy(part, 0, all, all.length - part.length, part.length);
        }
        if (all.length > of.maxBytes()) {
            return false;
        }
        bytes(all, all.length);
        return true;
    }

    private long numberOf(Object part) {
        if (part instanceof Long || part instanceof Integer || part instanceof Short || part instanceof Byte) {
            return ((Number) part).longValue();
        }
        throw mismatch();
    }

    private byte[] textOf(Object part) {
        if (!(part instanceof CharSequence text)) {
            throw mismatch();
        }
        byte[] utf8 = text.toString().getBytes(StandardCharsets.UTF_8);
        byte[] result = new byte[2 + utf8.length];
        Bytes.putShort(result, 0, (short) Math.min(utf8.length, 0xffff));
        System.arraycopy(utf8, 0, result, 2, utf8.length);
        return result;
    }

    private IllegalArgumentException mismatch() {
        return new IllegalArgumentException("the rows of this view "
                + "are keyed by " + of.kind() + " (" + of.site() + "); give one value for each part of "
                + "the key, in that order");
    }

    /** Puts keys of a kind into an order: part by part, numbers by their size and texts as texts. */
    static int compare(KeyInfo of, long[] a, int atA, long[] b, int atB) {
        if (of.isNumber()) {
            return Long.compare(a[atA], b[atB]);
        }
        byte[] ofA = toBytes(a, atA, words(of));
        byte[] ofB = toBytes(b, atB, words(of));
        int inA = 0;
        int inB = 0;
        for (String kind : of.kind().split(",")) {
            boolean isText = kind.strip().startsWith("text");
            int lengthA = isText ? Bytes.getShort(ofA, inA) & 0xffff : Long.BYTES;
            int lengthB = isText ? Bytes.getShort(ofB, inB) & 0xffff : Long.BYTES;
            inA += isText ? 2 : 0;
            inB += isText ? 2 : 0;
            int order = isText
                    ? Arrays.compareUnsigned(ofA, inA, inA + lengthA, ofB, inB, inB + lengthB)
                    : Long.compare(Bytes.getLong(ofA, inA), Bytes.getLong(ofB, inB));
            if (order != 0) {
                return order;
            }
            inA += lengthA;
            inB += lengthB;
        }
        return 0;
    }

    private static byte[] toBytes(long[] words, int at, int count) {
        byte[] result = new byte[count * Long.BYTES];
        for (int i = 0; i < count; i++) {
            Bytes.putLong(result, i * Long.BYTES, words[at + i]);
        }
        return result;
    }
}
