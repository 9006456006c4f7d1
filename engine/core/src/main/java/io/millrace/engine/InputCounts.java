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
 * What happens to events of one input before they get a place in the order: its overflow policy, and what was refused or
 * dropped. Written by any publisher; all fields are atomic counters. Who closes ends {@code run} and reads {@code inHand} behind that:
 * it went up before a run was taken, so at 0 all that had been taken by then has its place or stands in {@code run} again.
 */
final class InputCounts {
    /** An entry that says how many were dropped, and how many were replaced by a later one of their key. */
    static final int DROPS_LENGTH = Entry.FIXED_LENGTH + 2 * Long.BYTES;

    private final Input<?> input;
    private final int source;
    private final Overflow<?> overflow;
    private final Undecided undecided;
    private final LongAdder refused = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder conflated = new LongAdder();

    /** In {@code run} when nothing is dropped any more; what is untold stands beside it. */
    private static final long ENDED = Long.MIN_VALUE;

    /** Dropped and not yet told to the input order. */
    private final AtomicLong run = new AtomicLong();

    /** Entries about drops that somebody has in hand; goes up before a run is taken. */
    private final AtomicInteger inHand = new AtomicInteger();

    private final AtomicLong conflatedRun = new AtomicLong();

    /** What a journal has brought back. Before the first publisher is there. */
    private long droppedBefore;

    private long conflatedBefore;

    /** Those that wait in front of the ring; null where none does. Set before the first publisher is there. */
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

    /** Counts an event that was refused, and answers the exception to throw. */
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
                "input " + input.name() + ": " + what + " is full and the input says refuse; publish again later"));
    }

    // ---- dropped

    /** Answers false when nothing is dropped any more, since nobody would be told. */
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

    /** Whether an entry about drops has to go in front of the next event. */
    boolean hasRun() {
        return run.get() > 0 || backlog != null && conflatedRun.get() != 0;
    }

    /**
     * Takes the run of drops and writes the entry about it, to be {@link #settle settled}; false when another
     * publisher has taken it, or whoever closes does.
     */
    boolean takeRun(byte[] entry) {
        inHand.incrementAndGet();
        long n = run.getAndUpdate(now -> now < 0 ? now : 0);
        return take(entry, Math.max(0, n), n < 0 ? 0 : conflatedRun.getAndSet(0));
    }

    /** The same for who has {@link #endDrops ended} them. */
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

    /** The end of an entry about drops that was taken: where it has got no place they count as untold again. */
    void settle(byte[] entry, boolean hasPlace) {
        if (!hasPlace) {
            run.addAndGet(Bytes.getLong(entry, Entry.FIXED_LENGTH));
            conflatedRun.addAndGet(Bytes.getLong(entry, Entry.FIXED_LENGTH + Long.BYTES));
        }
        inHand.decrementAndGet();
    }

    /** From now on nothing is dropped, and only {@link #takeLast} takes what is untold. */
    void endDrops() {
        run.getAndUpdate(now -> now | ENDED);
    }

    /** Whether all drops have their place; behind {@link #endDrops}. */
    boolean isTold() {
        return inHand.get() == 0 && untold() == 0; // first what others may give back
    }

    /** What has no place, once nothing is dropped any more. */
    private long untold() {
        return (run.get() & ~ENDED) + conflatedRun.get();
    }

    /** Before the first publisher is there: what the order tells so far comes on top of what is counted here. */
    void before(long toldDropped, long toldConflated) {
        droppedBefore = toldDropped;
        conflatedBefore = toldConflated;
    }

    // ---- any thread

    /** How many were dropped as of now, of which the order tells so many; one that is dropped at this moment may count there first. */
    long dropped(long told) {
        return Math.max(told, droppedBefore + dropped.sum());
    }

    /** The same of those that a later one has replaced. */
    long conflated(long told) {
        return Math.max(told, conflatedBefore + conflated.sum());
    }

    /** How many wait in front of the ring. */
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

    /** What is wrong, in words; null when nothing was dropped. */
    String why() {
        long n = dropped.sum();
        long replaced = conflated.sum();
        if (n == 0 && replaced == 0) {
            return null;
        }
        return "input " + input.name() + ": "
                + (replaced == 0
                        ? n + " events dropped for want of room"
                        : n == 0
                                ? replaced + " events replaced by later ones of their key"
                                : n + " events dropped for want of room, " + replaced
                                        + " replaced by later ones of their key");
    }
}
