package io.millrace.engine;

import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.topology.KeyInfo;
import java.util.Arrays;

/**
 * Rows by key, flat: what one thread changes while others may be reading it. Who reads beside the writer may see any mixture
 * of old and new and must throw it away then ({@link View}); no such mixture makes a read run out of bounds or not end.
 */
class ViewTable {
    /* Row: | hash | length of the key, 0 for a free slot | event time | length of the value | window | key … | value …, eight bytes a long | */
    private static final int KEY_LENGTH = 1;
    private static final int TIME = 2;
    private static final int LENGTH = 3;
    private static final int WINDOW = 4;
    private static final int KEY = 5;

    final int rowsAtMost;
    final int keyWords;
    final int words;
    final long seed;
    final KeyInfo keyed;

    /** Slot + 1 by hash; 0 for none. Twice as many cells as rows at least, so that a search ends soon. */
    private final int[] index;

    private final long[] rows;
    private final int stride;
    private final int[] free;
    private int freeCount;

    /** No rows; the seed keeps others from choosing keys that collide, and no answer depends on it. */
    ViewTable(KeyInfo keyed, int rowsAtMost, int maxLength, long seed) {
        this.keyed = keyed;
        this.rowsAtMost = rowsAtMost;
        this.seed = seed;
        keyWords = ViewKey.words(keyed);
        words = (maxLength + Long.BYTES - 1) / Long.BYTES;
        stride = stride(keyed, maxLength);
        index = new int[Integer.highestOneBit(Math.max(2, rowsAtMost)) << 2];
        rows = new long[Math.multiplyExact(rowsAtMost, stride)]; // whoever makes it asks mostRows first
        free = new int[rowsAtMost];
        fillFree();
    }

    private static int stride(KeyInfo keyed, int maxLength) {
        return KEY + ViewKey.words(keyed) + (maxLength + Long.BYTES - 1) / Long.BYTES;
    }

    /** How many rows of such keys and values there can be at most: all stand in one array. */
    static int mostRows(KeyInfo keyed, int maxLength) {
        return (Integer.MAX_VALUE - 8) / stride(keyed, maxLength); // an array may have a few less than an int can count
    }

    private int cell(long hash) {
        return cell(hash, index.length);
    }

    /** Where the search for a hash begins. */
    static int cell(long hash, int cells) {
        return (int) hash & cells - 1;
    }

    int count() {
        return rowsAtMost - freeCount;
    }

    /** The slot of a key; -1 for none. */
    int find(ViewKey key) {
        int cell = cell(key.hash());
        for (int i = 0; i < index.length; i++) {
            int slot = index[cell] - 1;
            if (slot < 0 || isOf(slot, key)) {
                return slot;
            }
            cell = cell + 1 & index.length - 1;
        }
        return -1;
    }

    private boolean isOf(int slot, ViewKey key) {
        int at = slot * stride;
        return rows[at] == key.hash()
                && rows[at + KEY_LENGTH] == key.length()
                && Arrays.equals(rows, at + KEY, at + KEY + keyWords, key.words, 0, keyWords);
    }

    /** The length of the row in a slot; -1 for a free one. */
    int length(int slot) {
        return rows[slot * stride + KEY_LENGTH] == 0 ? -1 : (int) rows[slot * stride + LENGTH];
    }

    long timeNs(int slot) {
        return rows[slot * stride + TIME];
    }

    /** Which of the windows of its key a row is a result of. */
    long windowNs(int slot) {
        return rows[slot * stride + WINDOW];
    }

    /** Copies the words of a row. */
    void copy(int slot, long[] into, int at) {
        System.arraycopy(rows, slot * stride + KEY + keyWords, into, at, words);
    }

    void copyKey(int slot, long[] into, int at) {
        System.arraycopy(rows, slot * stride + KEY, into, at, keyWords);
    }

    // ---- the writer

    /** Sets a row; there has to be room. */
    void put(ViewKey key, long timeNs, long windowNs, long[] from, int at, int length) {
        int slot = find(key);
        if (slot < 0) {
            slot = free[--freeCount];
            int cell = cell(key.hash());
            while (index[cell] != 0) {
                cell = cell + 1 & index.length - 1;
            }
            rows[slot * stride] = key.hash();
            rows[slot * stride + KEY_LENGTH] = key.length();
            System.arraycopy(key.words, 0, rows, slot * stride + KEY, keyWords);
            index[cell] = slot + 1;
        }
        rows[slot * stride + TIME] = timeNs;
        rows[slot * stride + LENGTH] = length;
        rows[slot * stride + WINDOW] = windowNs;
        System.arraycopy(from, at, rows, slot * stride + KEY + keyWords, words);
    }

    /** No row is left. */
    void clear() {
        if (freeCount == rowsAtMost) {
            return; // a new one: its pages are not touched before there are rows
        }
        Arrays.fill(index, 0);
        Arrays.fill(rows, 0);
        fillFree();
    }

    private void fillFree() {
        for (int i = 0; i < rowsAtMost; i++) {
            free[i] = rowsAtMost - 1 - i;
        }
        freeCount = rowsAtMost;
    }

    // ---- in a snapshot

    /** Where rows stand means nothing: they are told one after another. */
    void save(StateWriter to) {
        long[] row = new long[stride];
        to.putInt(count());
        for (int slot = 0; slot < rowsAtMost; slot++) {
            if (length(slot) >= 0) {
                System.arraycopy(rows, slot * stride, row, 0, stride);
                row[0] = 0; // the hash is of this table's own seed
                to.putLongs(row, stride);
            }
        }
    }

    void load(StateReader from, String outputs) {
        int saved = from.getInt("a number of rows", Integer.MAX_VALUE);
        if (saved > rowsAtMost) {
            throw from.refused("the view of output " + outputs + " was saved with " + saved
                    + " rows, but may hold only " + rowsAtMost + " here; raise rowsAtMost");
        }
        ViewKey key = new ViewKey(keyed, seed);
        long[] row = new long[stride];
        for (int i = 0; i < saved; i++) {
            Arrays.fill(row, 0);
            from.getLongs(row, stride);
            key.saved(row, KEY, (int) row[KEY_LENGTH]);
            put(key, row[TIME], row[WINDOW], row, KEY + keyWords, (int) row[LENGTH]);
        }
    }

    // ---- changing

    void remove(ViewKey key) {
        int slot = find(key);
        if (slot < 0) {
            return;
        }
        int cell = cell(key.hash());
        while (index[cell] != slot + 1) {
            cell = cell + 1 & index.length - 1;
        }
        closeUp(cell);
        Arrays.fill(rows, slot * stride, (slot + 1) * stride, 0);
        free[freeCount++] = slot;
    }

    /** Moves back what was pushed behind a cell that becomes empty. */
    private void closeUp(int cell) {
        int hole = cell;
        int at = hole + 1 & index.length - 1;
        while (index[at] != 0) {
            int home = cell(rows[(index[at] - 1) * stride]);
            boolean staysPut = hole < at ? home > hole && home <= at : home > hole || home <= at;
            if (!staysPut) {
                index[hole] = index[at];
                hole = at;
            }
            at = at + 1 & index.length - 1;
        }
        index[hole] = 0;
    }
}
