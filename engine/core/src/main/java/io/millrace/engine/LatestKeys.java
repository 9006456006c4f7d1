package io.millrace.engine;

/**
 * Which slot holds the event of a key. Texts are found by a hash and compared in full; one whose hash another text has stands
 * under the next number that is free. One thread at a time.
 */
final class LatestKeys {
    private final LatestIndex index;

    /** By slot: the number under which it stands in the index. */
    private final long[] numbers;

    private final byte[][] texts;
    private final int[] lengths;

    /** None yet; {@code chars} is 0 for keys that are numbers. */
    LatestKeys(int slots, int chars, long seed) {
        index = new LatestIndex(slots, seed);
        numbers = new long[slots];
        texts = chars == 0 ? null : new byte[slots][chars * Character.BYTES];
        lengths = chars == 0 ? null : new int[slots];
    }

    /** The slot of a key, or {@link LatestIndex#NONE}. */
    int find(ConflateKey key) {
        long number = key.number();
        int slot = index.find(number);
        while (slot != LatestIndex.NONE && key.isText() && !key.isText(texts[slot], lengths[slot])) {
            slot = index.find(++number);
        }
        return slot;
    }

    /** Enters a key that is not there. */
    void put(ConflateKey key, int slot) {
        long number = key.number();
        if (key.isText()) {
            lengths[slot] = key.copyText(texts[slot]);
            while (index.find(number) != LatestIndex.NONE) {
                number++;
            }
        }
        numbers[slot] = number;
        index.put(number, slot);
    }

    /**
     * Takes out the key of a slot. A text that stands behind it under a later number, because both have one hash, is not found
     * again: its next event waits beside the one that does, which is late by nothing and lost nowhere.
     */
    void remove(int slot) {
        index.remove(numbers[slot]);
    }
}
