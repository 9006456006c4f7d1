package io.millrace.engine;

import io.millrace.event.Bytes;
import io.millrace.operator.RowWindow;
import java.util.Arrays;

/** What one entry changes in a view, in order, until it is shown. Grows with the most that an entry has changed; the writer's. */
final class ViewChanges {
    private static final int GONE = -1;

    private final ViewTable table;
    private final ViewKey key;
    private long[] keys;
    private int[] keyLengths = new int[16];
    private long[] hashes = new long[16];
    private long[] times = new long[16];
    private long[] windows = new long[16];
    private int[] lengths = new int[16];
    private long[] values;
    private int count;

    /** How many rows more the table has when all is done. */
    private int more;

    /** The last change by the hash of its key, plus one; and of each change the one before it in the same place, plus one. */
    private int[] last = new int[64];

    private int[] before = new int[16];

    ViewChanges(ViewTable table) {
        this.table = table;
        key = new ViewKey(table.keyed, table.seed);
        keys = new long[16 * table.keyWords];
        values = new long[16 * table.words];
    }

    /** To be set to the key of the next change. */
    ViewKey key() {
        return key;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Whether a row of the key that has been set would be one more than may be. */
    boolean isFull() {
        return !exists() && table.count() + more >= table.rowsAtMost;
    }

    /** Whether the key has a row when all that has come so far is done. */
    private boolean exists() {
        int i = lastOfKey();
        return i >= 0 ? lengths[i] != GONE : table.find(key) >= 0;
    }

    /** The last change of the key that has been set; -1 for none. */
    private int lastOfKey() {
        int i = last[place(key.hash())] - 1;
        while (i >= 0 && !isOfKey(i)) {
            i = before[i] - 1;
        }
        return i;
    }

    /** The window of the row of the key that has been set, when all that has come so far is done; none where there is no row. */
    long windowNs() {
        int i = lastOfKey();
        if (i >= 0) {
            return windows[i];
        }
        int slot = table.find(key);
        return slot < 0 ? RowWindow.NONE : table.windowNs(slot);
    }

    private boolean isOfKey(int i) {
        int at = i * table.keyWords;
        return hashes[i] == key.hash()
                && keyLengths[i] == key.length()
                && Arrays.equals(keys, at, at + table.keyWords, key.words, 0, table.keyWords);
    }

    private int place(long hash) {
        return place(hash, last.length);
    }

    /** Other bits than the table takes, so that rows which stand together there do not here. */
    static int place(long hash, int places) {
        return (int) (hash >>> 32) & places - 1;
    }

    void set(long timeNs, long windowNs, byte[] value, int length) {
        more += exists() ? 0 : 1;
        int at = add(timeNs, windowNs, length) * table.words;
        for (int i = 0; i < length; i += Long.BYTES) {
            values[at + i / Long.BYTES] = Bytes.getLong(value, i);
        }
    }

    void remove() {
        more -= exists() ? 1 : 0;
        add(0, RowWindow.NONE, GONE);
    }

    private int add(long timeNs, long windowNs, int length) {
        if (count == lengths.length) {
            grow();
        }
        System.arraycopy(key.words, 0, keys, count * table.keyWords, table.keyWords);
        keyLengths[count] = key.length();
        hashes[count] = key.hash();
        times[count] = timeNs;
        windows[count] = windowNs;
        lengths[count] = length;
        link(count);
        return count++;
    }

    private void link(int i) {
        int place = place(hashes[i]);
        before[i] = last[place];
        last[place] = i + 1;
    }

    private void grow() {
        keys = Arrays.copyOf(keys, 2 * keys.length);
        keyLengths = Arrays.copyOf(keyLengths, 2 * count);
        hashes = Arrays.copyOf(hashes, 2 * count);
        times = Arrays.copyOf(times, 2 * count);
        windows = Arrays.copyOf(windows, 2 * count);
        lengths = Arrays.copyOf(lengths, 2 * count);
        values = Arrays.copyOf(values, 2 * values.length);
        before = Arrays.copyOf(before, 2 * count);
        last = new int[2 * last.length];
        for (int i = 0; i < count; i++) {
            link(i);
        }
    }

    /** Does them. */
    void apply() {
        for (int i = 0; i < count; i++) {
            key.again(keys, i * table.keyWords, keyLengths[i], hashes[i]);
            if (lengths[i] == GONE) {
                table.remove(key);
            } else {
                table.put(key, times[i], windows[i], values, i * table.words, lengths[i]);
            }
        }
        for (int i = 0; i < count; i++) {
            last[place(hashes[i])] = 0;
        }
        count = 0;
        more = 0;
    }
}
