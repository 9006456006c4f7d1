package io.millrace.engine;

import java.util.Arrays;

/**
 * Which slot holds the event of a key: open addressing in arrays that are there from the start, at most half full. One thread at a
 * time.
 */
final class LatestIndex {
    static final int NONE = -1;

    private final long[] keys;
    private final int[] slots;
    private final int mask;
    private final long seed;

    LatestIndex(int keysMax, long seed) {
        int cells = Integer.highestOneBit(Math.max(2, keysMax * 2 - 1)) << 1;
        keys = new long[cells];
        slots = new int[cells];
        Arrays.fill(slots, NONE);
        mask = cells - 1;
        this.seed = seed;
    }

    private int home(long key) {
        long h = (key ^ seed)
                * 0x9E3779B97F4A7C15L; // the golden ratio; the seed keeps others from choosing keys that fall together
        h = (h ^ h >>> 32) * 0xBF58476D1CE4E5B9L;
        return (int) (h >>> 32) & mask;
    }

    /** The slot of a key, or {@link #NONE}. */
    int find(long key) {
        for (int at = home(key); slots[at] != NONE; at = at + 1 & mask) {
            if (keys[at] == key) {
                return slots[at];
            }
        }
        return NONE;
    }

    /** Enters a key that is not there. */
    void put(long key, int slot) {
        int at = home(key);
        while (slots[at] != NONE) {
            at = at + 1 & mask;
        }
        keys[at] = key;
        slots[at] = slot;
    }

    /** Takes out a key that is there; those behind it move up, so that no search ends too early. */
    void remove(long key) {
        int hole = home(key);
        while (keys[hole] != key || slots[hole] == NONE) {
            hole = hole + 1 & mask;
        }
        for (int at = hole + 1 & mask; slots[at] != NONE; at = at + 1 & mask) {
            int fromHome = at - home(keys[at]) & mask;
            if (fromHome >= (at - hole & mask)) {
                keys[hole] = keys[at];
                slots[hole] = slots[at];
                hole = at;
            }
        }
        slots[hole] = NONE;
    }
}
