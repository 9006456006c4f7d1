package io.millrace.engine;

import io.millrace.event.Bytes;
import io.millrace.event.EventType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** All rows of a view as they were at one look; filled by a reader, or by the writer for it. */
final class ViewCopy {
    private final ViewTable table;
    private final long[] keys;
    private final long[] times;
    private final int[] lengths;
    private final long[] words;
    private int[] order;
    private int count;
    private long sequence;

    ViewCopy(ViewTable table) {
        this.table = table;
        keys = new long[table.rowsAtMost * table.keyWords];
        times = new long[table.rowsAtMost];
        lengths = new int[table.rowsAtMost];
        words = new long[table.rowsAtMost * table.words];
    }

    /** Takes all rows; standing at a place in the order. */
    void take(long standsAt) {
        sequence = standsAt;
        int n = 0;
        for (int slot = 0; slot < table.rowsAtMost; slot++) {
            int length = table.length(slot);
            if (length >= 0) {
                table.copyKey(slot, keys, n * table.keyWords);
                times[n] = table.timeNs(slot);
                lengths[n] = length;
                table.copy(slot, words, n * table.words);
                n++;
            }
        }
        count = n;
    }

    /** Puts them into the order of their keys. */
    ViewCopy sorted() {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            places.add(i);
        }
        int k = table.keyWords;
        places.sort((a, b) -> ViewKey.compare(table.keyed, keys, a * k, keys, b * k));
        order = places.stream().mapToInt(Integer::intValue).toArray();
        return this;
    }

    int count() {
        return count;
    }

    long sequence() {
        return sequence;
    }

    long timeNs(int i) {
        return times[order[i]];
    }

    <V> V row(int i, EventType<V> type) {
        return row(type, words, order[i] * table.words, lengths[order[i]]);
    }

    <V> List<V> rows(EventType<V> type) {
        List<V> result = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            result.add(row(i, type));
        }
        return Collections.unmodifiableList(result);
    }

    /** One row, in memory of its own. */
    static <V> V row(EventType<V> type, long[] words, int at, int length) {
        byte[] copy = new byte[(length + Long.BYTES - 1) / Long.BYTES * Long.BYTES];
        for (int i = 0; i < copy.length; i += Long.BYTES) {
            Bytes.putLong(copy, i, words[at + i / Long.BYTES]);
        }
        return type.newView().wrap(copy, 0, length);
    }
}
