package io.millrace.transport.journal;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Numbers that are forced before they are used: whoever is about to use them asks, and the archive's thread grants it behind a force, which
 * brings along what has moved since the last.
 *
 * <p><b>Writers:</b> of {@code asked} the thread of a number, of {@code granted} the archive's. <b>Readers:</b> the other one of each.
 * <b>Ordering:</b> volatile. <b>Why it suffices:</b> {@code wanted} is set behind {@code asked} and cleared before it is read, so nothing that
 * was asked is missed; and a number is granted behind the force that has its limit.
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

    /** Answers up to where the number may be used. */
    long reserve(int index, long upTo) {
        if (upTo > asked.get(index)) {
            asked.set(index, upTo);
            wanted = true;
            wakes.run();
        }
        return granted.get(index);
    }

    /** A number is another one by now. */
    void moved() {
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
