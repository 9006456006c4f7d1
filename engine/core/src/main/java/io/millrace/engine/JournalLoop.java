package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.journal.JournalLog;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What the journal's thread does: it reads the input ring as stages do, and appends what it finds. So nothing waits for a disk but
 * what is to leave the engine: the stages compute on, and what they put out is let out when its entry is durable ({@link HeldOutputs}).
 *
 * <p>The log is this thread's from the start of the engine to its own end; other threads ask it how far it is.
 */
final class JournalLoop implements Runnable {
    private static final int BATCH_MAX = 256;

    /** So many ticks of an engine that puts nothing out are sent off together: each is written, and forced, like any other entry. */
    private static final int TICKS_TOGETHER = 4;

    /** How long the first of them waits at most; none comes any more when inputs have ended. */
    private static final long TICKS_WAIT_NS = 60_000_000;

    /** How long it sleeps at most meanwhile; who comes with an entry, or holds an output, wakes it ({@link #sendOff}). */
    private static final long TICKS_LOOK_NS = 20_000_000;

    private static final Supplier<EngineStoppedException> LEFT = () -> null;

    private final JournalLog log;
    private final InputRing ring;
    private final int reader;
    private final EngineLoop engine;

    /** Whether outputs wait to be let out; asked of the stages' threads. */
    private final BooleanSupplier anyHeld;

    private final Idle idle;

    /** While something is on its way to be durable. */
    private final Idle brief = new Idle(Idle.BRIEF);

    /** While ticks are not sent off: as declared, but it looks now and then whether they may wait any longer. */
    private final Idle unsent;

    /** What closes the log behind this where nobody waits any longer; at the end {@link #LEFT}. */
    private final AtomicReference<Supplier<EngineStoppedException>> closes = new AtomicReference<>();

    private volatile String refusal;
    private volatile boolean hurry;
    private volatile boolean ended;
    private volatile Thread runner;

    /** Whether it sleeps though something may be on its way, or not be sent off: ticks that nobody waits for. */
    private volatile boolean dozes;

    /** Ticks that are appended and not sent off: how many, and since when. */
    private int ticks;

    private long ticksSinceNs;

    /** The last entry that is no tick among ticks: that one of those is durable nobody waits for, unless something is held. */
    private long inEarnest;

    /** It has seen the end of the order. */
    private volatile boolean complete;

    /** The last entry that was handed to the log. */
    private volatile long appended;

    JournalLoop(
            JournalLog log, InputRing ring, int reader, EngineLoop engine, Waiting waiting, BooleanSupplier anyHeld) {
        this.log = log;
        this.ring = ring;
        this.reader = reader;
        this.engine = engine;
        this.anyHeld = anyHeld;
        this.idle = new Idle(waiting, ring.sleep());
        this.unsent = new Idle(looks -> Math.min(waiting.after(looks), TICKS_LOOK_NS), ring.sleep());
        this.appended = ring.first() - 1;
        this.inEarnest = appended;
    }

    @Override
    public void run() {
        runner = Thread.currentThread();
        ring.sleep().join();
        try {
            loop();
        } catch (Throwable t) {
            engine.failed("journal", t);
        } finally {
            ring.close();
            ended = true;
            leave();
        }
    }

    private void leave() {
        Supplier<EngineStoppedException> close = closes.getAndSet(LEFT);
        EngineStoppedException failed = close == null ? null : close.get();
        if (failed != null) {
            engine.failed("journal", failed);
        }
    }

    private void loop() {
        long next = ring.first();
        while (true) { // also when a stage has failed: what was accepted is not lost by that
            long last = ring.published(next, BATCH_MAX);
            if (last >= next) {
                boolean onlyTicks = ring.isOnlyTicks(next, last);
                if (!append(next, last, onlyTicks)) {
                    return;
                }
                next = last + 1;
                if (!onlyTicks) { // they keep nobody awake
                    idle.reset();
                    brief.reset();
                    unsent.reset();
                }
            } else if (ring.isOver(next)) {
                if (!commit()) {
                    return;
                }
                complete = true;
                awaitDurable(next - 1);
                return;
            }
            boolean worked = work();
            if (ticks > 0 && mayTicksWaitNoMore() && !commit()) {
                return;
            }
            if (last < next - 1 || !worked) {
                rest(next, worked);
            }
        }
    }

