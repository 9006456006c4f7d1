package io.millrace.state;

/**
 * Says which keys are to be looked at because their time may have come: a list of rows for each coarse due. Made for
 * state that goes some time after the last event of its key without work at each event: the operator arms a key when it
 * is new, and when the calendar gives it back looks whether it was touched since, and arms it again or releases it.
 *
 * <p>A due is rounded up to a 64th of the time that state is kept, so a key comes back at its due or up to that much
 * later, never before. Rows come back in the order of rounded due, and of arming within one.
 *
 * <p>Work depends on the number of buckets that hold rows, not on the time between them. There are at most {@link
 * #BUCKETS_MAX}: more appear only when time jumps about wildly, and then a row goes into the next later bucket, or the
 * last bucket is moved to the row's due: later than said, never before.
 *
 * <p>Arming cannot fail. A row that is released is taken out by {@link KeyedRows#release}.
 */
public final class ExpiryCalendar {
    /** The most buckets that hold rows. */
    public static final int BUCKETS_MAX = 512;

    /*
     * Row:       the link column: 0 when not armed, else (previous slot + 2) << 32 | next slot + 1;
     *            1 and 0 stand for none.
     * Directory: a ring of 512 buckets in the order of due, from `first`, `count` of them, none empty:
     *            | due | first slot << 32 | last slot |
     * Roots:     first, count, the directory.
     */
    private static final int MASK = BUCKETS_MAX - 1;
    private static final long LOW = 0xFFFF_FFFFL;

    private final KeyedRows rows;
    private final int linkColumn;
    private final long grainNs;
    private final long[] directory;
    private final StateCounters counters = new StateCounters();
    private int first;
    private int count;
    private long poppedDueNs;

    /**
     * An empty calendar over rows; one at most.
     *
     * @param budget     where its directory of 8 KiB comes from
     * @param rows       whose slots it holds
     * @param linkColumn a column that is the calendar's alone; not to be read or written
     * @param keepNs     how long state is kept, positive
     */
    public ExpiryCalendar(StateBudget budget, KeyedRows rows, int linkColumn, long keepNs) {
        this.rows = rows;
        this.linkColumn = linkColumn;
        grainNs = Math.max(keepNs / 64, 1);
        directory = budget.takeAtStart(2L * BUCKETS_MAX);
        rows.calendar(this);
    }

    /**
     * Puts a slot on the calendar, or moves it.
     *
     * @param slot  a slot in use
     * @param dueNs when to give it back
     */
    public void arm(int slot, long dueNs) {
        disarm(slot);
        int bucket = bucket(roundUp(dueNs));
        int at = at(bucket);
        long ends = directory[at + 1];
        if (ends == -1) {
            link(slot, -1, -1);
            directory[at + 1] = (long) slot << 32 | slot;
            return;
        }
        int last = (int) ends;
        link(last, previous(last), slot);
        link(slot, last, -1);
        directory[at + 1] = ends & ~LOW | slot;
    }

    /**
     * When the first slot comes back.
     *
     * @return nanoseconds, rounded up; {@link Long#MAX_VALUE} when there is none
     */
    public long nextDueNs() {
        return count == 0 ? Long.MAX_VALUE : directory[at(0)];
    }

    /**
     * Takes the first slot when its rounded due has passed. {@link Long#MAX_VALUE} takes the first in any case.
     *
     * @param progressNs what is due at or before this
     * @return a slot, no longer on the calendar; -1 when none is due
     */
    public int pop(long progressNs) {
        if (count == 0 || directory[at(0)] > progressNs) {
            return -1;
        }
        poppedDueNs = directory[at(0)];
        int slot = (int) (directory[at(0) + 1] >>> 32);
        disarm(slot);
        return slot;
    }

    /**
     * The rounded due of the popped slot.
     *
     * @return nanoseconds
     */
    public long dueNs() {
        return poppedDueNs;
    }

    /**
     * Whether a slot is on the calendar.
     *
     * @param slot a slot in use
     * @return false when it is not, or was popped
     */
    public boolean isArmed(int slot) {
        return rows.get(slot, linkColumn) != 0;
    }

    /**
     * Takes a slot from the calendar; harmless when it is not on it.
     *
     * @param slot a slot in use
     */
    public void disarm(int slot) {
        long links = rows.get(slot, linkColumn);
        if (links == 0) {
            return;
        }
        int previous = previous(slot);
        int next = next(slot);
        if (previous < 0 || next < 0) {
            atTheEnd(slot, previous, next);
        }
        if (previous >= 0) {
            link(previous, previous(previous), next);
        }
        if (next >= 0) {
            link(next, previous, next(next));
        }
        rows.set(slot, linkColumn, 0);
    }

    /** Corrects the bucket of which a slot that goes is the first, the last or the only one. */
    private void atTheEnd(int slot, int previous, int next) {
        int bucket = 0;
        while ((previous < 0 ? (int) (directory[at(bucket) + 1] >>> 32) : (int) directory[at(bucket) + 1]) != slot) {
            bucket++;
        }
        int at = at(bucket);
        if (previous < 0 && next < 0) {
            close(bucket);
        } else if (previous < 0) {
            directory[at + 1] = (long) next << 32 | directory[at + 1] & LOW;
        } else {
            directory[at + 1] = directory[at + 1] & ~LOW | previous;
        }
        counters.steps(bucket + 1);
    }

    /**
     * How many buckets hold rows.
     *
     * @return a count
     */
    public int buckets() {
        return count;
    }

    /**
     * What was done; a step is a bucket looked at or moved. Writes to rows are in the counters of the rows.
     *
     * @return the counters of this structure
     */
    public StateCounters counters() {
        return counters;
    }

    private int previous(int slot) {
        return (int) (rows.get(slot, linkColumn) >>> 32) - 2;
    }

    private int next(int slot) {
        return (int) rows.get(slot, linkColumn) - 1;
    }

    private void link(int slot, int previous, int next) {
        rows.set(slot, linkColumn, previous + 2L << 32 | next + 1L);
    }

    private int at(int bucket) {
        return (first + bucket & MASK) << 1;
    }

    private long roundUp(long dueNs) {
        long beyond = Math.floorMod(dueNs, grainNs);
        long missing = beyond == 0 ? 0 : grainNs - beyond;
        return dueNs > Long.MAX_VALUE - missing ? Long.MAX_VALUE : dueNs + missing;
    }

    /** The bucket for a due; when it is new its ends are -1. */
    private int bucket(long due) {
        int bucket = count == 0 || directory[at(count - 1)] < due ? count : search(due);
        if (bucket < count && directory[at(bucket)] == due) {
            return bucket;
        }
        if (count == BUCKETS_MAX) {
            if (bucket == count) {
                bucket--;
                directory[at(bucket)] = due;
            }
            return bucket;
        }
        open(bucket, due);
        return bucket;
    }

    /** The first bucket that is not before a due. */
    private int search(long due) {
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = low + high >>> 1;
            if (directory[at(middle)] < due) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void open(int bucket, long due) {
        counters.steps(count - bucket + 1);
        for (int i = count; i > bucket; i--) {
            directory[at(i)] = directory[at(i - 1)];
            directory[at(i) + 1] = directory[at(i - 1) + 1];
        }
        count++;
        directory[at(bucket)] = due;
        directory[at(bucket) + 1] = -1;
    }

    private void close(int bucket) {
        count--;
        if (bucket == 0) {
            first = first + 1 & MASK;
            return;
        }
        for (int i = bucket; i < count; i++) {
            directory[at(i)] = directory[at(i + 1)];
            directory[at(i) + 1] = directory[at(i + 1) + 1];
        }
    }
}
