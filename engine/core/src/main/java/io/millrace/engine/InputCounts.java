package io.millrace.engine;

import io.millrace.event.Bytes;
import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.Input;
import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import io.millrace.runtime.EntryEncoder;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What happens to events of one input before they get a place in the order: its overflow policy, and what was refused
 * or dropped. Written by any publisher; all fields are atomic counters. The thread that closes ends {@code run} and
 * reads {@code inHand} after that: it was increased before a run was taken, so when it is 0, everything taken by then
 * has its place or is in {@code run} again.
 */
final class InputCounts {
    /**
     * The length of an entry that tells how many events were dropped, and how many were replaced by a later one of
     * their key.
     */
    static final int DROPS_LENGTH = Entry.FIXED_LENGTH + 2 * Long.BYTES;

    private final Input<?> input;
    private final int source;
    private final Overflow<?> overflow;
    private final Undecided undecided;
    private final LongAdder refused = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder conflated = new LongAdder();

    /** In {@code run} when nothing is dropped any more; what has not been told is kept beside it. */
    private static final long ENDED = Long.MIN_VALUE;

    /** Dropped and not yet told to the input order. */
    private final AtomicLong run = new AtomicLong();

    /** Entries about drops that some thread has in hand; increased before a run is taken. */
    private final AtomicInteger inHand = new AtomicInteger();

    private final AtomicLong conflatedRun = new AtomicLong();

    /** What a journal has brought back. Set before the first publisher exists. */
    private long droppedBefore;

    private long conflatedBefore;

    /** The events that wait before the ring; null if none do. Set before the first publisher exists. */
    private Backlog backlog;

    InputCounts(Input<?> input, int source, Overflow<?> overflow, Answer cannotDecide) {
        this.input = input;
        this.source = source;
        this.overflow = overflow;
        undecided = new Undecided(input, cannotDecide);
    }

    Overflow<?> overflow() {
        return overflow;
    }

    String name() {
        return input.name();
    }

    void backlog(Backlog keeps) {
        backlog = keeps;
    }

    Undecided undecided() {
        return undecided;
    }

    // ---- refused

    /** Counts an event that was refused, and returns the exception to throw. */
    RefusedException refused(RefusedException why) {
        refused.increment();
        return why;
    }

    /** Counts an event for which there was no room. */
    void refuse() {
        refused.increment();
    }

    RefusedException full(String what) {
        return refused(new RefusedException(
                Reason.OVER_BOUND,
                "input " + input.name() + ": " + what + " is full, and its overflow policy is to "
                        + "refuse; publish again later"));
    }

    // ---- dropped

    /** Returns false when nothing is dropped any more, since nobody would be told. */
    boolean drop() {
        long n;
        do {
            n = run.get();
            if (n < 0) {
                return false;
            }
        } while (!run.compareAndSet(n, n + 1));
        dropped.increment();
        return true;
    }

    /** A later event of its key has taken the place of one that waited. */
    void conflate() {
        conflated.increment();
        conflatedRun.incrementAndGet();
    }

    /** Whether an entry about drops has to go before the next event. */
    boolean hasRun() {
        return run.get() > 0 || backlog != null && conflatedRun.get() != 0;
    }

    /**
     * Takes the run of drops and writes the entry about it, to be {@link #settle settled}; false if another publisher
     * has taken it, or the thread that closes does.
     */
    boolean takeRun(byte[] entry) {
        inHand.incrementAndGet();
        long n = run.getAndUpdate(now -> now < 0 ? now : 0);
        return take(entry, Math.max(0, n), n < 0 ? 0 : conflatedRun.getAndSet(0));
    }

    /** Takes the last run, for the thread that has {@link #endDrops ended} drops. */
    boolean takeLast(byte[] entry) {
        inHand.incrementAndGet();
        return take(entry, run.getAndSet(ENDED) & ~ENDED, conflatedRun.getAndSet(0));
    }

    private boolean take(byte[] entry, long n, long replaced) {
        if (n == 0 && replaced == 0) {
            inHand.decrementAndGet();
            return false;
        }
        EntryEncoder.plain(entry, 0, EntryKind.DROPS, source, 0);
        Bytes.putLong(entry, Entry.FIXED_LENGTH, n);
        Bytes.putLong(entry, Entry.FIXED_LENGTH + Long.BYTES, replaced);
        Entry.end(entry, 0, 2 * Long.BYTES);
        return true;
    }

    /** How many events an entry about drops is of, replaced ones included. */
    static long dropped(byte[] entry, int offset) {
        int at = Entry.payload(entry, offset);
        return Bytes.getLong(entry, at) + Bytes.getLong(entry, at + Long.BYTES);
    }

    /** Ends an entry about drops that was taken: if it has got no place, they count as not told again. */
    void settle(byte[] entry, boolean hasPlace) {
        if (!hasPlace) {
            run.addAndGet(Bytes.getLong(entry, Entry.FIXED_LENGTH));
            conflatedRun.addAndGet(Bytes.getLong(entry, Entry.FIXED_LENGTH + Long.BYTES));
        }
        inHand.decrementAndGet();
    }

    /** From now on nothing is dropped, and only {@link #takeLast} takes what has not been told. */
    void endDrops() {
        run.getAndUpdate(now -> now | ENDED);
    }

    /** Whether all drops have their place; after {@link #endDrops}. */
    boolean isTold() {
        return inHand.get() == 0 && untold() == 0; // first what others may give back
    }

    /** What has no place, once nothing is dropped any more. */
    private long untold() {
        return (run.get() & ~ENDED) + conflatedRun.get();
    }

    /** Called before the first publisher exists: what the order tells so far is added to what is counted here. */
    void before(long toldDropped, long toldConflated) {
        droppedBefore = toldDropped;
        conflatedBefore = toldConflated;
    }

    // ---- any thread

    /**
     * How many were dropped as of now, of which the order tells {@code told}; one that is dropped at this moment may be
     * counted there first.
     */
    long dropped(long told) {
        return Math.max(told, droppedBefore + dropped.sum());
    }

    /** How many were replaced by a later one, counted in the same way. */
    long conflated(long told) {
        return Math.max(told, conflatedBefore + conflated.sum());
    }

    /** How many wait before the ring. */
    long waiting() {
        return backlog == null ? 0 : backlog.waiting();
    }

    long refusals() {
        return refused.sum();
    }

    /** How many were dropped or replaced. */
    long lost() {
        return dropped.sum() + conflated.sum();
    }

    /** What is wrong, in words; null if nothing was dropped. */
    String why() {
        long n = dropped.sum();
        long replaced = conflated.sum();
        if (n == 0 && replaced == 0) {
            return null;
        }
        return "input " + input.name() + ": "
                + (replaced == 0
                        ? n + " events dropped because there was no room for them"
                        : n == 0
                                ? replaced + " events replaced by later ones of the same key"
                                : n + " events dropped because there was no room for them, " + replaced
                                        + " replaced by later ones of the same key");
    }
}
