package io.millrace.engine;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits between looks, as a {@link Waiting} says. One thread.
 *
 * <p>An interrupt would make parking return at once, for ever, so it is taken back before the thread parks; a caller whose own
 * the thread is not gives it back when the wait is over, by {@link #restore}.
 */
final class Idle {
    /** For whoever waits for an engine and is woken by nobody. */
    static final Waiting BRIEF = Waiting.backoff(Duration.ofMillis(1));

    /** For who asks the outside, which wakes nobody: a wake-up each 2 ms is about 1 % of a core. */
    static final Waiting POLLING = Waiting.backoff(Duration.ofMillis(2));

    /** Who sleeps for longer than this is to be woken. */
    private static final long SHORT_NS = 1_000_000;

    /** Long enough for every processor to see that somebody is about to sleep. */
    private static final long LAST_LOOK_NS = 50_000;

    private static final long NOTHING = -1;

    private final Waiting how;
    private final Sleep sleep;
    private long looks;

    /** What was announced, or {@link #NOTHING}. */
    private long announced = NOTHING;

    private boolean interrupted;

    /** For one whom nobody wakes. */
    Idle(Waiting how) {
        this(how, null);
    }

    Idle(Waiting how, Sleep sleep) {
        this.how = how;
        this.sleep = sleep;
    }

    void reset() {
        looks = 0;
        announced = NOTHING;
    }

    void idle() {
        long ns = how.after(++looks);
        if (ns == Waiting.SPIN) {
            Thread.onSpinWait();
        } else if (ns < 0) {
            Thread.yield();
        } else {
            interrupted |= Thread.interrupted();
            LockSupport.parkNanos(ns <= SHORT_NS || sleep == null || isAnnounced() ? ns : LAST_LOOK_NS);
        }
    }

    /** Whether this thread looked after it had announced that it sleeps; else announces it. */
    private boolean isAnnounced() {
        if (announced != NOTHING && sleep.isAnnounced(announced)) {
            return true;
        }
        announced = sleep.announce();
        return false;
    }

    /** The wait is over: an interrupt that came meanwhile is the caller's again. */
    void restore() {
        if (interrupted) {
            interrupted = false;
            Thread.currentThread().interrupt();
        }
    }
}
