package io.millrace.engine;

import io.millrace.event.Bytes;
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
    private int[] lengths = new int[16];
    private long[] values;
    private int count;
    private int fresh;

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
        return table.find(key) < 0 && table.count() + fresh == table.rowsAtMost;
    }

    void set(long timeNs, byte[] value, int length) {
        fresh += table.find(key) < 0 ? 1 : 0;
        int at = add(timeNs, length) * table.words;
        for (int i = 0; i < length; i += Long.BYTES) {
            values[at + i / Long.BYTES] = Bytes.getLong(value, i);
        }
    }

    void remove() {
        add(0, GONE);
    }

    private int add(long timeNs, int length) {
        if (count == lengths.length) {
            keys = Arrays.copyOf(keys, 2 * keys.length);
            keyLengths = Arrays.copyOf(keyLengths, 2 * count);
            hashes = Arrays.copyOf(hashes, 2 * count);
            times = Arrays.copyOf(times, 2 * count);
            lengths = Arrays.copyOf(lengths, 2 * count);
            values = Arrays.copyOf(values, 2 * values.length);
        }
        System.arraycopy(key.words, 0, keys, count * table.keyWords, table.keyWords);
        keyLengths[count] = key.length();
        hashes[count] = key.hash();
        times[count] = timeNs;
        lengths[count] = length;
        return count++;
    }

    /** Does them. */
    void apply() {
        for (int i = 0; i < count; i++) {
            key.again(keys, i * table.keyWords, keyLengths[i], hashes[i]);
            if (lengths[i] == GONE) {
                table.remove(key);
            } else {
                table.put(key, times[i], values, i * table.words, lengths[i]);
            }
        }
        count = 0;
        fresh = 0;
    }
}
