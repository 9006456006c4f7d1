package io.millrace.engine;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * By when closing a host is to be done: one time for all that it waits for. Where those in front have used it up, those behind get a
 * little more, so that what only has to be told its end is not taken for stuck: an eighth of the time for all of them together, and each
 * of it the half of what is left, so that there is something for who comes last. No wait is shorter than a thread needs to get its turn,
 * though others (a source that closes, which nobody bounds) have used up all: closing an engine has seven waits.
 */
final class Deadline {
    private static final long GRACE_NS_MIN = 100_000_000;
    private static final long WAIT_NS_MIN = 20_000_000;

    private final Duration most;
    private final LongSupplier clock;
    private final long untilNs;
    private final long latestNs;

    private Deadline(Duration most, LongSupplier clock) {
        this.most = most;
        this.clock = clock;
        this.untilNs = clock.getAsLong() + most.toNanos();
        this.latestNs = untilNs + Math.max(GRACE_NS_MIN, most.toNanos() / 8);
    }

    /** From now on. */
    static Deadline in(Duration most) {
        return in(most, HostClock::nanoTime);
    }

    /** By a clock of the caller's. */
    static Deadline in(Duration most, LongSupplier clock) {
        return new Deadline(most, clock);
    }

    /** In words. */
    Duration most() {
        return most;
    }

    /** For who comes first. */
    long untilNs() {
        return untilNs;
    }

    /** For who comes behind others. */
    long soonNs() {
        long nowNs = clock.getAsLong();
        long graceNs = nowNs + Math.max(WAIT_NS_MIN, (latestNs - nowNs) / 2);
        return untilNs - graceNs > 0 ? untilNs : graceNs;
    }
}
