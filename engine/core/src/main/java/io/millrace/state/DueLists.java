package io.millrace.state;

import java.util.Arrays;

/**
 * Timers in the order of (due, set order), like {@link TimerHeap}, for timers of which many are due at the same time,
 * such as the ends of windows: one first-in-first-out list for each due time, and a heap of the lists. Set, cancel and
 * pop touch a few places, however many timers there are, as long as there are few different due times. With as many due
 * times as timers, each operation costs what it costs in a heap, and more.
 *
 * <p>A timer has no memory of its own: it is part of the thing that it is the timer of, which provides two longs for it
 * ({@link Timers}). So setting one needs no memory beyond what its owner has already taken.
 */
public final class DueLists implements Saved {
    /** Where timers are stored. Each is identified by a number, which is not 0. */
    public interface Timers {
        /**
         * The page a timer is on, to be written.
         *
         * @param timer its number
         * @return the page
         */
        long[] writable(int timer);

        /**
         * Where the two longs of a timer are.
         *
         * @param timer its number
         * @return index of the first in its page
         */
        int timerAt(int timer);
    }

    /*
     * Timer:   | list + 1, 0 when it is not set | timer before, timer behind |
     * Blocks of three longs, of lists:
     *          | due | first, last | handle of the list in the heap |
     * Two numbers in a long: the first in the upper half.
     * Heap:    the lists, each with its block as payload.
     * Open:    lists that may be added to, by a hash of their due. One that has to make way for another is closed for good; the next
     *          timer of its moment begins a second list, which the heap has behind the first. So no index of moments is needed.
     */
    private static final int OPEN = 64;
    private static final int LONGS = 3;
    private static final int NONE = -1;
    private static final int NO_TIMER = 0;
    private static final long LOW = 0xFFFF_FFFFL;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /** Timers that shared a list and are set again may each need a list of their own: this many are kept for them. */
    private static final int SPARE = 64;

    private final Timers timers;
    private final Blocks blocks;
    private final TimerHeap heap;
    private final int[] spareBlocks = new int[SPARE];
    private final long[] spareHandles = new long[SPARE];
    private int spare;
    private final int[] open = new int[OPEN];
    private int count;

    @Scratch("of the timer that was popped last")
    private long poppedDueNs;

    @Scratch("of the timer that was popped last")
    private int popped;

    /**
     * No timers yet; no page is taken.
     *
     * @param timers where they are; saved by whom they belong to
     * @param budget where pages of lists come from
     */
    public DueLists(Timers timers, StateBudget budget) {
        this.timers = timers;
        blocks = new Blocks(budget, LONGS, 0);
        heap = new TimerHeap(budget, 0);
        Arrays.fill(open, NONE);
        budget.keeps(this);
    }

    /** Blocks and heap save themselves. */
    @Override
    public void save(StateWriter to) {
        to.putInt(spare);
        to.putInts(spareBlocks, spare);
        to.putLongs(spareHandles, spare);
        to.putInts(open, OPEN);
        to.putInt(count);
    }

    @Override
    public void load(StateReader from) {
        spare = from.getInt("a number of spare lists", SPARE);
        from.getInts(spareBlocks, spare);
        from.getLongs(spareHandles, spare);
        from.getInts(open, OPEN);
        count = from.getInt("a number of timers", Integer.MAX_VALUE);
    }

    /**
     * Sets a timer.
     *
     * @param dueNs when
     * @param timer its number, of one that is not set
     * @return false when there is no room for the list it would need
     */
    public boolean set(long dueNs, int timer) {
        return keepSpare() && put(dueNs, timer);
    }

    /**
     * Sets a timer that has just fired or been cancelled. There is room for it even if there is none for a new one,
     * until such timers need {@value #SPARE} more lists than there were.
     *
     * @param dueNs when
     * @param timer its number, of one that is not set
     * @return false if there is no room for it either
     */
    public boolean setAgain(long dueNs, int timer) {
        boolean set = put(dueNs, timer);
        while (!set && spare > 0) {
            giveSpare();
            set = put(dueNs, timer);
        }
        return set;
    }

    /** Keeps room for one more list, until there are enough; false if there is none. */
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

    private boolean put(long dueNs, int timer) {
        assert timer != NO_TIMER && list(timer) == NONE : "timer " + timer + " is set";
        int list = openList(dueNs);
        if (list == NONE) {
            return false;
        }
        long[] page = blocks.writable(list);
        int base = blocks.base(list);
        int last = second(page[base + 1]);
        if (last == NO_TIMER) {
            page[base + 1] = both(timer, timer);
        } else {
            page[base + 1] = both(first(page[base + 1]), timer);
            long[] before = timers.writable(last);
            int at = timers.timerAt(last) + 1;
            before[at] = both(first(before[at]), timer);
        }
        write(timer, list, last, NO_TIMER);
        count++;
        return true;
    }

    private void write(int timer, int list, int before, int behind) {
        long[] page = timers.writable(timer);
        int at = timers.timerAt(timer);
        page[at] = list + 1;
        page[at + 1] = both(before, behind);
    }

