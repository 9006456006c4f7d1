package io.millrace.operators.window;

import io.millrace.operator.NodeContext;
import io.millrace.state.Blocks;
import io.millrace.state.DueLists;
import io.millrace.state.StateCounters;

/**
 * The windows of each key, a block each, in a list in the order of time.
 *
 * <p>A key has one window at a time nearly always, so its row has a block of its own: it is found, opened and given back with the row,
 * and an event that opens nothing asks memory for the row alone. Further windows have blocks elsewhere.
 *
 * <p>The id of a block is the slot of its row, or what is below zero for a block elsewhere.
 */
final class PaneBlocks extends WindowKeys implements DueLists.Timers {
    /*
     * Row:   | first that may be untold, how many windows * 2, and 1 when its own block is in use | none is due before | oldest, newest | columns of others |
     *        | its own block |
     * Block: window i and pane i in one, because a pane is needed exactly until the window that begins with it goes.
     *        | index | events of the pane | buckets … | result told last … |
     *        | older, newer | slot of the key | due | timer: 2 | and where they are told again: events | events told | revision |
     *        Of a pane without events below zero: the block that can be looked at next, since none before it has events; or that none has behind it.
     *        An event that opens nothing asks for what is in front: it stands beside the key.
     * Two ids in a long: the first in the upper half.
     */
    static final int COLUMNS = 3;

    /** 0 when a key has no window. */
    static final int HELD = 0;

    static final int SOONEST = 1;

    static final int INDEX = 0;
    static final int PANE = 1;
    static final int BUCKETS = 2;

    /** No block. */
    static final int NONE = 0;

    private static final int ENDS = 2;
    private static final int WINDOW = 2;
    private static final int OWN = 1;
    private static final long LOW = 0xFFFF_FFFFL;
    private static final int ONCE = 5;
    private static final int AGAIN = 8;

    final int dueAt;
    final int timerAt;
    final int eventsAt;
    final int toldAt;
    final int revisionAt;

    /** Blocks looked at since it was set to zero. */
    int slots;

    private final Blocks blocks;

    /** The sum of all that was touched, so that reading it cannot be left out. */
    private long touched;

    private final int aroundAt;
    private final int slotAt;

    /** Longs of a block. */
    private final int longs;

    /** Where the own block of a row begins. */
    private final int own;

    /** The column that says of a key without windows that its row stays; -1 when there is none. */
    private final int keptColumn;

    /**
     * Longs of a block.
     *
     * @param content of its buckets and of what is kept of a result
     * @param again   whether a window is told more than once
     */
    static int longs(int content, boolean again) {
        return BUCKETS + content + (again ? AGAIN : ONCE);
    }

    /**
     * No windows yet.
     *
     * @param further    columns of others
     * @param keptColumn says of a key without windows that its row stays; -1 when there is none
     */
    PaneBlocks(
            WindowOperator<?, ?> operator,
            int further,
            int keptColumn,
            int content,
            boolean again,
            NodeContext context) {
        super(operator, COLUMNS + further + longs(content, again), context);
        this.keptColumn = keptColumn;
        longs = longs(content, again);
        own = COLUMNS + further;
        blocks = new Blocks(context.budget(), longs, 0);
        aroundAt = BUCKETS + content;
        slotAt = aroundAt + 1;
        dueAt = aroundAt + 2;
        timerAt = aroundAt + 3;
        eventsAt = aroundAt + 5;
        toldAt = aroundAt + 6;
        revisionAt = aroundAt + 7;
    }

    // ---- blocks

    /** A block for a window of a key, of zeroes but for whose it is; {@link #NONE} when there is no room. */
    int take(int slot) {
        if ((rows.get(slot, HELD) & OWN) == 0) {
            rows.add(slot, HELD, OWN);
            set(slot, slotAt, slot);
            return slot;
        }
        int block = blocks.take();
        if (block < 0) {
            return NONE;
        }
        blocks.set(block, slotAt, slot);
        return ~block;
    }

