package io.millrace.operators;

import io.millrace.time.Progress;
import io.millrace.time.Times;
import java.time.Duration;

/**
 * The time that a join or a pattern goes by: progress, less the lateness that it allows. It decides what is late, what
 * can still match, when an event comes alone, and when a deadline has passed. So an event behind progress and within
 * the lateness finds what it would have found on time. What was sent is final, as without a lateness.
 */
public final class LateTime {
    private final Progress progress;
    private final long latenessNs;

    /**
     * Makes a time that goes by progress, less a lateness.
     *
     * @param progress   the progress of the node
     * @param latenessNs 0 or more
     */
    public LateTime(Progress progress, long latenessNs) {
        this.progress = progress;
        this.latenessNs = latenessNs;
    }

    /**
     * Whether a distance is as long as all of time, or longer, so that what waits for it is kept for ever.
     *
     * @param distance the distance between two events
     * @return whether it has no end
     */
    public static boolean isEndless(Duration distance) {
        return Math.abs(Times.nanos(distance)) >= Progress.END;
    }

    /**
     * This time.
     *
     * @return nanoseconds since the epoch
     */
    public long ns() {
        return of(progress.ns());
    }

    /**
     * This time at a given progress.
     *
     * @param progressNs the progress of the node
     * @return nanoseconds since the epoch; at the end of all input, that end
     */
    public long of(long progressNs) {
        return progressNs >= Progress.END ? progressNs : Times.minus(progressNs, latenessNs);
    }

    /**
     * The progress at which this time is reached.
     *
     * @param ns a time; {@link Long#MAX_VALUE} for never
     * @return nanoseconds since the epoch, or never
     */
    public long due(long ns) {
        return ns == Long.MAX_VALUE ? ns : Times.plus(ns, latenessNs);
    }
}
