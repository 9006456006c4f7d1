package io.millrace.state;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * Timers in the order of (due, set order), each with a payload of the caller, such as a slot. Set, cancel and pop take
 * at most one step a level of a heap with four children a node; nothing is left behind by a cancel.
 *
 * <p>{@link #set} gives a handle, positive and different for each timer; the caller keeps it in the row of its key (0
 * is never a handle, so a new row has none). A handle of a timer that fired or was cancelled is recognised and
 * harmless. To fire what is due for one key before others, look at {@link #dueNs(long)} of the handle in its row,
 * cancel it and act.
 */
public final class TimerHeap implements Saved {
    /*
     * Heap:    entry i at long (i + 3) * 4 of its pages, so that the four children of a node lie side by side in one
     * page:
     *          | due | set order | payload | cell |
     * Cells:   blocks of one long: the place of the timer in the heap. They do not move, the handle points at them:
     *          handle = (set order, as many bits as are left) << cellBits | cell (its lower cellBits)
     * Roots:   count, order (of the last set), and those of Blocks.
     *
     * Handles are kept by others, so their form stays when a larger bound takes over; where cells have come to have more bits than it
     * gives them, all that end alike are looked at: the set order says which.
     */
    private static final int ENTRY_SHIFT = 2;
    private static final int FIRST = 3;
    private static final int PAGE_SHIFT = Integer.numberOfTrailingZeros(Pages.PAGE_LONGS) - ENTRY_SHIFT;
    private static final int PLACE_MASK = (1 << PAGE_SHIFT) - 1;
    private static final int ORDER = 1;
    private static final int PAYLOAD = 2;
    private static final int CELL = 3;
    private static final int TIMERS_MAX = 1 << 28;

    /** Bits of a place in a handle at least, so that a small bound can become a much larger one. */
    static final int PLACE_BITS = 20;

    private final StateCounters counters = new StateCounters();
    private final PageTable heap;
    private final Blocks cells;
    private int cellBits;

    @Scratch("follows from the bits of a place")
    private long orderMask;

    private int count;
    private long order;

    @Scratch("of the timer that was popped last")
    private long poppedDueNs;

    @Scratch("of the timer that was popped last")
    private long poppedPayload;

    @Scratch("of the timer that was popped last")
    private long poppedOrder;

    /**
     * No timers yet; no page is taken.
     *
     * @param budget    where pages come from
     * @param timersMax the most timers at a time; 0 for as many as the budget holds
     */
    public TimerHeap(StateBudget budget, int timersMax) {
        int most = timersMax == 0 ? TIMERS_MAX : Math.min(timersMax, TIMERS_MAX);
        int pagesMax = Math.min(PageTable.pagesLeft(budget), (most + FIRST - 1 >>> PAGE_SHIFT) + 1);
        heap = new PageTable(budget, counters, pagesMax);
        cells = new Blocks(budget, 1, most, counters);
        budget.keeps(cells);
        handlesOf(placeBits(cells));
        budget.keeps(this);
    }

    /** As many as tell the places of all blocks there can be, or a few more. */
    static int placeBits(Blocks blocks) {
        return Math.max(PLACE_BITS, Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(blocks.idLimit() - 1, 0)));
    }

    void handlesOf(int bits) {
        cellBits = bits;
        orderMask = (1L << 63 - bits) - 1;
    }

    /** The cells are blocks and save themselves. */
    @Override
    public void save(StateWriter to) {
        to.putLong(cellBits);
        to.putInt(count);
        to.putLong(order);
        heap.save(to);
    }

    @Override
    public void load(StateReader from) {
        handlesOf((int) from.getLong());
        if (cellBits < 1 || cellBits > Integer.SIZE) {
            throw from.refused("a timer's place has " + cellBits + " bits, which is not possible, so "
                    + "the state is damaged; use another snapshot");
        }
        count = from.getInt("a number of timers", TIMERS_MAX);
        order = from.getLong();
        heap.load(from);
    }

    /**
     * Sets a timer.
     *
     * @param dueNs   when
     * @param payload what the caller wants back
     * @return a handle, positive; -1 at the bound of timers or budget
     */
    public long set(long dueNs, long payload) {
        int cell = takeCell();
        if (cell < 0) {
            return -1;
        }
        order++;
        if ((order & orderMask) == 0) {
            order++;
        }
        return add(dueNs, order, payload, cell);
    }

    /**
     * Sets the timer that was popped last again; among those of its due time it is ordered by when it was first set.
     * There is room, unless another has been set since.
     *
     * @param dueNs when
     * @return a handle, positive; -1 at the bound of timers or budget
     */
    public long setAgain(long dueNs) {
        int cell = takeCell();
        return cell < 0 ? -1 : add(dueNs, poppedOrder, poppedPayload, cell);
    }

    /**
     * Moves a timer that is set to another due time, where it is ordered by when it was first set; its handle changes.
     * It takes the place of the one that was popped last.
     *
     * @param handle from set, of a timer that {@link #isSet}
     * @param dueNs when
     * @return a handle, positive
     */
    public long setAgain(long handle, long dueNs) {
        int i = place(handle);
        poppedDueNs = due(i);
        poppedPayload = page(i)[at(i) + PAYLOAD];
        poppedOrder = page(i)[at(i) + ORDER];
        remove(i);
        return setAgain(dueNs);
    }

    private int takeCell() {
        int place = count + FIRST;
        return place >>> PAGE_SHIFT == heap.count() && !heap.grow() ? -1 : cells.take();
    }

    private long add(long dueNs, long setOrder, long payload, int cell) {
        int i = count++;
        write(i, dueNs, setOrder, payload, cell);
        up(i);
        return handle(setOrder, cell);
    }

    private long handle(long setOrder, long cell) {
        return (setOrder & orderMask) << cellBits | cell & (1L << cellBits) - 1;
    }

    /**
     * Cancels a timer.
     *
     * @param handle from set; 0, -1 and old ones are harmless
     * @return whether it was still set
     */
    public boolean cancel(long handle) {
        int i = place(handle);
        if (i < 0) {
            return false;
        }
        remove(i);
        return true;
    }

    /**
     * When a timer is due.
     *
     * @param handle from set; 0, -1 and old ones are harmless
     * @return nanoseconds; {@link Long#MAX_VALUE} when it is not set any more
     */
    public long dueNs(long handle) {
        int i = place(handle);
        return i < 0 ? Long.MAX_VALUE : due(i);
    }

    /**
     * Whether a timer is still set.
     *
     * @param handle from set; 0, -1 and old ones are harmless
     * @return false when it fired or was cancelled
     */
    public boolean isSet(long handle) {
        return place(handle) >= 0;
    }

    /**
     * Replaces the payloads of timers that were loaded, because what they stand for has moved.
     *
     * @param to from the old to the new one, not negative; a negative result removes the timer
     */
    public void mapPayloads(LongUnaryOperator to) {
        List<Long> gone = new ArrayList<>(); // removing one moves others about
        for (int i = 0; i < count; i++) {
            long[] page = heap.writable(i + FIRST >>> PAGE_SHIFT);
            int at = at(i);
            page[at + PAYLOAD] = to.applyAsLong(page[at + PAYLOAD]);
            if (page[at + PAYLOAD] < 0) {
                gone.add(handle(page[at + ORDER], page[at + CELL]));
            }
        }
        gone.forEach(this::cancel);
    }

    /**
     * When the first timer is due.
     *
     * @return nanoseconds; {@link Long#MAX_VALUE} when there is none
     */
    public long nextDueNs() {
        return count == 0 ? Long.MAX_VALUE : due(0);
    }

    /** The payload of the first timer, which there has to be. */
    long firstPayload() {
        return page(0)[at(0) + PAYLOAD];
    }

    /**
     * Takes the first timer when it is due; {@link #dueNs()} and {@link #payload} tell which.
     *
     * @param upToNs what is due at or before this
     * @return false when none is
     */
    public boolean pop(long upToNs) {
        if (count == 0 || due(0) > upToNs) {
            return false;
        }
        poppedDueNs = due(0);
        poppedPayload = page(0)[at(0) + PAYLOAD];
        poppedOrder = page(0)[at(0) + ORDER];
        remove(0);
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
     * What was done; a step is a level of the heap.
     *
     * @return the counters of this structure
     */
    public StateCounters counters() {
        return counters;
    }

    private long[] page(int i) {
        return heap.pages[i + FIRST >>> PAGE_SHIFT];
    }

    private static int at(int i) {
        return (i + FIRST & PLACE_MASK) << ENTRY_SHIFT;
    }

    private long due(int i) {
        return page(i)[at(i)];
    }

    /** The place in the heap of the timer a handle stands for; -1 when it is not set. */
    private int place(long handle) {
        if (handle <= 0) {
            return -1;
        }
        long cell = handle & (1L << cellBits) - 1;
        for (; cell < cells.idEnd(); cell += 1L << cellBits) {
            if (cells.isTaken((int) cell)) {
                int i = (int) cells.get((int) cell, 0);
                if ((page(i)[at(i) + ORDER] & orderMask) == handle >>> cellBits) {
                    return i;
                }
            }
        }
        return -1;
    }

    private void write(int i, long due, long setOrder, long payload, long cell) {
        long[] page = heap.writable(i + FIRST >>> PAGE_SHIFT);
        int at = at(i);
        page[at] = due;
        page[at + ORDER] = setOrder;
        page[at + PAYLOAD] = payload;
        page[at + CELL] = cell;
        cells.set((int) cell, 0, i);
    }

    /** Copies entry {@code from} over entry {@code to}. */
    private void move(int from, int to) {
        long[] page = page(from);
        int at = at(from);
        write(to, page[at], page[at + ORDER], page[at + PAYLOAD], page[at + CELL]);
    }

    private boolean before(int i, long due, long setOrder) {
        long[] page = page(i);
        int at = at(i);
        return page[at] < due || page[at] == due && page[at + ORDER] < setOrder;
    }

    /** Moves an entry towards the root to where it belongs; its new place. */
    private int up(int from) {
        long[] page = page(from);
        int at = at(from);
        long due = page[at];
        long setOrder = page[at + ORDER];
        long payload = page[at + PAYLOAD];
        long cell = page[at + CELL];
        int i = from;
        int steps = 0;
        while (i > 0 && !before(i - 1 >> 2, due, setOrder)) {
            move(i - 1 >> 2, i);
            i = i - 1 >> 2;
            steps++;
        }
        if (i != from) {
            write(i, due, setOrder, payload, cell);
        }
        counters.steps(steps);
        return i;
    }

    /** Removes an entry: the last takes its place and goes to where it belongs. */
    private void remove(int i) {
        cells.free((int) page(i)[at(i) + CELL]);
        int last = --count;
        if (i == last) {
            return;
        }
        long[] page = page(last);
        int at = at(last);
        long due = page[at];
        long setOrder = page[at + ORDER];
        if (i > 0 && !before(i - 1 >> 2, due, setOrder)) {
            move(last, i);
            up(i);
            return;
        }
        int to = i;
        int steps = 0;
        for (int child = firstChild(to); child >= 0 && before(child, due, setOrder); child = firstChild(to)) {
            move(child, to);
            to = child;
            steps++;
        }
        move(last, to);
        counters.steps(steps);
    }

    /** The child that is due first; -1 when there is none. */
    private int firstChild(int i) {
        int first = i * 4 + 1;
        int end = Math.min(first + 4, count);
        if (first >= end || first < 0) {
            return -1;
        }
        int best = first;
        long[] page = page(first);
        for (int child = first + 1; child < end; child++) {
            if (before(child, page[at(best)], page[at(best) + ORDER])) {
                best = child;
            }
        }
        return best;
    }
}
