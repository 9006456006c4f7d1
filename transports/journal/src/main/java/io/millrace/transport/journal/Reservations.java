package io.millrace.transport.journal;

import io.millrace.journal.JournalException;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Numbers that are forced before they are used: whoever is about to use them asks, and the archive's thread grants it behind a force, which
 * brings along what has moved since the last.
 *
 * <p><b>Writers:</b> of {@code asked} the thread of a number, of {@code granted} the archive's. <b>Readers:</b> the other one of each.
 * <b>Ordering:</b> volatile. <b>Why it suffices:</b> {@code wanted} is set behind {@code asked} and cleared before it is read, so nothing that
 * was asked is missed; and a number is granted behind the force that has its limit. Numbers themselves are plain stores of their threads:
 * between such a store and the look at {@code moved} stands a full fence, and one between clearing {@code moved} and the force, so either the
 * force has the number, or {@code moved} is set again.
 */
final class Reservations {
    /** How long what has moved may go without a force, when nothing is asked for. */
    private static final long FORCE_AFTER_NS = 1_000_000_000;

    /** Notes a limit, which the next force makes durable. */
    @FunctionalInterface
    interface Limits {
        void note(int index, long upTo);
    }

    private final AtomicLongArray asked;
    private final AtomicLongArray granted;
    private final Runnable wakes;
    private final Limits limits;
    private final Runnable force;
    private volatile boolean wanted;
    private volatile boolean moved;

    /** Why nothing is granted any more; null as long as something may be. */
    private volatile Throwable failure;

    // of the archive's thread
    private boolean any;
    private long forcedNs;
    private final long[] upTo;

    Reservations(int numbers, Runnable wakes, Limits limits, Runnable force) {
        asked = new AtomicLongArray(numbers);
        granted = new AtomicLongArray(numbers);
        upTo = new long[numbers];
        this.wakes = wakes;
        this.limits = limits;
        this.force = force;
    }

    /**
     * Answers up to where the number may be used.
     *
     * @throws JournalException when more will never be granted
     */
    long reserve(int index, long upTo) {
        if (failure != null && upTo > granted.get(index)) {
            throw new JournalException("numbers of outputs cannot be reserved any more: " + failure, failure);
        }
        if (upTo > asked.get(index)) {
            asked.set(index, upTo);
            wanted = true;
            wakes.run();
        }
        return granted.get(index);
    }

    /** Whoever grants has ended, and who waits does so in vain. */
    void fail(Throwable cause) {
        failure = cause;
    }

    /** A number is another one by now. */
    void moved() {
        // else the look may come before the store of the number, and find what a force has not cleared yet
        VarHandle.fullFence();
        if (!moved) {
            moved = true;
        }
    }

    /** Whether somebody waits for it. */
    boolean isWanted() {
        return wanted;
    }

    /** Forces what is asked for, or has moved a while ago. The archive's thread. */
    void work(long nowNs) {
        if (!wanted && !(any && moved && nowNs - forcedNs > FORCE_AFTER_NS)) {
            return;
        }
        any = true;
        forcedNs = nowNs;
        wanted = false;
        moved = false;
        // a number that is stored behind this is said to have moved, one before it is seen by the force
        VarHandle.fullFence();
        for (int i = 0; i < upTo.length; i++) {
            upTo[i] = asked.get(i);
            if (upTo[i] > granted.get(i)) {
                limits.note(i, upTo[i]);
            }
        }
        force.run();
        for (int i = 0; i < upTo.length; i++) {
            if (upTo[i] > granted.get(i)) {
                granted.set(i, upTo[i]);
            }
        }
    }
}
