package io.millrace.metric;

import java.util.concurrent.TimeUnit;

/**
 * Whether an open-loop run held its rate: what every command that sends at a rate, and measures latency, asks in the same way. A part of the
 * length of the run would let a longer one pass with more left undone; so it is one bound, of which a run that falls behind has used up all
 * sooner or later.
 */
public final class Held {
    /** How far a run may be behind its schedule at its end, when all is processed. */
    public static final long BACKLOG_NS_MAX = TimeUnit.MILLISECONDS.toNanos(20);

    private Held() {}

    /**
     * Judges the end of a run.
     *
     * @param behindNs from when its last event was due until all was processed; negative when it was early
     * @return false when its figures are those of a rate that was not held
     */
    public static boolean at(long behindNs) {
        return behindNs <= BACKLOG_NS_MAX;
    }
}
