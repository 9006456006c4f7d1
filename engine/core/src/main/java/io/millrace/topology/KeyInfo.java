package io.millrace.topology;

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

    /** Whether a key of the one can be equal to a key of the other: a number is never found among bytes. */
    boolean matches(KeyInfo other) {
        return kind.equals(other.kind) && isNumber() == other.isNumber();
    }

    /** The kind, and how it is held where that is not what the kind suggests. */
    String inWords() {
        return kind.equals("long") && !isNumber() ? "long as bytes" : kind;
    }
}
