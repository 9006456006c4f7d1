package io.millrace.engine;

import java.util.Arrays;

/**
 * Rows by a number, flat: what one thread changes while others may be reading it. Who reads beside the writer may see any mixture
 * of old and new and must throw it away then ({@link View}); no such mixture makes a read run out of bounds or not end.
 */
final class ViewTable {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    final int rowsAtMost;
    final int words;

    /** Slot + 1 by hash; 0 for none. Twice as many cells as rows at least, so that a search ends soon. */
    private final int[] index;

    /** Of each slot: | key | length + 1, 0 for a free one | bytes, eight a long … |. */
    private final long[] rows;

    private final int stride;
    private final int[] free;
    private int freeCount;

    ViewTable(int rowsAtMost, int maxLength) {
        this.rowsAtMost = rowsAtMost;
        words = (maxLength + Long.BYTES - 1) / Long.BYTES;
        stride = 2 + words;
        index = new int[Integer.highestOneBit(Math.max(2, rowsAtMost)) << 2];
        rows = new long[Math.multiplyExact(rowsAtMost, stride)];
        free = new int[rowsAtMost];
        for (int i = 0; i < rowsAtMost; i++) {
            free[i] = rowsAtMost - 1 - i;
        }
        freeCount = rowsAtMost;
    }

    private int cell(long key) {
        long mixed = key * GOLDEN;
        return (int) (mixed ^ mixed >>> 32) & index.length - 1;
    }

    int count() {
        return rowsAtMost - freeCount;
    }

    /** The slot of a key; -1 for none. */
    int find(long key) {
        int cell = cell(key);
        for (int i = 0; i < index.length; i++) {
            int slot = index[cell] - 1;
            if (slot < 0 || rows[slot * stride] == key) {
                return slot;
            }
            cell = cell + 1 & index.length - 1;
        }
        return -1;
    }

    long key(int slot) {
        return rows[slot * stride];
    }

    /** The length of the row in a slot; -1 for a free one. */
    int length(int slot) {
        return (int) rows[slot * stride + 1] - 1;
    }

    /** Copies the words of a row. */
    void copy(int slot, long[] into, int at) {
        System.arraycopy(rows, slot * stride + 2, into, at, words);
    }

    // ---- the writer

    /** Sets a row; answers false when there is no room for one more. */
    boolean put(long key, long[] from, int at, int length) {
        int slot = find(key);
        if (slot < 0) {
            if (freeCount == 0) {
                return false;
            }
            slot = free[--freeCount];
            int cell = cell(key);
            while (index[cell] != 0) {
                cell = cell + 1 & index.length - 1;
            }
            rows[slot * stride] = key;
            index[cell] = slot + 1;
        }
        rows[slot * stride + 1] = length + 1L;
        System.arraycopy(from, at, rows, slot * stride + 2, words);
        return true;
    }

    void remove(long key) {
        int slot = find(key);
        if (slot < 0) {
            return;
        }
        int cell = cell(key);
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
