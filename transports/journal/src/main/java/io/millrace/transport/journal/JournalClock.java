package io.millrace.transport.journal;

import org.agrona.concurrent.EpochClock;

/**
 * The time that the driver, the archive and their client take for the time of day: it does not jump, so that setting the
 * system's clock ends none of them.
 */
final class JournalClock implements EpochClock {
    static final JournalClock INSTANCE = new JournalClock();

    private JournalClock() {}

    @Override
    public long time() {
        return System.nanoTime() / 1_000_000 + Integer.MAX_VALUE;
    }

    /** What files say of when they were written. */
    static long wallMs() {
        return System.currentTimeMillis();
    }

    static long nanos() {
        return System.nanoTime();
    }
}
