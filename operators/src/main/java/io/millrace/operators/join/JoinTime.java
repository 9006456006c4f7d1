package io.millrace.operators.join;

import io.millrace.time.Progress;
import io.millrace.time.Times;
import java.time.Duration;

/**
 * The time a join goes by: progress, less the lateness that it allows. Everything is judged by it, what is late, what can still
 * match and when an event comes alone, so an event behind progress and within the lateness finds what it would have found on time.
 */
final class JoinTime {
    private final Progress progress;
    private final long latenessNs;

    /** Whether a distance is as long as all of time, or longer: what waits for it is kept for ever. */
    static boolean isEndless(Duration distance) {
        return Math.abs(Times.nanos(distance)) >= Progress.END;
    }

    JoinTime(Progress progress, long latenessNs) {
        this.progress = progress;
        this.latenessNs = latenessNs;
    }

    long ns() {
        return of(progress.ns());
    }

    /** Where it stands when progress stands there. */
    long of(long progressNs) {
        return progressNs >= Progress.END ? progressNs : Times.minus(progressNs, latenessNs);
    }

    /** Where progress has to be for this to stand there; never for {@link Long#MAX_VALUE}. */
    long due(long ns) {
        return ns == Long.MAX_VALUE ? ns : Times.plus(ns, latenessNs);
    }
}
