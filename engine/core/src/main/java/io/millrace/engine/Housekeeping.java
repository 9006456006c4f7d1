package io.millrace.engine;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * What the housekeeping thread of a live engine does: fills the stock of pages, and tells the input order the time, each period
 * and when a thread of the engine says that a tick would make something due. What fails here is kept for health and never stops
 * it: without ticks time would stand still. It looks whether the threads of the engine move, too ({@link Stalls}).
 *
 * <p><b>Writers:</b> {@code dueNs}, one a stage, by the thread of that stage ({@link #tickAt}) and, when that time has come, by
 * this one; {@code failure}, and {@code failures} before it, by this one. All but the last are volatile. A time that is written while this thread takes back the one before costs one tick
 * too many, never one too few: it is taken back before the tick is told, and the stage works out the next after it.
 */
final class Housekeeping implements Runnable {
    /**
     * For so long threads that are asleep may leave ticks that make nothing due: longer than the default sleeps at most, which then has
     * them all when it wakes up by itself.
     */
    private static final long UNREAD_NS = 80_000_000;

    private static final int UNREAD_MAX = 8;

    private final BooleanSupplier goesOn;
    private final Runnable refill;

    /** Null where no input follows the clock. */
    private final Clock tick;

    private final long everyNs;

    /** How many ticks that is. */
    private final int unread;

    private final AtomicLongArray dueNs;
    private final Stalls stalls;

    /** Whether a tick that makes something due has not been told yet; of its own thread. */
    private boolean wanted;

    private volatile Thread thread;
    private volatile Throwable failure;

    /** How often it has failed; written before {@code failure}. */
    private long failures;

    /** Tells the time. */
    interface Clock {
        /** Wakes nobody as long as no more than so many ticks are unread; false when there was no room. */
        boolean tick(long epochNs, int unread);
    }

    Housekeeping(BooleanSupplier goesOn, Runnable refill, Clock tick, long everyNs, int stages, Stalls stalls) {
        this.goesOn = goesOn;
        this.refill = refill;
        this.tick = tick;
        this.everyNs = everyNs;
        this.unread = (int) Math.min(UNREAD_NS / everyNs, UNREAD_MAX);
        this.stalls = stalls;
        this.dueNs = new AtomicLongArray(stages);
        for (int i = 0; i < stages; i++) {
            dueNs.set(i, Long.MAX_VALUE);
        }
    }

    /** How its thread waits, in words for who wants to know: until the period is over or something is due. */
    static Waiting waiting(Duration tick) {
        return new Waiting() {
            @Override
            public long after(long looks) {
                return tick.toNanos();
            }

            @Override
            public String toString() {
                return "sleeps " + tick.toString();
            }
        };
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        boolean told = true;
        Idle idle = new Idle(Idle.BRIEF);
        while (goesOn.getAsBoolean()) {
            if (told) {
                rest();
                idle.reset();
            } else {
                idle.idle(); // the ring was full: time must not stand still for as long as it stays so
            }
            told = work();
        }
    }

    private boolean work() {
        look();
        try {
            refill.run();
        } catch (Throwable t) {
            failed(t); // the stage makes its pages itself as long as there is memory; time goes on
        }
        if (tick == null) {
            return true;
        }
        try {
            long nowNs = HostClock.epochNs();
            wanted |= takeDue(nowNs);
            boolean told = tick.tick(nowNs, wanted ? 0 : unread);
            wanted &= !told;
            return told;
        } catch (Throwable t) {
            failed(t);
            return true; // again after a period, not at once
        }
    }

    /** A look asks stages and sinks how far they are; should one of them throw, time goes on. */
    private void look() {
        try {
            stalls.look();
        } catch (Throwable t) {
            failed(t);
        }
    }

    /** Whether something is due by now; for its own thread. */
    boolean takeDue(long nowNs) {
        boolean any = false;
        for (int i = 0; i < dueNs.length(); i++) {
            if (dueNs.get(i) <= nowNs) {
                dueNs.set(i, Long.MAX_VALUE);
                any = true;
            }
        }
        return any;
    }

    private void failed(Throwable t) {
        failures++;
        failure = t;
    }

    /** Until a period has passed, or the next tick is due, or the engine ends. */
    private void rest() {
        long untilNs = HostClock.nanoTime() + everyNs;
        while (goesOn.getAsBoolean()) {
            long nextNs = nextDueNs();
            long dueInNs = nextNs == Long.MAX_VALUE ? Long.MAX_VALUE : nextNs - HostClock.epochNs();
            long leftNs = Math.min(untilNs - HostClock.nanoTime(), dueInNs);
            if (leftNs <= 0) {
                return;
            }
            look();
            LockSupport.parkNanos(this, Math.min(leftNs, stalls.everyNs()));
            Thread.interrupted(); // not a command here, and it would make parking return at once, for ever
        }
    }

    long nextDueNs() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < dueNs.length(); i++) {
            least = Math.min(least, dueNs.get(i));
        }
        return least;
    }

    // ---- the engine's threads

    /** The clock at which a tick would make something due in a stage; {@link Long#MAX_VALUE} when none would. */
    void tickAt(int stage, long epochNs) {
        boolean sooner = epochNs < dueNs.get(stage);
        dueNs.set(stage, epochNs);
        if (sooner) {
            LockSupport.unpark(thread);
        }
    }

    // ---- any thread

    /** Tells what went wrong last, and what stands still. */
    void tell(Troubles to) {
        Throwable last = failure;
        to.past("housekeeping", failures, last == null ? null : "housekeeping: " + last);
        stalls.tell(to);
    }
}
