package io.millrace.topology;

import io.millrace.event.Bytes;
import java.nio.charset.StandardCharsets;

/**
 * The key of a keyed stream.
 *
 * @param kind     in words, such as {@code long} or {@code text,long}; sides of a join must agree
 * @param maxBytes the most bytes of a text or composite key; 0 for a number
 * @param atMost   the declared bound on keys; 0 when there is none
 * @param site     the line that declared it
 */
public record KeyInfo(String kind, int maxBytes, int atMost, String site) {
    /**
     * Whether the key is one number rather than bytes.
     *
     * @return true for a number
     */
    public boolean isNumber() {
        return maxBytes == 0;
    }

    /**
     * Whether a key of the one can be equal to a key of the other: a number is never found among bytes.
     *
     * @param other the key of another stream
     * @return false when nothing would ever match
     */
    public boolean matches(KeyInfo other) {
        return kind.equals(other.kind) && isNumber() == other.isNumber();
    }

    /** The kind, and how it is held where that is not what the kind suggests. */
    String inWords() {
        return kind.equals("long") && !isNumber() ? "long as bytes" : kind;
    }

    /**
     * A key as text for people.
     *
     * @param number the key, when it is a number
     * @param bytes  its bytes, when it is not; else null
     * @param length their number; what is cut off is shown as dots
     * @return such as {@code 7} or {@code 7,north}
     */
    public String text(long number, byte[] bytes, int length) {
        if (bytes == null) {
            return Long.toString(number);
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
                out.append(new String(bytes, from, to - from, StandardCharsets.UTF_8));
            } else {
                out.append(Bytes.getLong(bytes, from));
            }
            at = to;
        }
        return out.toString();
    }
}
