package io.millrace.operator;

/**
 * The value of a {@link Flow}, and the bytes it was read from. One thread.
 *
 * <p>A reference that is written into an old object costs what the collector wants to know of it: some twenty instructions with G1, and
 * a fence that waits for all writes before it, those that miss the cache too. Values change at each node, but views and shapes are the
 * same objects for every event: they keep places of their own here, each with its bytes, and what changes is the number of the place.
 */
final class ValueInHand {
    private static final int PLACES = 8;

    /** In the first place whichever has none of its own. */
    private final Object[] values = new Object[PLACES];

    private final byte[][] bytes = new byte[PLACES][];
    private int place;
    private int newest;
    private boolean hasBytes;

    Object get() {
        return values[place];
    }

    /** Null when there are none. */
    byte[] bytes() {
        return hasBytes ? bytes[place] : null;
    }

    void set(Object value) {
        if (values[place] != value) {
            move(value);
        }
        hasBytes = false;
    }

    void set(Object value, byte[] readFrom) {
        if (values[place] != value) {
            move(value);
        }
        if (bytes[place] != readFrom) {
            bytes[place] = readFrom;
        }
        hasBytes = readFrom != null;
    }

    /** The same in the same place, so that what is restored behind a branch need not be looked for. */
    void copyFrom(ValueInHand other) {
        int there = other.place;
        Object value = other.values[there];
        if (values[there] != value) {
            values[there] = value;
        }
        place = there;
        hasBytes = other.hasBytes;
        if (hasBytes && bytes[there] != other.bytes[there]) {
            bytes[there] = other.bytes[there];
        }
    }

    /** Views got their places in the order in which the nodes of a chain set them, so it is mostly in the next one. */
    private void move(Object value) {
        int next = place + 1 & PLACES - 1;
        if (values[next] == value) {
            place = next;
        } else {
            seek(value);
        }
    }

    /** A record is another one for each event, and gets no place of its own. */
    private void seek(Object value) {
        for (int i = 1; i < PLACES; i++) {
            if (values[i] == value) {
                place = i;
                return;
            }
        }
        if (value instanceof Record) {
            place = 0;
        } else {
            newest = newest % (PLACES - 1) + 1;
            place = newest;
        }
        values[place] = value;
    }
}
