package io.millrace.operators.join;

import io.millrace.operator.Flow;
import io.millrace.operator.NodeContext;
import io.millrace.operators.Touched;
import io.millrace.state.Blocks;
import io.millrace.state.KeyedRows;
import io.millrace.state.StateBudget;
import io.millrace.state.StateCounters;
import io.millrace.state.TimerHeap;
import io.millrace.topology.KeyInfo;

/**
 * What words keep of each key until it is due: all of it in the order of (due time, arrival), and that of each key by
 * itself, since it comes before an event of the key. Each item is a block of longs; the row of a key has its first one.
 * Searching, adding and taking out take steps by the logarithm of what is kept.
 *
 * <p>It belongs to one node and one thread, and allocates nothing.
 */
public final class DueByKey {
    /*
     * Row:   | root of the timeline of the key | its own block, where one is short enough |
     * Block: | of the timeline, the due as its time, the slot of the row as its flags … | timer | the caller's longs … |
     */
    private static final int ROOT = 0;
    private static final int OWN = 1;
    private static final int TIMER = Timeline.HEAD;
    private static final int HEAD = TIMER + 1;

    /** What a timer takes: its entry of the heap, its cell and the mark of that. */
    private static final int TIMER_LONGS = 6;

    /** No key, or no block. */
    public static final int NONE = Timeline.NONE;

    /** The most items that come before an event of their key; what else is due of the key comes in its turn. */
    public static final int BEFORE_EVENT = 2;

    /** How many structures take pages of their own: rows, their index, blocks, timers and their cells. */
    public static final int STRUCTURES = 5;

    private final JoinKeys keys;
    private final KeyedRows rows;
    private final EventPlaces places;
    private final Timeline ofKey;
    private final Blocks blocks;
    private final TimerHeap heap;

    /**
     * Makes one that keeps nothing yet.
     *
     * @param context the context of the node
     * @param key     the key of the stream, with the bound of keys; without a bound, as many as the budget holds
     * @param longs   how many longs of a block are the caller's
     * @param bytes   the bytes of the budget for all this
     */
    public DueByKey(NodeContext context, KeyInfo key, int longs, long bytes) {
        StateBudget budget = context.budget();
        int own = EventPlaces.ownLongs(HEAD + longs);
        keys = new JoinKeys(
                context, key, OWN + own, Long.BYTES * (blockLongs(longs) + TIMER_LONGS - (long) own), bytes);
        rows = keys.rows;
        blocks = new Blocks(budget, HEAD + longs, 0);
        places = new EventPlaces(blocks, rows, OWN, own);
        ofKey = new Timeline(places, context.hashSeed());
        heap = new TimerHeap(budget, 0);
    }

    /**
     * How many longs a block has, which must fit a page.
     *
     * @param longs how many of them are the caller's
     * @return how many longs a block has
     */
    public static int blockLongs(int longs) {
        return HEAD + longs;
    }

    // ---- keys

    /**
     * The row of the current key.
     *
     * @param flow has the key
     * @return its slot; {@link #NONE} if nothing is kept of it
     */
    public int find(Flow flow) {
        return keys.find(flow);
    }

    /**
     * How many keys there are.
     *
     * @return a count
     */
    public int keyCount() {
        return rows.count();
    }

    // ---- blocks

    /**
     * Adds a block of zeroes for the current key, after all others of its due time. A key without a row gets one.
     *
     * @param flow  has the key
     * @param dueNs when the block is due
     * @return its number; {@link #NONE} if there is no room, and then nothing has changed
     */
    public int add(Flow flow, long dueNs) {
        int slot = keys.acquire(flow);
        if (slot == NONE) {
            return NONE;
        }
        open(slot);
        int id = ofKey.add(dueNs);
        long timer = id == NONE ? -1 : heap.set(dueNs, id);
        if (timer < 0) {
            if (id != NONE) {
                ofKey.remove(id);
            }
            close(slot);
            return NONE;
        }
        ofKey.flags(id, slot);
        places.set(id, TIMER, timer);
        close(slot);
        return id;
    }

    /**
     * Frees a block, and the row of a key without blocks.
     *
     * @param id the number of the block
     */
    public void remove(int id) {
        int slot = ofKey.flags(id);
        heap.cancel(places.get(id, TIMER));
        open(slot);
        ofKey.remove(id);
        close(slot);
    }

    private void open(int slot) {
        places.key(slot);
        ofKey.root(rows.get(slot, ROOT));
    }

    private void close(int slot) {
        if (ofKey.isEmpty()) {
            rows.release(slot);
        } else {
            rows.set(slot, ROOT, ofKey.root());
        }
    }

    /**
     * When a block is due.
     *
     * @param id the number of the block
     * @return nanoseconds since the epoch
     */
    public long dueNs(int id) {
        return ofKey.timeNs(id);
    }

    /**
     * The page of a block, for reading.
     *
     * @param id the number of the block
     * @return the page
     */
    public long[] page(int id) {
        return places.page(id);
    }

    /**
     * The page of a block, for writing.
     *
     * @param id the number of the block
     * @return the page
     */
    public long[] writable(int id) {
        return places.writable(id);
    }

    /**
     * Where the caller's longs of a block begin.
     *
     * @param id the number of the block
     * @return the index of the first in its page
     */
    public int base(int id) {
        return places.base(id) + HEAD;
    }

    /**
     * Puts the key of a block into the cell of the stage.
     *
     * @param id   the number of the block
     * @param flow gets the key
     */
    public void keyOf(int id, Flow flow) {
        keys.keyOf(ofKey.flags(id), flow);
    }

    // ---- of one key

    /**
     * The block of a key that is due at a moment.
     *
     * @param slot  the row of the key
     * @param dueNs the moment
     * @return the number of the block; {@link #NONE} if there is none
     */
    public int at(int slot, long dueNs) {
        open(slot);
        int id = ofKey.floor(dueNs);
        return id != NONE && ofKey.timeNs(id) == dueNs ? id : NONE;
    }

    /**
     * The block of a key that is due first.
     *
     * @param slot   the row of the key
     * @param upToNs it must be due at this time or before
     * @return the number of the block; {@link #NONE} if there is none
     */
    public int firstDue(int slot, long upToNs) {
        open(slot);
        int id = ofKey.first();
        return id != NONE && ofKey.timeNs(id) <= upToNs ? id : NONE;
    }

    // ---- of all

    /**
     * When the first of all blocks is due.
     *
     * @return nanoseconds since the epoch; {@link Long#MAX_VALUE} if there is none
     */
    public long nextDueNs() {
        return heap.nextDueNs();
    }

    /**
     * Takes the first block that is due out of the order. The block itself remains until it is removed.
     *
     * @param upToNs it must be due at this time or before
     * @return the number of the block; {@link #NONE} if there is none
     */
    public int pop(long upToNs) {
        return heap.pop(upToNs) ? (int) heap.payload() : NONE;
    }

    // ---- what was done

    /**
     * The counters of its structures, and further ones.
     *
     * @param further counters of the caller
     * @return the counters whose writes count
     */
    public StateCounters[] counters(StateCounters... further) {
        StateCounters[] own = {rows.counters(), blocks.counters(), heap.counters()};
        StateCounters[] all = new StateCounters[own.length + further.length];
        System.arraycopy(own, 0, all, 0, own.length);
        System.arraycopy(further, 0, all, own.length, further.length);
        return all;
    }

    /**
     * Counts what was read since the last call.
     *
     * @param touched counts it
     */
    public void count(Touched touched) {
        touched.also(ofKey.takeSlots());
    }
}