    private int list(int timer) {
        return (int) timers.writable(timer)[timers.timerAt(timer)] - 1;
    }

    private static int first(long both) {
        return (int) (both >> 32);
    }

    private static int second(long both) {
        return (int) both;
    }

    private static long both(int first, int second) {
        return (long) first << 32 | second & LOW;
    }

    /** The open list of a due time; NONE if there is no room for a new one. */
    private int openList(long dueNs) {
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
        blocks.set(made, 0, dueNs);
        blocks.set(made, 2, handle);
        return made;
    }

    private static int place(long dueNs) {
        return (int) (dueNs * GOLDEN >>> 58);
    }

    /**
     * Takes a timer out of its turn.
     *
     * @param timer its number
     * @return whether it was set
     */
    public boolean cancel(int timer) {
        if (list(timer) == NONE) {
            return false;
        }
        remove(timer);
        return true;
    }

    /**
     * Puts a timer in the place of another, with its due time and its turn; the other is no longer set.
     *
     * @param timer of one that is set
     * @param by of one that is not
     */
    public void replace(int timer, int by) {
        int list = list(timer);
        long around = timers.writable(timer)[timers.timerAt(timer) + 1];
        write(by, list, first(around), second(around));
        behind(list, first(around), by);
        before(list, second(around), by);
        clear(timer);
    }

    /** Sets what follows a timer; if there is no timer, the first of the list. */
    private void behind(int list, int timer, int next) {
        long[] page = timer == NO_TIMER ? blocks.writable(list) : timers.writable(timer);
        int at = timer == NO_TIMER ? blocks.base(list) + 1 : timers.timerAt(timer) + 1;
        page[at] = timer == NO_TIMER ? both(next, second(page[at])) : both(first(page[at]), next);
    }

    /** Sets what precedes a timer; if there is no timer, the last of the list. */
    private void before(int list, int timer, int previous) {
        long[] page = timer == NO_TIMER ? blocks.writable(list) : timers.writable(timer);
        int at = timer == NO_TIMER ? blocks.base(list) + 1 : timers.timerAt(timer) + 1;
        page[at] = timer == NO_TIMER ? both(first(page[at]), previous) : both(previous, second(page[at]));
    }

    /**
     * When a timer is due.
     *
     * @param timer its number
     * @return nanoseconds; {@link Long#MAX_VALUE} when it is not set
     */
    public long dueNs(int timer) {
        int list = list(timer);
        return list == NONE ? Long.MAX_VALUE : blocks.get(list, 0);
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
     * Takes the first timer when it is due; {@link #dueNs()} and {@link #timer} tell which.
     *
     * @param upToNs what is due at or before this
     * @return false when none is
     */
    public boolean pop(long upToNs) {
        if (count == 0 || heap.nextDueNs() > upToNs) {
            return false;
        }
        popped = first();
        poppedDueNs = heap.nextDueNs();
        removeFirst((int) heap.firstPayload(), popped);
        return true;
    }

    /** As {@link #remove}, of the first timer of a list: there is none before. */
    private void removeFirst(int list, int timer) {
        long[] page = timers.writable(timer);
        int at = timers.timerAt(timer);
        int next = second(page[at + 1]);
        page[at] = 0;
        page[at + 1] = 0;
        count--;
        if (next == NO_TIMER) {
            removeList(list);
        } else {
            long[] lists = blocks.writable(list);
            int base = blocks.base(list) + 1;
            lists[base] = both(next, second(lists[base]));
            before(list, next, NO_TIMER);
        }
    }

    private int first() {
        while (heap.firstPayload() == NONE) {
            giveSpare(); // what is due then is due at the end of time
        }
        return first(blocks.get((int) heap.firstPayload(), 1));
    }

    /**
     * Returns the timer that comes next, so that memory can be prefetched for what belongs to it before it is popped.
     *
     * @return its number; 0 if there is none
     */
    public int next() {
        return count == 0 ? NO_TIMER : first();
    }

    /**
     * Returns the timer that follows one in its list.
     *
     * @param timer of one that is set
     * @return its number; 0 if it is the last
     */
    public int behind(int timer) {
        return second(timers.writable(timer)[timers.timerAt(timer) + 1]);
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
     * Which timer was popped.
     *
     * @return its number
     */
    public int timer() {
        return popped;
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
     * What was done to the blocks of lists.
     *
     * @return the counters of this structure
     */
    public StateCounters counters() {
        return blocks.counters();
    }

    private void remove(int timer) {
        int list = list(timer);
        long around = timers.writable(timer)[timers.timerAt(timer) + 1];
        behind(list, first(around), second(around));
        before(list, second(around), first(around));
        clear(timer);
        count--;
        if (blocks.get(list, 1) == 0) {
            removeList(list);
        }
    }

    private void clear(int timer) {
        long[] page = timers.writable(timer);
        int at = timers.timerAt(timer);
        page[at] = 0;
        page[at + 1] = 0;
    }

    private void removeList(int list) {
        int place = place(blocks.get(list, 0));
        if (open[place] == list) {
            open[place] = NONE;
        }
        heap.cancel(blocks.get(list, 2));
        blocks.free(list);
    }
}