    /** Gives a block back that is in no list. */
    void free(int id) {
        if (id < 0) {
            blocks.free(~id);
            return;
        }
        long[] page = rows.writable(id);
        int base = base(id);
        for (int i = base; i < base + longs; i++) {
            page[i] = 0;
        }
        rows.add(id, HELD, -OWN);
    }

    /** The page of a block, for reading. */
    long[] page(int id) {
        return id > 0 ? rows.page(id) : blocks.page(~id);
    }

    /** The page of a block, to be written. */
    @Override
    public long[] writable(int id) {
        return id > 0 ? rows.writable(id) : blocks.writable(~id);
    }

    /** Where a block begins in its page. */
    int base(int id) {
        return id > 0 ? rows.base(id) + own : blocks.base(~id);
    }

    long get(int id, int at) {
        return page(id)[base(id) + at];
    }

    void set(int id, int at, long value) {
        writable(id)[base(id) + at] = value;
    }

    @Override
    public int timerAt(int id) {
        return base(id) + timerAt;
    }

    /** Asks memory for a block, without waiting for it. */
    void touch(int id) {
        long[] page = page(id);
        int base = base(id);
        touched += page[base] + page[base + longs - 1];
    }

    /** Asks memory for where the row of a window is found, without waiting for it. */
    void touchKey(int id) {
        touched += rows.touch(slot(id));
    }

    /** The slot of the key of a window. */
    int slot(int id) {
        return id > 0 ? id : (int) blocks.get(~id, slotAt);
    }

    // ---- the windows of a key

    /** How many windows a key has. */
    int windows(int slot) {
        return (int) rows.get(slot, HELD) >>> 1;
    }

    /** A block before which none is untold: its end has been told of each, and it waits to be forgotten. */
    int untold(int slot) {
        int id = first(rows.get(slot, HELD));
        return id == NONE ? oldest(slot) : id;
    }

    /** Says that before a block none is untold. */
    void untold(int slot, int id) {
        if (untold(slot) != id) {
            setUntold(slot, id);
        }
    }

    private void setUntold(int slot, int id) {
        rows.set(slot, HELD, both(id, (int) rows.get(slot, HELD)));
    }

    /** Says that a block, which has just been put in, is untold. */
    void isUntold(int slot, int id) {
        if (get(id, INDEX) < get(untold(slot), INDEX)) {
            setUntold(slot, id);
        }
    }

    /** The oldest window of a key. */
    int oldest(int slot) {
        return first(rows.get(slot, ENDS));
    }

    /** The newest window of a key. */
    int newest(int slot) {
        return (int) rows.get(slot, ENDS);
    }

    /** The block before one. */
    int older(int id) {
        return first(get(id, aroundAt));
    }

    /** The block behind one. */
    int newer(int id) {
        return (int) get(id, aroundAt);
    }

    /** The block behind one; the oldest where that is {@link #NONE}. */
    int behind(int slot, int id) {
        return id == NONE ? oldest(slot) : newer(id);
    }

    private static int first(long both) {
        return (int) (both >> 32);
    }

    private static long both(int first, int second) {
        return (long) first << 32 | second & LOW;
    }

    StateCounters counters() {
        return blocks.counters();
    }

    /** The next block behind one whose pane may have events; {@link #NONE} where none has. */
    int nextPane(int id) {
        long pane = get(id, PANE);
        return pane < 0 ? (int) pane : newer(id);
    }

    /** Says of the panes without events in front of one that has its first that they can be passed over. */
    void passTo(int id) {
        passOver(id, Long.MIN_VALUE | id & LOW);
    }

    /** Nothing may name a block that goes. */
    void passNoMoreTo(int id) {
        passOver(id, 0);
    }

