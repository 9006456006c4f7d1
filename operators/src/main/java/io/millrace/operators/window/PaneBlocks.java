package io.millrace.operators.window;

import io.millrace.operator.Flow;
import io.millrace.operator.KeyHash;
import io.millrace.operator.NodeContext;
import io.millrace.state.Blocks;
import io.millrace.state.KeyedRows;
import io.millrace.state.StateBudget;

/** The windows of each key, a block each, in a list in the order of time. */
final class PaneBlocks {
    /*
     * Block: window i and pane i in one, because a pane is needed exactly until the window that begins with it goes.
     *   | older + 1 | newer + 1 | slot of the key | due | handle of the timer |
     *   | events | events told | revision | index | events of the pane | buckets … | result told last … |
     *        An event that opens nothing asks for the index, the events of the pane and its buckets: they are side by side.
     * Row:   | newest + 1 | oldest + 1 | how many | none is due before |
     */
    static final int COLUMNS = 4;

    static final int NEWEST = 0;
    static final int OLDEST = 1;
    static final int COUNT = 2;
    static final int SOONEST = 3;

    static final int OLDER = 0;
    static final int NEWER = 1;
    static final int SLOT = 2;
    static final int DUE = 3;
    static final int HANDLE = 4;
    static final int EVENTS = 5;
    static final int TOLD = 6;
    static final int REVISION = 7;
    static final int INDEX = 8;
    static final int PANE = 9;
    static final int BUCKETS = 10;

    final KeyedRows rows;
    final Blocks blocks;

    /** Blocks looked at since it was set to zero. */
    int slots;

    /** The column that says of a key without windows that its row stays; -1 when there is none. */
    private final int keptColumn;

    private final boolean isNumber;
    private final boolean keyed;
    private final byte[] key;
    private final long seed;

    static int columns(Window window) {
        return COLUMNS + (window.empty ? EmptyPeriods.COLUMNS : 0);
    }

    static int longs(Window window, WindowLayout layout) {
        boolean keeps = window.retracts || window.empty && window.steps() > 1;
        return BUCKETS + layout.bucketLongs + (keeps ? Summaries.keptLongs(layout.cells.length) : 0);
    }

    PaneBlocks(WindowOperator<?, ?> operator, int columns, int keptColumn, int blockLongs, NodeContext context) {
        this.keptColumn = keptColumn;
        keyed = operator.isKeyed();
        isNumber = operator.key().isNumber();
        key = new byte[operator.key().maxBytes()];
        seed = context.hashSeed();
        rows = rows(operator, columns, context);
        blocks = blockLongs == 0 ? null : new Blocks(context.budget(), blockLongs, 0);
    }

    private KeyedRows rows(WindowOperator<?, ?> operator, int columns, NodeContext context) {
        StateBudget budget = context.budget();
        int declared = operator.key().atMost();
        long fit = Math.max(1, Math.min(1 << 29, budget.bytes() / operator.bytesPerKey()));
        int most = !keyed ? 1 : declared > 0 ? declared : (int) fit;
        return isNumber
                ? context.keyGroup().rowsApart(budget, columns, most)
                : KeyedRows.forBytes(budget, columns, most, operator.key().maxBytes(), seed);
    }

    int find(Flow flow) {
        return !keyed
                ? rows.find(0)
                : isNumber ? rows.find(flow.key()) : rows.find(flow.key(), flow.keyBytes(), flow.keyLength());
    }

    int acquire(Flow flow) {
        return !keyed
                ? rows.acquire(0)
                : isNumber ? rows.acquire(flow.key()) : rows.acquire(flow.key(), flow.keyBytes(), flow.keyLength());
    }

    void keyOf(int slot, Flow flow) {
        if (!keyed) {
            flow.key(0);
        } else if (isNumber) {
            flow.key(rows.key(slot));
        } else {
            int length = rows.copyKey(slot, key);
            flow.key(KeyHash.of(seed, key, length), key, length);
        }
    }

    /** The oldest window of a key. */
    int oldest(int slot) {
        return (int) rows.get(slot, OLDEST) - 1;
    }

    /** The newest window of a key. */
    int newest(int slot) {
        return (int) rows.get(slot, NEWEST) - 1;
    }

    /** The next window of the key, {@link #OLDER} or {@link #NEWER}; -1 when there is none. */
    int link(int id, int which) {
        return (int) blocks.get(id, which) - 1;
    }

    /** The block of a period; -1 when there is none. */
    int at(int slot, long index) {
        int id = below(slot, index + 1);
        return id >= 0 && blocks.get(id, INDEX) == index ? id : -1;
    }

    /** The newest block before a period; -1 when there is none. */
    int below(int slot, long index) {
        int id = newest(slot);
        slots++;
        while (id >= 0 && blocks.get(id, INDEX) >= index) {
            id = link(id, OLDER);
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
        long due = blocks.get(id, DUE);
        rows.set(slot, SOONEST, rows.get(slot, COUNT) == 0 ? due : Math.min(rows.get(slot, SOONEST), due));
        rows.add(slot, COUNT, 1);
    }

    private void link(int slot, int before, int next, int id) {
        long[] page = blocks.writable(id);
        int base = blocks.base(id);
        page[base + OLDER] = before + 1;
        page[base + NEWER] = next + 1;
        if (before < 0) {
            rows.set(slot, OLDEST, id + 1);
        } else {
            blocks.set(before, NEWER, id + 1);
        }
        if (next < 0) {
            rows.set(slot, NEWEST, id + 1);
        } else {
            blocks.set(next, OLDER, id + 1);
        }
    }

    /** Takes a block out that {@link #insertPane} has put there, and frees it. */
    void removePane(int id) {
        unlink((int) blocks.get(id, SLOT), id);
    }

    /** Takes a block out and frees it; answers whether its key is forgotten with it. */
    boolean remove(int id) {
        int slot = (int) blocks.get(id, SLOT);
        unlink(slot, id);
        rows.add(slot, COUNT, -1);
        if (rows.get(slot, COUNT) == 0 && (keptColumn < 0 || rows.get(slot, keptColumn) == 0)) {
            rows.release(slot);
            return true;
        }
        return false;
    }

    private void unlink(int slot, int id) {
        int older = link(id, OLDER);
        int newer = link(id, NEWER);
        if (older < 0) {
            rows.set(slot, OLDEST, newer + 1);
        } else {
            blocks.set(older, NEWER, newer + 1);
        }
        if (newer < 0) {
            rows.set(slot, NEWEST, older + 1);
        } else {
            blocks.set(newer, OLDER, older + 1);
        }
        blocks.free(id);
    }
}
