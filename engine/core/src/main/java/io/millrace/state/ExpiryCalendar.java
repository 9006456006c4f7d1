package io.millrace.state;

import java.util.Arrays;

/**
 * Tells which keys to look at because their time may have come. It is made for state that expires some time after the
 * last event of its key, without work at each event: the operator arms a key when it is new; when the calendar gives it
 * back, the operator checks whether it was touched since, and arms it again or releases it.
 *
 * <p>A due time is rounded up to a 64th of the time for which state is kept, so a key comes back at its due time or up
 * to that much later. Rows come back in the order of rounded due time, and of arming within one. A row that is released
 * stays armed and is left out when its turn comes. If another key has got its place by then, that key comes back at the
 * turn of the first; so an operator that gets a row back has to check whether its time has come.
 *
 * <p>Neither arming nor popping touches a row: slots are kept in lists of chunks. That lets the operator take many
 * slots at a time ({@link #pop(long, int[], int)}) and look at all their rows before it deals with one, so that cache
 * misses overlap.
 *
 * <p>Work depends on the number of buckets that hold rows, not on the time between them. There are at most
 * {@link #BUCKETS_MAX}: more would appear only if time jumped about wildly, and then a row goes into the next later
 * bucket, or the last bucket is moved to the row's due time: later than asked, never earlier.
 *
 * <p>Arming cannot fail: memory for all possible keys is taken at start.
 */
public final class ExpiryCalendar implements Saved {
    /** The most buckets that hold rows. */
    public static final int BUCKETS_MAX = 128;

    /*
     * Chunk:     | next chunk + 1 << 32 | slots in it | slot, slot | … | : a line of 64 bytes with 14 slots
     * Directory: a ring of buckets in the order of due, from `first`, `count` of them, none empty:
     *            | due | first chunk << 32 | last chunk | slots of the first chunk that have been given back |
     * Armed:     a bit for each place of a row.
     * Roots:     first, count, free (first free chunk + 1), fresh (first chunk never taken), the three arrays.
     */
    private static final int MASK = BUCKETS_MAX - 1;
    private static final int ENTRY = 3;
    private static final int CHUNK = 8;
    private static final int CHUNK_SLOTS = 2 * (CHUNK - 1);
    private static final int FIRST_CHUNKS = 128 * CHUNK;
    private static final long LOW = 0xFFFF_FFFFL;

    /** Places of rows that have been released which one call passes over at most. */
    private static final int PASSED_OVER_MAX = 256;

    private final StateBudget budget;
    private final KeyedRows rows;
    private final long grainNs;
    private final StateCounters counters = new StateCounters();
    private long[] directory;
    private long[] chunks;
    private long[] armed;
    private int first;
    private int count;
    private int free;
    private int fresh;

    @Scratch("of the slots that were popped last")
    private long poppedDueNs;

    @Scratch("takes one slot")
    private final int[] one = new int[1];

    /**
     * Creates an empty calendar over rows, which have at most one.
     *
     * @param budget where its memory comes from, about five bytes for each possible key
     * @param rows whose slots it holds
     * @param keepNs how long state is kept, positive
     */
    public ExpiryCalendar(StateBudget budget, KeyedRows rows, long keepNs) {
        this.budget = budget;
        this.rows = rows;
        grainNs = Math.max(keepNs / 64, 1);
        rows.calendar(this);
        budget.keeps(this);
    }

    @Override
    public void save(StateWriter to) {
        to.putLong(grainNs);
        to.putLong(chunkLongs());
        to.putLong(armed.length);
        to.putInt(first);
        to.putInt(count);
        to.putInt(free);
        to.putInt(fresh);
        to.putLongs(directory, directory.length);
        to.putLongs(chunks, fresh);
        to.putLongs(armed, armed.length);
    }

    @Override
    public void load(StateReader from) {
        from.same("time grain in ns", grainNs);
        if (from.moves() != null) {
            loadMoved(from);
            return;
        }
        from.same("chunk limit in longs", chunkLongs());
        from.same("row places", armed.length);
        first = from.getInt("the first bucket", MASK);
        count = from.getInt("a number of buckets", BUCKETS_MAX);
        free = from.getInt("the first free chunk", chunkLongs());
        fresh = from.getInt("the first chunk never taken", chunkLongs());
        chunks = fresh > chunks.length ? new long[fresh] : chunks;
        from.getLongs(directory, directory.length);
        from.getLongs(chunks, fresh);
        from.getLongs(armed, armed.length);
    }

