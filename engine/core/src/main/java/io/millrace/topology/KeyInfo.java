package io.millrace.topology;

import io.millrace.event.Bytes;
import io.millrace.event.SensitiveHash;
import io.millrace.operator.Shards;
import java.nio.charset.StandardCharsets;

/**
 * The key of a keyed stream.
 *
 * @param kind in words, for example {@code long} or {@code text,long}; the sides of a join must agree
 * @param maxBytes the most bytes of a text or composite key; 0 for a number
 * @param atMost the declared bound on keys; 0 if there is none
 * @param site the line that declared it
 * @param sensitive whether it is read from events with sensitive fields, so that people see a hash of it
 * @param atMostAll in a section of parallel keys, the declared bound of which {@code atMost} is a shard's share; 0
 *     elsewhere
 */
public record KeyInfo(String kind, int maxBytes, int atMost, String site, boolean sensitive, int atMostAll) {
    /**
     * Creates a key that may be shown.
     *
     * @param kind in words
     * @param maxBytes the most bytes; 0 for a number
     * @param atMost the declared bound on keys; 0 if there is none
     * @param site the line that declared it
     */
    public KeyInfo(String kind, int maxBytes, int atMost, String site) {
        this(kind, maxBytes, atMost, site, false, 0);
    }

    /**
     * Returns the same key with another bound.
     *
     * @param most the most keys at a time
     * @return a changed copy
     */
    public KeyInfo withAtMost(int most) {
        return new KeyInfo(kind, maxBytes, most, site, sensitive, 0);
    }

    /**
     * Returns the same key for one shard of a section of parallel keys.
     *
     * @return a changed copy, with the shard's share of the bound
     */
    public KeyInfo ofShard() {
        return new KeyInfo(kind, maxBytes, Shards.share(atMost), site, sensitive, atMost);
    }

    /**
     * Returns the same key outside of sections.
     *
     * @return with the declared bound, not the share of a shard
     */
    public KeyInfo ofAll() {
        return atMostAll == 0 ? this : withAtMost(atMostAll);
    }

    KeyInfo withSensitive(boolean isSensitive) {
        return new KeyInfo(kind, maxBytes, atMost, site, isSensitive, atMostAll);
    }

    /**
     * Tells whether the key is one number rather than bytes.
     *
     * @return true for a number
     */
    public boolean isNumber() {
        return maxBytes == 0;
    }

    /**
     * Tells whether keys of both kinds can be equal, and each can be held where the other is: a number never equals
     * bytes, and texts must have the same bound on both sides.
     *
     * @param other the key of another stream
     * @return false if something would never match
     */
    public boolean matches(KeyInfo other) {
        return kind.equals(other.kind) && maxBytes == other.maxBytes;
    }

    /** The kind, and what else distinguishes it from another key if the kind does not show it. */
    String inWords(KeyInfo other) {
        if (kind.equals("long") && !isNumber()) {
            return "long as bytes";
        }
        boolean byLength = kind.equals(other.kind) && !isNumber() && !other.isNumber();
        return byLength ? kind + " of up to " + maxBytes + " bytes with lengths" : kind;
    }

    /**
     * Returns a key as text for people.
     *
     * @param number the key, if it is a number
     * @param bytes its bytes, if it is not; otherwise null
     * @param length their number; what is cut off is shown as dots
     * @return for example {@code 7} or {@code 7,north}; if it is sensitive, a hash in place of each of its parts
     */
    public String text(long number, byte[] bytes, int length) {
        if (bytes == null) {
            return number(number);
        }
        StringBuilder out = new StringBuilder();
        int at = 0;
        for (String part : kind.split(",")) {
            out.append(at == 0 ? "" : ",");
            boolean isText = part.strip().startsWith("text");
            int from = isText ? at + 2 : at;
            int to = from <= length && isText ? from + (Bytes.getShort(bytes, at) & 0xffff) : at + 8;
            if (to > length) {
                return out.append("...").toString();
            }
            if (isText) {
                out.append(
                        sensitive
                                ? SensitiveHash.of(bytes, from, to - from)
                                : new String(bytes, from, to - from, StandardCharsets.UTF_8));
            } else {
                out.append(number(Bytes.getLong(bytes, from)));
            }
            at = to;
        }
        return out.toString();
    }

    private String number(long number) {
        return sensitive ? SensitiveHash.ofValue(number) : Long.toString(number);
    }
}
