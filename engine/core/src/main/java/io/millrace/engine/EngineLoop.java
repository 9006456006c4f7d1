package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.runtime.Core;
import io.millrace.runtime.EntryEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The stages of a live engine together: what other threads ask of them and what they report. Called by any thread. When
 * one stage fails, all end: the others cannot make up for what it leaves out.
 */
final class EngineLoop implements RingReader {
    private final Host host;
    private final InputRing ring;

    /** Null if several threads publish. */
    private final Exclusivity exclusive;

    /**
     * Iterated by index where publishers come by: an iterator would be garbage of theirs until the JIT has compiled the
     * code.
     */
    private final List<StageLoop> stages = new ArrayList<>();

    private final AtomicReference<StatsRequest> request = new AtomicReference<>();
    private final AtomicReference<Failure> failure = new AtomicReference<>();

    /** The last entry after which somebody wants the inline sinks flushed. */
    private final AtomicLong flushWantedTo = new AtomicLong(-1);

    /** The last place of an entry by which a stage lets left-over firings go on. */
    private final AtomicLong wentOnAt = new AtomicLong(-1);

    /** The newest copy got by a caller that would not have waited for long; null before the first. */
    private final AtomicReference<EngineStats> known = new AtomicReference<>();

    private volatile boolean stopWanted;

    /** Told when a tick would make something due; null if no input follows the clock. */
    private Housekeeping housekeeping;

    private Runnable stopper = this::stop;

    /** Lets into the ring what waits before it. */
    private Runnable letsIn = () -> {};

    /** What halted a stage. */
    private record Failure(String stage, Throwable cause) {}

    /** What a stage holds back is null if there is no journal. */
    EngineLoop(Host host, InputRing ring, Waiting waiting, Exclusivity exclusive, HeldOutputs[] held) {
        this.host = host;
        this.ring = ring;
        this.exclusive = exclusive;
        for (int i = 0; i < host.core().stageCount(); i++) {
            stages.add(new StageLoop(this, host, ring, i, waiting, held[i]));
        }
        host.sinks().haltsBy((stage, fault) -> failed(stages.get(stage).name(), fault));
    }

    /** Each to be run by a thread of its own. */
    List<StageLoop> stages() {
        return stages;
    }

    /** Called before the start: stops an exclusive engine if nobody else does. */
    void stopsBy(Runnable by) {
        stopper = by;
    }

    /** Called before the start: lets events in that wait before the ring. */
    void letsInBy(Runnable by) {
        letsIn = by;
    }

    /** Called before the start. */
    void ticksBy(Housekeeping by) {
        housekeeping = host.anyLive() ? by : null;
    }

    // ---- the stages' threads

    /** A stage has failed, or something that belongs to it: none goes on. The first failure is the one reported. */
    void failed(String stage, Throwable cause) {
        boolean isFirst = failure.compareAndSet(null, new Failure(stage, cause));
        ring.close();
        if (isFirst) {
            host.logHalt(stages.size() == 1 ? null : stage, cause);
        }
    }

    /** The caller of the start is told why, so it is not logged. */
    void cannotStart(Throwable why) {
        failure.compareAndSet(null, new Failure("start", why));
        ring.close();
    }

    /** Whether no stage is to begin another entry. */
    boolean isOver() {
        return failure.get() != null;
    }

    /** The request that waits for the stages, or null. */
    StatsRequest request() {
        return request.get();
    }

    /**
     * Called when the stage has read everything and firings are left: lets them go on. False if there is no room, or
     * that is up to the thread that publishes.
     */
    boolean goOn(byte[] scratch) {
        if (exclusive == null) {
            EntryEncoder.plain(scratch, 0, EntryKind.CONTINUE, 0, 0);
            long at = ring.tryPublish(scratch, 0, Entry.FIXED_LENGTH);
            wentOn(at);
            return at >= 0;
        }
        exclusive.wantContinue();
        return false;
    }

    /** Left-over firings go on at a place: a thread that waits for them waits until all stages are done with it. */
    void wentOn(long sequence) {
        if (sequence >= 0) {
            wentOnAt.accumulateAndGet(sequence, Math::max);
        }
    }

    /** Called by each stage when it has made room, or has nothing to do. */
    void letIn() {
        letsIn.run();
    }

    /** Called by one stage, when its ring is empty. */
    void stopIfWanted() {
        if (stopWanted && !ring.isClosed()) {
            stopper.run();
        }
    }

    /** Called by a stage that has nothing to do. */
    void tickAt(int stage, Core core) {
        if (housekeeping != null) {
            housekeeping.tickAt(stage, core.nextTickNs(stage));
        }
    }

    long flushWantedTo() {
        return flushWantedTo.get();
    }

    // ---- for other threads

    /** All counters at one point of the order. A receiver may ask if there is one stage, which is its own. */
    EngineStats stats() {
        return stats(Long.MAX_VALUE >> 1);
    }

    /**
     * All counters; null if the stages have not answered in that time. The request stays, and is taken back by the next
     * caller, so that however many ask while a stage stands still, one copy is made.
     */
    EngineStats stats(long mostNs) {
        if (isRunner()) {
            return asOfEntryInHand(new StatsRequest(host));
        }
        if (host.sinks().isRunner()) {
            throw new IllegalStateException("engine " + host.name() + ": stats() was called on the "
                    + "thread of a blocking sink. A stage may be waiting for that sink, so the call could "
                    + "deadlock; call it from another thread");
        }
        long untilNs = HostClock.nanoTime() + mostNs;
        Idle wait = new Idle(Idle.BRIEF);
        StatsRequest mine = ask();
        while (!isAnswered(mine)) {
            if (HostClock.nanoTime() - untilNs > 0) {
                wait.restore();
                return null;
            }
            wait.idle();
            mine = mine == null ? ask() : mine;
        }
        wait.restore();
        return mine.stats();
    }

