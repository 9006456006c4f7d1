package io.millrace.engine;

import java.util.concurrent.locks.LockSupport;

/**
 * Waits between looks, longer and longer. One thread.
 *
 * <p>An interrupt would make parking return at once, for ever, so it is taken back before the thread parks; a caller whose own
 * the thread is not gives it back when the wait is over, by {@link #restore}.
 */
final class Idle {
    private static final int SPINS = 200;
    private static final int YIELDS = 50;
    private static final long PARK_NS_MIN = 1_000;
    private static final long PARK_NS_MAX = 100_000;

    private final Waiting how;
    private int looks;
    private boolean interrupted;
    private long parkNs = PARK_NS_MIN;

    Idle(Waiting how) {
        this.how = how;
    }

    void reset() {
        looks = 0;
        parkNs = PARK_NS_MIN;
    }

    void idle() {
        looks++;
        if (how == Waiting.SPINNING || how == Waiting.ADAPTIVE && looks < SPINS) {
            Thread.onSpinWait();
        } else if (how == Waiting.YIELDING || looks < SPINS + YIELDS) {
            Thread.yield();
        } else {
            interrupted |= Thread.interrupted();
            LockSupport.parkNanos(parkNs);
            parkNs = Math.min(parkNs * 2, PARK_NS_MAX);
        }
    }

    /** The wait is over: an interrupt that came meanwhile is the caller's again. */
    void restore() {
        if (interrupted) {
            interrupted = false;
            Thread.currentThread().interrupt();
        }
    }
}
