package io.millrace.engine;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The point of the input order at which all stages give their part of a copy of the statistics.
 *
 * <p><b>Writer:</b> the caller that wants the copy, once. <b>Readers:</b> the stages. <b>How they agree:</b> the caller first makes the
 * point visible, then takes the last place that has been claimed for it. A stage first looks how far the ring is, then whether
 * there is a point. If it saw none, what it goes on to evaluate had been claimed before the point became visible, and is not
 * past it. If it saw one that has no place yet, it evaluates nothing; else nothing past it. <b>Ordering:</b> the reference to the point
 * and its place are volatile; the ring's cursor is read by less than that, so a full fence stands between making the point visible
 * and the look at the cursor; on a stage's side the acquire of the cursor comes before the look at the reference. Were a stage
 * past it after all, it would give its part at once.
 */
final class StatsPoint {
    private static final long UNKNOWN = Long.MIN_VALUE;
    private static final long ANYWHERE = -2;

    private volatile long place = UNKNOWN;

    // ---- the caller

    /** Makes visible what holds a point, before its place is taken; false when another is still there. */
    static <P> boolean show(AtomicReference<P> where, P shown) {
        boolean mine = where.compareAndSet(null, shown);
        VarHandle.fullFence();
        return mine;
    }

    void at(long sequence) {
        place = sequence;
    }

    /** One stage has only to agree with itself. */
    void anywhere() {
        place = ANYWHERE;
    }

    // ---- a stage's thread

    /** The last entry that a stage may evaluate before it has given its part. */
    long most(long next) {
        long at = place;
        return at == ANYWHERE ? Long.MAX_VALUE : at == UNKNOWN ? next - 1 : at;
    }

    /** Whether a stage that is done with so much is to give its part. */
    boolean isReached(long done) {
        long at = place;
        return at == ANYWHERE || at != UNKNOWN && done >= at;
    }
}