    /**
     * The newest copy that any caller of this got, one of now if the stages answer in time; before the first an empty
     * one.
     */
    EngineStats newest(long mostNs) {
        EngineStats now = stats(mostNs);
        if (now != null) {
            known.accumulateAndGet(now, (a, b) -> a == null || a.sequence() <= b.sequence() ? b : a);
            return now;
        }
        EngineStats before = known.get();
        return before == null ? new EngineStats.Copy(host).stats() : before;
    }

    /**
     * As {@link #stats}, for callers that must not wait for a stage; null if another has asked. To be checked with
     * {@link #isAnswered}.
     */
    StatsRequest ask() {
        StatsRequest before = request.get();
        if (before != null && !isAnswered(before)) { // who asked for that one may have given up
            return null; // before one is made, since it may be asked for long
        }
        StatsRequest mine = new StatsRequest(host);
        return tryAsk(mine) ? mine : null;
    }

    private boolean tryAsk(StatsRequest mine) {
        if (!StatsPoint.show(request, mine)) {
            return false;
        }
        if (stages.size() == 1) {
            mine.point().anywhere();
        } else {
            mine.point().at(ring.cursor());
        }
        ring.sleep().wake();
        return true;
    }

    /** Whether all stages have given their parts; then the next caller may ask. */
    boolean isAnswered(StatsRequest r) {
        if (r == null) {
            return false;
        }
        takeFromEnded(r);
        boolean done = r.isDone();
        if (done) {
            request.compareAndSet(r, null);
        }
        return done;
    }

    private EngineStats asOfEntryInHand(StatsRequest mine) {
        if (stages.size() > 1) {
            throw new IllegalStateException("engine " + host.name() + ": stats() was called from inside a "
                    + "receiver. The other " + (stages.size() - 1) + " stages would wait for the stage of "
                    + "that receiver, so the call would deadlock; call it from another thread");
        }
        mine.take(0, stages.get(0).inHand());
        return mine.stats();
    }

    private void takeFromEnded(StatsRequest r) {
        for (int i = 0; i < stages.size(); i++) {
            if (stages.get(i).isEnded()) {
                r.take(i, ring.consumed(i));
            }
        }
    }

    /** Wants the inline sinks flushed as soon as an entry has been evaluated. */
    void wantFlush(long upTo) {
        flushWantedTo.accumulateAndGet(upTo, Math::max);
        ring.sleep().wake();
    }

    long flushedTo() {
        long least = Long.MAX_VALUE;
        for (StageLoop s : stages) {
            least = Math.min(least, s.flushedTo());
        }
        return least;
    }

    /** The last entry with which all stages are done. */
    long done() {
        return ring.consumed();
    }

    /** The last entry that all stages have evaluated, when they have ended. */
    long evaluated() {
        long least = Long.MAX_VALUE;
        for (StageLoop s : stages) {
            least = Math.min(least, s.evaluated());
        }
        return least;
    }

    /**
     * Whether firings are left that go on by themselves. A stage reports that some are before it reports that it is
     * done with the entry, and the place by which they go on is known before any stage is done with that.
     */
    boolean isSettling() {
        long done = done();
        for (StageLoop s : stages) {
            if (s.isSettling()) {
                return true;
            }
        }
        return wentOnAt.get() > done;
    }

    boolean isRunning() {
        return !ring.isClosed() && !isEnded();
    }

    /** Whether all stages have ended. */
    boolean isEnded() {
        for (int i = 0; i < stages.size(); i++) {
            if (!stages.get(i).isEnded()) {
                return false;
            }
        }
        return true;
    }

    /** Whether the caller is the thread of a stage, which cannot wait for itself nor for one that waits for it. */
    @Override
    public boolean isRunner() {
        for (int i = 0; i < stages.size(); i++) {
            if (stages.get(i).isRunner()) {
                return true;
            }
        }
        return false;
    }

    /** What halted it, or null. */
    Throwable failure() {
        Failure f = failure.get();
        return f == null ? null : f.cause();
    }

    /** What halted it, and where, in words; null if nothing has. */
    String why() {
        Failure f = failure.get();
        return f == null ? null : stages.size() == 1 ? f.cause().toString() : "stage " + f.stage() + ": " + f.cause();
    }

    /**
     * A thread that cannot wait wants the loop to end: the exclusive publisher is to let go, and the loop to end
     * itself.
     */
    void wantStop() {
        stopWanted = true;
        ring.sleep().wake();
    }

    boolean isStopWanted() {
        return stopWanted;
    }

    /** Nothing more is accepted; what has been is processed, then the stages end. */
    void stop() {
        ring.close();
    }

    /** Called with each event: no stage halts or ends without closing the ring, so that is all that is checked. */
    @Override
    public void requireRunning() {
        if (ring.isClosed()) {
            throw stopped();
        }
    }

    /** What halted it is known before the ring is closed. */
    private EngineStoppedException stopped() {
        return failure() == null
                ? new EngineStoppedException("engine " + host.name() + " is closed", null)
                : new EngineStoppedException("engine " + host.name() + " has halted: " + why(), failure());
    }
}
