package io.millrace.operator;

/**
 * The value of a {@link Flow}, and the bytes it was read from. One thread.
 *
 * <p>A reference that is written into an old object costs what the collector wants to know of it: some twenty instructions with G1, and
 * a fence that waits for all writes before it, those that miss the cache too. Values change at each node, but the view or shape of a
 * node is the same object for every event: it has a place of its own here, with its bytes, and what changes is the number of the place.
 * Nodes that are {@link #PLACES} apart share one, which costs the writes and nothing else.
 */
final class ValueInHand {
    private static final int PLACES = 64;

    /** In the first place whichever has none of its own. */
    private final Object[] values = new Object[PLACES];

    private final byte[][] bytes = new byte[PLACES][];
    private int place;
    private boolean hasBytes;

    /** Which place a node has: any but the first. */
    static int of(int node) {
        return 1 + node % (PLACES - 1);
    }

    Object get() {
        return values[place];
    }

    /** Null when there are none. */
    byte[] bytes() {
        return hasBytes ? bytes[place] : null;
    }

    void set(int there, Object value) {
        if (values[there] != value) {
            values[there] = value;
        }
        place = there;
        hasBytes = false;
    }

    void set(int there, Object value, byte[] readFrom) {
        if (values[there] != value) {
            values[there] = value;
        }
        if (bytes[there] != readFrom) {
            bytes[there] = readFrom;
        }
        place = there;
        hasBytes = readFrom != null;
    }

    int place() {
        return place;
    }

    /** The same in the same place, so that what is restored behind a branch stands there already. */
    void copyFrom(ValueInHand other) {
        if (other.hasBytes) {
            set(other.place, other.get(), other.bytes[other.place]);
        } else {
            set(other.place, other.get());
        }
    }
}