    /** Takes over what it contains one by one: rows may be at other places, and there may be more of them or fewer. */
    private void loadMoved(StateReader from) {
        from.getLong();
        int words = (int) Math.min(from.getLong(), Integer.MAX_VALUE - 8);
        int oldFirst = from.getInt("the first bucket", MASK);
        int oldCount = from.getInt("a number of buckets", BUCKETS_MAX);
        from.getInt();
        long[] oldDirectory = new long[directory.length];
        long[] oldChunks = new long[from.getInt("the first chunk never taken", Integer.MAX_VALUE - 8)];
        long[] oldArmed = new long[words];
        from.getLongs(oldDirectory, oldDirectory.length);
        from.getLongs(oldChunks, oldChunks.length);
        from.getLongs(oldArmed, words);
        for (int bucket = 0; bucket < oldCount; bucket++) {
            int at = (oldFirst + bucket & MASK) * ENTRY;
            long due = oldDirectory[at];
            int read = (int) oldDirectory[at + 2];
            for (int chunk = (int) (oldDirectory[at + 1] >>> 32); chunk >= 0; chunk = next(oldChunks, chunk)) {
                for (; read < (int) oldChunks[chunk]; read++) {
                    int slot = rows.moved((int) (oldChunks[chunk + 1 + (read >>> 1)] >>> ((read & 1) << 5)));
                    if (slot >= 0 && rows.isUsed(slot)) {
                        armExactly(slot, due);
                    }
                }
                read = 0;
            }
        }
    }

    private static int next(long[] ofChunks, int chunk) {
        return (int) (ofChunks[chunk] >>> 32) - 1;
    }

    /** Takes its memory, when the rows stand. */
    void stand() {
        directory = budget.takeAtStart((long) ENTRY * BUCKETS_MAX);
        chunks = budget.takeByNeed(chunkLongs(), FIRST_CHUNKS);
        armed = budget.takeAtStart(rows.places() + 63L >>> 6);
    }

    private int chunkLongs() {
        return (int) chunkLongs(rows.slotsMax());
    }

    /**
     * A place stays armed when its row is released, so places count, not keys; the first and the last chunk of a bucket
     * may be partly empty.
     */
    private static long chunkLongs(int slotsMax) {
        return CHUNK * (slotsMax / CHUNK_SLOTS + 1L + 2 * Math.min(slotsMax, BUCKETS_MAX));
    }

    /** The most bytes that it takes, for that many rows in use at a time. */
    static long bytes(int slotsMax) {
        long places = 2L * slotsMax + Pages.PAGE_LONGS;
        return Long.BYTES * (ENTRY * BUCKETS_MAX + chunkLongs(slotsMax) + places / 64 + 1);
    }

    /**
     * Puts a slot on the calendar. A slot that is on it stays where it is.
     *
     * @param slot a slot in use
     * @param dueNs when to give it back
     */
    public void arm(int slot, long dueNs) {
        armExactly(slot, roundUp(dueNs));
    }

    /**
     * Puts a slot back on the calendar if there is more to do than one turn allows: it comes back before progress moves
     * on.
     *
     * @param slot a slot in use, popped just now
     * @param progressNs what it was popped by
     */
    public void armAgain(int slot, long progressNs) {
        long beyond = Math.floorMod(progressNs, grainNs);
        armExactly(slot, progressNs < Long.MIN_VALUE + beyond ? progressNs : progressNs - beyond);
    }

    private void armExactly(int slot, long dueNs) {
        int place = rows.place(slot);
        long bit = 1L << place;
        if ((armed[place >>> 6] & bit) != 0) {
            return;
        }
        armed[place >>> 6] |= bit;
        append(at(bucket(dueNs)), slot);
    }

    private void append(int at, int slot) {
        int last = (int) directory[at + 1];
        int n = last < 0 ? CHUNK_SLOTS : (int) chunks[last];
        if (n == CHUNK_SLOTS) {
            int chunk = take();
            if (last < 0) {
                directory[at + 1] = (long) chunk << 32 | chunk;
                directory[at + 2] = 0;
            } else {
                chunks[last] |= chunk + 1L << 32;
                directory[at + 1] = directory[at + 1] & ~LOW | chunk;
            }
            last = chunk;
            n = 0;
        }
        chunks[last + 1 + (n >>> 1)] |= (long) slot << ((n & 1) << 5);
        chunks[last]++;
    }

