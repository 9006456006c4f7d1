package io.millrace.cli;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long the end of a run is waited for that was interrupted: as long as it makes progress, and not for ever. An output that nobody reads must
 * not keep the process for long; a machine that has much else to do must not cost what was read.
 */
final class Patience {
    /** Without progress. */
    static final long STILL_SECONDS = 10;

    /** In all. */
    static final long MOST_SECONDS = 180;

    /** What a thread works in a moment that only waits, and looks now and then, is no progress. */
    private static final long WORK_NS_MIN = TimeUnit.MILLISECONDS.toNanos(100);

    private final LongSupplier rows;
    private final LongSupplier workNs;
    private final long beginNs;
    private long movedNs;
    private long seenRows;
    private long seenWorkNs;

    /**
     * Begins.
     *
     * @param nowNs  a monotonic clock
     * @param rows   changes whenever there is progress
     * @param workNs how long the thread has worked that is to come to an end
     */
    Patience(long nowNs, LongSupplier rows, LongSupplier workNs) {
        this.rows = rows;
        this.workNs = workNs;
        beginNs = nowNs;
        movedNs = nowNs;
        seenRows = rows.getAsLong();
        seenWorkNs = workNs.getAsLong();
    }

    /** Whether it goes on; to be asked now and then. */
    boolean lasts(long nowNs) {
        long nowRows = rows.getAsLong();
        long nowWorkNs = workNs.getAsLong();
        if (nowRows != seenRows || nowWorkNs - seenWorkNs >= WORK_NS_MIN) {
            seenRows = nowRows;
            seenWorkNs = nowWorkNs;
            movedNs = nowNs;
        }
        return nowNs - movedNs < TimeUnit.SECONDS.toNanos(STILL_SECONDS)
                && nowNs - beginNs < TimeUnit.SECONDS.toNanos(MOST_SECONDS);
    }

    /** What is to be said when it has come to its end. */
    String words(long nowNs) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(nowNs - beginNs);
        return "millrace: interrupted, and not at an end " + seconds + " s later, the last progress "
                + TimeUnit.NANOSECONDS.toSeconds(nowNs - movedNs)
                + " s ago: stopped there; what was not written yet is in no output, so run it again";
    }
}
