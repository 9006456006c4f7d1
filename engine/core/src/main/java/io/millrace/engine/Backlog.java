package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.Input;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The events of one input that wait before a full ring: the newest, or the latest of each key. Bounded, with all memory
 * allocated at start. They go into the ring in their order, with the run of what was dropped or replaced before them.
 *
 * <p><b>Writers:</b> publishers of the input, and threads that move events into the ring (those of the engine, the
 * owner of an exclusive one or of an inline host, the one that closes). All of them hold {@code locked}, a lock that is
 * only ever held for one copy or a few, and for which an engine's thread does not wait. <b>Readers:</b> {@code behind},
 * {@code head} and {@code tail} are read by any thread. <b>Ordering:</b> all four are volatile. <b>Why it suffices:</b>
 * everything else is touched under the lock. A publisher that finds nobody waiting goes to the ring itself, and cannot
 * overtake an event of its own: it has seen {@code behind} since it left that event here, and the thread that clears
 * {@code behind} has published the event before.
 */
final class Backlog {
    /** Results of {@link #keep} other than a place. */
    static final long CLOSED = InputRing.CLOSED;

    /** Events that are moved under one hold of the lock, at most. */
    private static final int AT_ONCE = 64;

    /** Places left to ticks, ends and letters, which would otherwise never get in while events wait. */
    private static final int LEFT_TO_OTHERS = 8;

    private final InputCounts counts;
    private final byte[][] slots;
    private final byte[] drops = new byte[InputCounts.DROPS_LENGTH];

    /** Null if events are not distinguished by a key. */
    private final LatestKeys latest;

    private final int textMax;
    private final long seed;
    private final AtomicBoolean locked = new AtomicBoolean();
    private boolean closed;

    /** The next to go, and the next place to fill; counted, not wrapped. */
    private volatile long head;

    private volatile long tail;
    private volatile boolean behind;

    Backlog(InputCounts counts, Input<?> input, Overflow<?> what, long seed) {
        this.counts = counts;
        slots = new byte[what.events()][Entry.MAX_HEADER_LENGTH + input.type().maxLength()];
        textMax = what.textMax();
        this.seed = seed;
        latest = what.tellsApart() ? new LatestKeys(what.events(), textMax, seed) : null;
    }

    /** Room for a key of a publisher. */
    ConflateKey newKey() {
        return new ConflateKey(textMax, seed);
    }

    // ---- any thread

    /** Whether events wait, so that none may go past them. */
    boolean isBehind() {
        return behind;
    }

    /** How many wait, or waited a moment ago. */
    long waiting() {
        long from = head; // first: the tail is never behind it
        return tail - from;
    }

    /** How far it is filled: when {@link #isGone} is true for this, everything that waits now has gone. */
    long tail() {
        return tail;
    }

    boolean isGone(long upTo) {
        return head >= upTo;
    }

    boolean tryLock() {
        return !locked.get() && locked.compareAndSet(false, true);
    }

    private void lock(Idle idle) {
        if (tryLock()) {
            return;
        }
        idle.reset();
        while (!tryLock()) {
            idle.idle();
        }
        idle.restore();
    }

    private void unlock() {
        locked.set(false);
    }

    // ---- publishers of the input

    /**
     * Puts an event into the ring after those that wait, or keeps it with them. Returns its place,
     * {@link Publisher#WAITING}, or {@link #CLOSED}.
     */
    long keep(InputRing ring, byte[] bytes, int offset, int length, ConflateKey key, Idle idle) {
        lock(idle);
        try {
            if (closed) {
                return CLOSED;
            }
            move(ring);
            if (!behind) {
                long q = publish(ring, bytes, offset);
                if (q != InputRing.FULL) {
                    return q;
                }
            }
            add(bytes, offset, length, key);
            return Publisher.WAITING;
        } finally {
            unlock();
        }
    }

    private void add(byte[] bytes, int offset, int length, ConflateKey key) {
        if (latest != null) {
            int at = latest.find(key);
            if (at != LatestIndex.NONE) {
                counts.conflate();
                System.arraycopy(bytes, offset, slots[at], 0, length);
                return;
            }
        }
        if (tail - head == slots.length) {
            counts.drop();
            release();
        }
        int at = (int) (tail % slots.length);
        System.arraycopy(bytes, offset, slots[at], 0, length);
        if (latest != null) {
            latest.put(key, at);
        }
        tail++;
        behind = true;
    }

    /** The first of those that wait no longer waits. */
    private void release() {
        if (latest != null) {
            latest.remove((int) (head % slots.length));
        }
        head++;
    }

    // ---- whoever moves events into the ring

    /** Moves some, unless another thread is doing so. Returns whether there may be more that can be moved. */
    boolean tryMove(InputRing ring) {
        if (!behind || !tryLock()) {
            return false;
        }
        try {
            return move(ring);
        } finally {
            unlock();
        }
    }

    private boolean move(InputRing ring) {
        int n = 0;
        // a claim of a closed ring leaves a void entry, whose reader would come back here
        while (head < tail && n < AT_ONCE && !ring.isClosed() && ring.hasRoom(LEFT_TO_OTHERS)) {
            byte[] entry = slots[(int) (head % slots.length)];
            if (publish(ring, entry, 0) < 0) {
                return false;
            }
            release();
            n++;
        }
        behind = head < tail;
        return n == AT_ONCE && behind;
    }

    private long publish(InputRing ring, byte[] bytes, int offset) {
        boolean run = counts.hasRun() && counts.takeRun(drops);
        long q = ring.tryPublishAll(run ? drops : null, bytes, offset, 0, 1);
        if (run) {
            counts.settle(drops, q >= 0);
        }
        return q;
    }

    /** Takes no more events; those that wait still go in. */
    void close(Idle idle) {
        lock(idle);
        closed = true;
        unlock();
    }

    /** What was not let in before the end, in words; null if there is nothing. */
    String left() {
        long n = waiting();
        return n == 0
                ? null
                : "the last " + n + " events of input " + counts.name()
                        + " were not processed: its ring had no room for them";
    }
}
