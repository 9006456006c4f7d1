package io.millrace.engine;

import io.millrace.event.Bytes;
import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.Input;
import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import io.millrace.runtime.EntryEncoder;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What happens to events of one input before they get a place in the order: its overflow policy, and what was refused or
 * dropped. Written by any publisher; all fields are atomic counters, and none orders anything else.
 */
final class InputCounts {
    /** An entry that says how many were dropped. */
    static final int DROPS_LENGTH = Entry.FIXED_LENGTH + Long.BYTES;

    private final Input<?> input;
    private final int source;
    private final Overflow overflow;
    private final Undecided undecided;
    private final LongAdder refused = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    /** Dropped and not yet told to the input order. */
    private final AtomicLong run = new AtomicLong();

    InputCounts(Input<?> input, int source, Overflow overflow, Answer cannotDecide) {
        this.input = input;
        this.source = source;
        this.overflow = overflow;
        undecided = new Undecided(input, cannotDecide);
    }

    Overflow overflow() {
        return overflow;
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

    void drop() {
        dropped.increment();
        run.incrementAndGet();
    }

    /** Whether an entry about drops has to go in front of the next event. */
    boolean hasRun() {
        return run.get() != 0;
    }

    /** Takes the run of drops and writes the entry about it; false when another publisher has taken it. */
    boolean takeRun(byte[] entry) {
        long n = run.getAndSet(0);
        if (n == 0) {
            return false;
        }
        EntryEncoder.plain(entry, 0, EntryKind.DROPS, source, 0);
        Bytes.putLong(entry, Entry.FIXED_LENGTH, n);
        Entry.end(entry, 0, Long.BYTES);
        return true;
    }

    /** The entry found no room either. */
    void giveBack(byte[] entry) {
        run.addAndGet(Bytes.getLong(entry, Entry.FIXED_LENGTH));
    }

    // ---- any thread

    long refusals() {
        return refused.sum();
    }

    /** What is wrong, in words; null when nothing was dropped. */
    String why() {
        long n = dropped.sum();
        return n == 0 ? null : "input " + input.name() + ": " + n + " events dropped for want of room";
    }
}
