package io.millrace.state;

import java.util.Arrays;

/**
 * Timers in the order of (due, set order), as {@link TimerHeap}, for those of which many are due at one moment, as the ends of
 * windows are: one first-in-first-out list for each moment, and a heap of the lists. Set, cancel and pop touch a few blocks,
 * however many timers there are, as long as the moments are few; with as many moments as timers each costs what a heap does, and more.
 *
 * <p>Handles are those of {@link TimerHeap}: positive, different for each timer, and recognised when they are spent.
 */
public final class DueLists implements Saved {
    /*
     * Blocks of four longs, of timers and lists alike:
     *   timer: | list | payload | set order | block before + 1 << 32, block behind + 1 |
     *   list:  | due | first + 1 << 32, last + 1 | 0, which is no timer's set order | handle of the list in the heap |
     * Heap:    the lists, each with its block as payload.
     * Open:    lists that may be added to, by a hash of their due. One that has to make way for another is closed for good; the next
     *          timer of its moment begins a second list, which the heap has behind the first. So no index of moments is needed.
     */
    private static final int OPEN = 64;
    private static final int LONGS = 4;
    private static final int NONE = -1;
    private static final long LOW = 0xFFFF_FFFFL;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /** Of timers that shared a list and are set again, each may need one of its own: so many lists are kept for them. */
    private static final int SPARE = 64;

    private final Blocks blocks;
    private final TimerHeap heap;
    private final int[] spareBlocks = new int[SPARE];
    private final long[] spareHandles = new long[SPARE];
    private int spare;
    private final int[] open = new int[OPEN];
    private int blockBits;

    @Scratch("follows from the bits of a place")
    private long orderMask;

    private int count;
    private long order;

    @Scratch("of the timer that was popped last")
    private long poppedDueNs;

    @Scratch("of the timer that was popped last")
    private long poppedPayload;

    /**
     * No timers yet; no page is taken.
     *
     * @param budget where pages come from
     */
    public DueLists(StateBudget budget) {
        blocks = new Blocks(budget, LONGS, 0);
        heap = new TimerHeap(budget, 0);
        handlesOf(TimerHeap.placeBits(blocks));
        Arrays.fill(open, NONE);
        budget.keeps(this);
    }

    /** Those that were saved keep their form under a larger budget, as those of {@link TimerHeap} do. */
    void handlesOf(int bits) {
        blockBits = bits;
        orderMask = (1L << 63 - bits) - 1;
    }

    /** Blocks and heap save themselves. */
    @Override
    public void save(StateWriter to) {
        to.putLong(blockBits);
        to.putInt(spare);
        to.putInts(spareBlocks, spare);
        to.putLongs(spareHandles, spare);
        to.putInts(open, OPEN);
        to.putInt(count);
        to.putLong(order);
    }

    @Override
    public void load(StateReader from) {
        handlesOf((int) from.getLong());
        if (blockBits < 1 || blockBits > Integer.SIZE) {
            throw from.refused("a timer's place has " + blockBits + " bits, which cannot be; take another snapshot");
        }
        spare = from.getInt("a number of spare lists", SPARE);
        from.getInts(spareBlocks, spare);
        from.getLongs(spareHandles, spare);
        from.getInts(open, OPEN);
        count = from.getInt("a number of timers", Integer.MAX_VALUE);
        order = from.getLong();
    }

    /**
     * Sets a timer.
     *
     * @param dueNs   when
     * @param payload what the caller wants back
     * @return a handle, positive; -1 when the budget is used
     */
    public long set(long dueNs, long payload) {
        return keepSpare() ? put(dueNs, payload) : -1;
    }

    /**
     * Sets a timer in place of one that has just fired or been cancelled. There is room for it when there is none for a new
     * one, until such timers need {@value #SPARE} lists more than there were.
     *
     * @param dueNs   when
     * @param payload what the caller wants back
     * @return a handle, positive; -1 when there is no room for it either
     */
    public long setAgain(long dueNs, long payload) {
        long handle = put(dueNs, payload);
        while (handle < 0 && spare > 0) {
            giveSpare();
            handle = put(dueNs, payload);
        }
        return handle;
    }

    /** Keeps room for one list more, until there are enough; false when there is none. */
    private boolean keepSpare() {
        if (spare == SPARE) {
            return true;
        }
        int block = blocks.take();
        long handle = block < 0 ? -1 : heap.set(Long.MAX_VALUE, NONE);
        if (handle < 0) {
            if (block >= 0) {
                blocks.free(block);
            }
            return false;
        }
        spareBlocks[spare] = block;
        spareHandles[spare++] = handle;
        return true;
    }

    private void giveSpare() {
        blocks.free(spareBlocks[--spare]);
        heap.cancel(spareHandles[spare]);
    }

    private long put(long dueNs, long payload) {
        int id = blocks.take();
        if (id < 0) {
            return -1;
        }
        int list = list(dueNs);
        if (list == NONE) {
            blocks.free(id);
            return -1;
        }
        order++;
        if ((order & orderMask) == 0) {
            order++;
        }
        long[] page = blocks.writable(id);
        int base = blocks.base(id);
        page[base] = list;
        page[base + 1] = payload;
        page[base + 2] = order;
        page[base + 3] = 0;
        append(list, id);
        count++;
        return (order & orderMask) << blockBits | id & (1L << blockBits) - 1;
    }

