package io.millrace.engine;

import java.time.Duration;

/**
 * By when closing a host is to be done: one time for all that it waits for. Where those in front have used it up, those behind get a
 * little more, so that what only has to be told its end is not taken for stuck: a few such waits at most, an eighth of the time each.
 */
final class Deadline {
    private static final long GRACE_NS_MIN = 100_000_000;

    private final Duration most;
    private final long untilNs;

    private Deadline(Duration most) {
        this.most = most;
        this.untilNs = HostClock.nanoTime() + most.toNanos();
    }

    /** From now on. */
    static Deadline in(Duration most) {
        return new Deadline(most);
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
        long graceNs = HostClock.nanoTime() + Math.max(GRACE_NS_MIN, most.toNanos() / 8);
        return untilNs - graceNs > 0 ? untilNs : graceNs;
    }
}