    /** A pane has no events any more: it can be passed over as the next one can, and so can those in front of it. */
    void isEmptied(int id) {
        int next = newer(id);
        long pane = next == NONE ? Long.MIN_VALUE : get(next, PANE); // behind the last nothing is to be looked at
        long over = pane > 0 ? Long.MIN_VALUE | next & LOW : pane;
        set(id, PANE, over);
        passOver(id, over);
    }

    private void passOver(int id, long pane) {
        for (int i = older(id); i != NONE && get(i, PANE) <= 0; i = older(i)) {
            set(i, PANE, pane);
            slots++;
        }
    }

    /** The block of a period; {@link #NONE} when there is none. */
    int at(int slot, long index) {
        int id = newest(slot); // it is the one that is asked for nearly always
        if (id != NONE && get(id, INDEX) == index) {
            slots++;
            return id;
        }
        if (id == NONE || get(oldest(slot), INDEX) > index) {
            slots++; // so is a period without events in front of all windows: there may be thousands of both
            return NONE;
        }
        id = below(slot, index + 1);
        return id != NONE && get(id, INDEX) == index ? id : NONE;
    }

    /** The newest block before a period; {@link #NONE} when there is none. */
    int below(int slot, long index) {
        int id = newest(slot);
        slots++;
        while (id != NONE && get(id, INDEX) >= index) {
            id = older(id);
            slots++;
        }
        return id;
    }

    /** Puts a block that is only a pane behind a window, without being counted. */
    void insertPane(int slot, int before, int next, int id) {
        link(slot, before, next, id);
    }

    /** Puts a block between two, or at an end. */
    void insert(int slot, int before, int next, int id) {
        link(slot, before, next, id);
        long due = get(id, dueAt);
        rows.set(slot, SOONEST, windows(slot) == 0 ? due : Math.min(rows.get(slot, SOONEST), due));
        rows.add(slot, HELD, WINDOW);
    }

    /** Puts the block of the only window of a key in. */
    void insertOnly(int slot, int id) {
        long[] page = rows.writable(slot);
        int base = rows.base(slot);
        page[base + SOONEST] = get(id, dueAt);
        page[base + ENDS] = both(id, id);
        page[base + HELD] += WINDOW;
    }

    private void link(int slot, int before, int next, int id) {
        set(id, aroundAt, both(before, next));
        newer(slot, before, id);
        older(slot, next, id);
    }

    /** Says what is behind a block; which is the oldest, where there is none before. */
    private void newer(int slot, int id, int next) {
        if (id == NONE) {
            rows.set(slot, ENDS, both(next, newest(slot)));
        } else {
            set(id, aroundAt, both(older(id), next));
        }
    }

    /** Says what is before a block; which is the newest, where there is none behind. */
    private void older(int slot, int id, int before) {
        if (id == NONE) {
            rows.set(slot, ENDS, both(oldest(slot), before));
        } else {
            set(id, aroundAt, both(before, newer(id)));
        }
    }

    /** Takes a block out that {@link #insertPane} has put there, and frees it. */
    void removePane(int id) {
        unlink(slot(id), id);
        free(id);
    }

    /** Takes a block out and frees it; answers whether its key is forgotten with it. */
    boolean remove(int id) {
        int slot = slot(id);
        if (keptColumn < 0 && id == slot && rows.get(slot, ENDS) == both(id, id)) {
            rows.release(slot); // with all that stands in it
            return true;
        }
        unlink(slot, id);
        rows.add(slot, HELD, -WINDOW);
        assert windows(slot) > 0 || oldest(slot) == NONE : "a pane stays behind without a window that has it";
        if (windows(slot) > 0 || keptColumn >= 0 && rows.get(slot, keptColumn) != 0) {
            free(id);
            return false;
        }
        if (id < 0) {
            free(id);
        }
        rows.release(slot);
        return true;
    }

    private void unlink(int slot, int id) {
        int before = older(id);
        int next = newer(id);
        if (first(rows.get(slot, HELD)) == id) {
            setUntold(slot, before);
        }
        newer(slot, before, next);
        older(slot, next, before);
    }
}
