package io.millrace.metric;

import java.util.concurrent.TimeUnit;

/**
 * Whether an open-loop run held its rate. Every command that sends at a rate and measures latency uses this one
 * criterion. It is an absolute bound rather than a fraction of the run's length, which would let a longer run pass with
 * more left undone; a run that falls behind exceeds it sooner or later.
 */
public final class Held {
    /** How far a run may be behind its schedule at its end, when everything is processed. */
    public static final long BACKLOG_NS_MAX = TimeUnit.MILLISECONDS.toNanos(20);

    private Held() {}

    /**
     * Judges the end of a run.
     *
     * @param behindNs nanoseconds from when its last event was due until everything was processed; negative if it was
     *     early
     * @return false if its figures are those of a rate that was not held
     */
    public static boolean at(long behindNs) {
        return behindNs <= BACKLOG_NS_MAX;
    }
}