    private int take() {
        if (free == 0) {
            if (fresh == chunks.length) {
                chunks = Arrays.copyOf(chunks, (int) Math.min(chunkLongs(), 2L * fresh));
            }
            fresh += CHUNK;
            return fresh - CHUNK;
        }
        int chunk = free - 1;
        free = (int) (chunks[chunk] >>> 32);
        chunks[chunk] = 0;
        return chunk;
    }

    private void give(int chunk) {
        Arrays.fill(chunks, chunk, chunk + CHUNK, 0);
        chunks[chunk] = (long) free << 32;
        free = chunk + 1;
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
     * @return a slot in use, no longer on the calendar; -1 when none is due, or none was found yet among rows that have
     *     been released
     */
    public int pop(long progressNs) {
        return pop(progressNs, one, 1) == 0 ? -1 : one[0];
    }

    /**
     * Takes the first slots that have the same rounded due, when it has passed.
     *
     * @param progressNs what is due at or before this
     * @param into       gets slots in use, no longer on the calendar
     * @param most       how many
     * @return how many that are; 0 as for {@link #pop(long)}
     */
    public int pop(long progressNs, int[] into, int most) {
        if (nextDueNs() > progressNs || count == 0) {
            return 0;
        }
        poppedDueNs = nextDueNs();
        int n = 0;
        int passed = 0;
        while (n < most && passed < PASSED_OVER_MAX && count > 0 && directory[at(0)] == poppedDueNs) {
            int end = takeOff(into, n, Math.min(most, n + PASSED_OVER_MAX - passed));
            int used = keepUsed(into, n, end);
            passed += end - used;
            n = used;
        }
        counters.steps(n + passed);
        return n;
    }

    /** Takes slots off without looking at a row, so that the cache misses of all of them overlap later. */
    private int takeOff(int[] into, int from, int to) {
        int n = from;
        while (n < to && count > 0 && directory[at(0)] == poppedDueNs) {
            int slot = next(at(0));
            int place = rows.place(slot);
            armed[place >>> 6] &= ~(1L << place);
            into[n++] = slot;
        }
        return n;
    }

    private int keepUsed(int[] slots, int from, int to) {
        int n = from;
        for (int i = from; i < to; i++) {
            int slot = slots[i];
            slots[n] = slot;
            n += rows.isUsed(slot) ? 1 : 0;
        }
        return n;
    }

    private int next(int at) {
        int chunk = (int) (directory[at + 1] >>> 32);
        int read = (int) directory[at + 2]++;
        int slot = (int) (chunks[chunk + 1 + (read >>> 1)] >>> ((read & 1) << 5));
        if (read + 1 == (int) chunks[chunk]) {
            leave(at, chunk);
        }
        return slot;
    }

    /** All slots of a first chunk have been given back. */
    private void leave(int at, int chunk) {
        int next = (int) (chunks[chunk] >>> 32) - 1;
        give(chunk);
        if (next < 0) {
            first = first + 1 & MASK;
            count--;
        } else {
            directory[at + 1] = (long) next << 32 | directory[at + 1] & LOW;
            directory[at + 2] = 0;
        }
    }

    /**
     * The rounded due of the popped slots.
     *
     * @return nanoseconds
     */
    public long dueNs() {
        return poppedDueNs;
    }

    /**
     * Whether a slot is on the calendar, or one that had its place before.
     *
     * @param slot a slot in use
     * @return false when it is not, or was popped
     */
    public boolean isArmed(int slot) {
        int place = rows.place(slot);
        return (armed[place >>> 6] >>> place & 1) != 0;
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
     * What was done; a step is a bucket looked at or moved, or a slot given back or passed over.
     *
     * @return the counters of this structure
     */
    public StateCounters counters() {
        return counters;
    }

    private int at(int bucket) {
        return (first + bucket & MASK) * ENTRY;
    }

    private long roundUp(long dueNs) {
        long beyond = Math.floorMod(dueNs, grainNs);
        long missing = beyond == 0 ? 0 : grainNs - beyond;
        return dueNs > Long.MAX_VALUE - missing ? Long.MAX_VALUE : dueNs + missing;
    }

    /** The bucket for a due; when it is new its last chunk is -1. */
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
            System.arraycopy(directory, at(i - 1), directory, at(i), ENTRY);
        }
        count++;
        directory[at(bucket)] = due;
        directory[at(bucket) + 1] = -1;
    }
}