    /** The open list of a moment; NONE when there is no room for a new one. */
    private int list(long dueNs) {
        int place = place(dueNs);
        int list = open[place];
        if (list != NONE && blocks.get(list, 0) == dueNs) {
            return list;
        }
        int made = blocks.take();
        long handle = made < 0 ? -1 : heap.set(dueNs, made);
        if (handle < 0) {
            if (made >= 0) {
                blocks.free(made);
            }
            return NONE;
        }
        open[place] = made;
        long[] page = blocks.writable(made);
        int base = blocks.base(made);
        page[base] = dueNs;
        page[base + 3] = handle;
        return made;
    }

    private static int place(long dueNs) {
        return (int) (dueNs * GOLDEN >>> 58);
    }

    private void append(int list, int id) {
        long ends = blocks.get(list, 1);
        long last = ends & LOW;
        if (last == 0) {
            ends = id + 1L << 32;
        } else {
            int before = (int) last - 1;
            blocks.set(before, 3, blocks.get(before, 3) & ~LOW | id + 1L);
            blocks.set(id, 3, last << 32);
        }
        blocks.set(list, 1, ends & ~LOW | id + 1L);
    }

    /**
     * Cancels a timer.
     *
     * @param handle from set; 0, -1 and old ones are harmless
     * @return whether it was still set
     */
    public boolean cancel(long handle) {
        int id = block(handle);
        if (id == NONE) {
            return false;
        }
        remove(id);
        return true;
    }

    /**
     * When a timer is due.
     *
     * @param handle from set; 0, -1 and old ones are harmless
     * @return nanoseconds; {@link Long#MAX_VALUE} when it is not set any more
     */
    public long dueNs(long handle) {
        int id = block(handle);
        return id == NONE ? Long.MAX_VALUE : blocks.get((int) blocks.get(id, 0), 0);
    }

    /**
     * Puts another payload into a timer, which keeps its due and its place in the order.
     *
     * @param handle  from set, of a timer that is set
     * @param payload what the caller wants back
     */
    public void replace(long handle, long payload) {
        blocks.set(block(handle), 1, payload);
    }

    /**
     * When the first timer is due.
     *
     * @return nanoseconds; {@link Long#MAX_VALUE} when there is none
     */
    public long nextDueNs() {
        return heap.nextDueNs();
    }

    /**
     * Takes the first timer when it is due; {@link #dueNs()} and {@link #payload} tell which.
     *
     * @param upToNs what is due at or before this
     * @return false when none is
     */
    public boolean pop(long upToNs) {
        if (count == 0 || heap.nextDueNs() > upToNs) {
            return false;
        }
        while (heap.firstPayload() == NONE) {
            giveSpare(); // what is due then is due at the end of time
        }
        int id = (int) (blocks.get((int) heap.firstPayload(), 1) >>> 32) - 1;
        poppedDueNs = heap.nextDueNs();
        poppedPayload = blocks.get(id, 1);
        remove(id);
        return true;
    }

    /**
     * When the popped timer was due.
     *
     * @return nanoseconds
     */
    public long dueNs() {
        return poppedDueNs;
    }

    /**
     * The payload of the popped timer.
     *
     * @return as given to set
     */
    public long payload() {
        return poppedPayload;
    }

    /**
     * How many timers are set.
     *
     * @return a count
     */
    public int count() {
        return count;
    }

    /**
     * What was done to the blocks of timers and lists.
     *
     * @return the counters of this structure
     */
    public StateCounters counters() {
        return blocks.counters();
    }

    /** The block of the timer a handle stands for; NONE when it is not set. */
    private int block(long handle) {
        if (handle <= 0) {
            return NONE;
        }
        long id = handle & (1L << blockBits) - 1;
        for (; id < blocks.idEnd(); id += 1L << blockBits) {
            if (blocks.isTaken((int) id) && (blocks.get((int) id, 2) & orderMask) == handle >>> blockBits) {
                return (int) id;
            }
        }
        return NONE;
    }

    private void remove(int id) {
        int list = (int) blocks.get(id, 0);
        long links = blocks.get(id, 3);
        int before = (int) (links >>> 32) - 1;
        int behind = (int) (links & LOW) - 1;
        long ends = blocks.get(list, 1);
        if (before == NONE) {
            ends = ends & LOW | behind + 1L << 32;
        } else {
            blocks.set(before, 3, blocks.get(before, 3) & ~LOW | behind + 1L);
        }
        if (behind == NONE) {
            ends = ends & ~LOW | before + 1L;
        } else {
            blocks.set(behind, 3, blocks.get(behind, 3) & LOW | before + 1L << 32);
        }
        blocks.free(id);
        count--;
        if (ends == 0) {
            removeList(list);
        } else {
            blocks.set(list, 1, ends);
        }
    }

    private void removeList(int list) {
        int place = place(blocks.get(list, 0));
        if (open[place] == list) {
            open[place] = NONE;
        }
        heap.cancel(blocks.get(list, 3));
        blocks.free(list);
    }
}
