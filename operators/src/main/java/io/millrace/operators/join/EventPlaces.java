package io.millrace.operators.join;

import io.millrace.state.Blocks;
import io.millrace.state.KeyedRows;
import io.millrace.state.Saved;
import io.millrace.state.Scratch;
import io.millrace.state.StateCounters;

/**
 * Where the events of a {@link Timeline} stand: a block each. Where rows are given, one event of a key stands in its row: most keys
 * have one at a time, and it is found, kept and given back with the row, without a miss of cache more. Several timelines of a row
 * share that place; who comes first has it.
 *
 * <p>The id of an event is that of its block, or {@code ~slot} of the row that it stands in; -1 is none.
 */
final class EventPlaces {
    /** Above that rows would be long for all keys, and what a key costs is no longer the first miss. */
    private static final int OWN_LONGS_MAX = 48;

    private final Blocks blocks;
    private final KeyedRows rows;
    private final int own;
    private final int ownLongs;

    @Scratch("of the key in hand")
    private int slot;

    /** All events in blocks. */
    EventPlaces(Blocks blocks) {
        this(blocks, null, 0, 0);
    }

    /**
     * One event of each key in its row, the others in blocks.
     *
     * @param own      the column where its place begins
     * @param ownLongs how long that is, see {@link #ownLongs}; 0 where there is none
     */
    EventPlaces(Blocks blocks, KeyedRows rows, int own, int ownLongs) {
        this.blocks = blocks;
        this.rows = ownLongs == 0 ? null : rows;
        this.own = own;
        this.ownLongs = ownLongs;
    }

    /** How many longs a row has for an event of its own, where events take up to so many; 0 where none is to stand there. */
    static int ownLongs(int eventLongs) {
        return eventLongs <= OWN_LONGS_MAX ? eventLongs : 0;
    }

    /** Of the blocks. */
    StateCounters counters() {
        return blocks.counters();
    }

    void keeps(Saved part) {
        blocks.keeps(part);
    }

    /** Whether a block of that number is taken. */
    boolean isTaken(int id) {
        return blocks.isTaken(id);
    }

    /** For which key a place is taken next. */
    void key(int ofSlot) {
        slot = ofSlot;
    }

    /** A place of zeroes; -1 when there is no room. */
    int take() {
        return rows != null && rows.page(slot)[rows.base(slot) + own + Timeline.ORDER] == 0 ? ~slot : blocks.take();
    }

    void free(int id) {
        if (id >= 0) {
            blocks.free(id);
            return;
        }
        long[] page = writable(id);
        int from = base(id);
        for (int i = from; i < from + ownLongs; i++) {
            page[i] = 0;
        }
    }

    long[] page(int id) {
        return id >= 0 ? blocks.page(id) : rows.page(~id);
    }

    long[] writable(int id) {
        return id >= 0 ? blocks.writable(id) : rows.writable(~id);
    }

    int base(int id) {
        return id >= 0 ? blocks.base(id) : rows.base(~id) + own;
    }

    long get(int id, int at) {
        return page(id)[base(id) + at];
    }

    void set(int id, int at, long value) {
        writable(id)[base(id) + at] = value;
    }
}