    /** Answers false when time has run out before the log had room. */
    private boolean append(long from, long to, boolean onlyTicks) {
        for (long q = from; q <= to; q++) {
            int offset = ring.offset(q);
            int length = Entry.length(ring.slots(), offset);
            while (!log.append(ring.slots(), offset, length)) {
                if (!waitsForLog()) {
                    return false;
                }
            }
        }
        if (onlyTicks) {
            ticksSinceNs = ticks == 0 ? HostClock.nanoTime() : ticksSinceNs;
            ticks += (int) (to - from + 1);
        } else if (!commit()) {
            return false;
        } else {
            inEarnest = to;
        }
        appended = to;
        ring.consumed(reader, to);
        return true;
    }

    /** Whoever is given something for a tick gets it when that is durable. */
    private boolean mayTicksWaitNoMore() {
        return ticks >= TICKS_TOGETHER || anyHeld.getAsBoolean() || HostClock.nanoTime() - ticksSinceNs > TICKS_WAIT_NS;
    }

    /** Answers false when time has run out before the log had room. */
    private boolean commit() {
        while (!log.commit()) {
            if (!waitsForLog()) {
                return false;
            }
        }
        ticks = 0;
        return true;
    }

    private boolean waitsForLog() {
        if (hurry) {
            return false;
        }
        if (!work()) {
            brief.idle();
        } else {
            brief.reset();
        }
        return true;
    }

    /** Answers whether more is durable than before. */
    private boolean work() {
        long before = log.durable();
        log.work();
        String why = log.refusal();
        if ((why == null) != (refusal == null)) {
            ring.pause(why != null);
        }
        refusal = why;
        boolean worked = log.durable() > before;
        if (worked) {
            VarHandle.fullFence(); // a stage that held something just now looks at the log once more before it sleeps
            if (anyHeld.getAsBoolean()) {
                ring.sleep().wake();
            }
        }
        return worked;
    }

    private void rest(long next, boolean worked) {
        if (worked || Thread.interrupted()) { // not a command here, and it would make parking return at once
            return;
        }
        if (isAwaited(next - 1 - ticks)) {
            brief.idle();
        } else {
            doze(next, ticks > 0 ? unsent : idle);
        }
    }

    private void doze(long next, Idle by) {
        dozes = true;
        VarHandle.fullFence(); // a stage that holds something sees it, or is seen to hold
        boolean isWaitedFor = log.durable() < next - 1 && anyHeld.getAsBoolean();
        if (!isWaitedFor && ring.published(next, 1) < next) {
            by.idle();
        }
        dozes = false;
    }

    /** Also while the log refuses: whoever publishes waits for the moment at which it has room again. */
    private boolean isAwaited(long sent) {
        long durable = log.durable();
        return refusal != null || durable < inEarnest || durable < sent && anyHeld.getAsBoolean();
    }

    private void awaitDurable(long last) {
        while (log.durable() < last && !hurry) {
            if (!work()) {
                brief.idle();
            }
        }
    }

    // ---- other threads

    /** By a stage that holds outputs and is about to wait: what they hang on does not wait for further ticks. */
    void sendOff() {
        VarHandle.fullFence(); // what it holds is seen by this, or it sees that this sleeps
        if (dozes && log.durable() < ring.cursor()) {
            LockSupport.unpark(runner);
        }
    }

    /** Time has run out: what is not durable by now is not waited for. */
    void hurry() {
        hurry = true;
    }

    /** Has the log closed when this has left it: nobody closes it while a call is in it. Answers false when this has left it already. */
    boolean leaves(Supplier<EngineStoppedException> close) {
        return closes.compareAndSet(null, close) || closes.get() != LEFT;
    }

    /** Whether outputs that wait may still become durable. */
    boolean goesOn() {
        return !ended && !hurry && !engine.isOver();
    }

    /** How many entries are not durable; those behind the end of the order, which cause nothing, are none. */
    long left() {
        return (ended && complete ? appended : ring.cursor()) - log.durable();
    }

    /** Why nothing is accepted at the moment, in words; null when it is. */
    String refusal() {
        return refusal;
    }

    JournalLog log() {
        return log;
    }
}
