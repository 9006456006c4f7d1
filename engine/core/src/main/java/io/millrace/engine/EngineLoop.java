package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.runtime.Core;
import io.millrace.runtime.EntryEncoder;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * What the engine's thread does: takes what the ring has, evaluates it, frees it. It alone touches the core and the outputs.
 *
 * <p>Entries are freed after each batch. An interrupt is not a command here and is taken back. A throwable that comes out of
 * the core halts the engine: its state can no longer be trusted.
 */
final class EngineLoop implements Runnable, RingReader {
    /** Entries between two looks at requests and at the freeing of slots. */
    private static final int BATCH_MAX = 256;

    private final Host host;
    private final Core core;
    private final InputRing ring;
    private final Sinks sinks;

    /** Null where several threads publish. */
    private final Exclusivity exclusive;

    private final Idle idle;
    private final boolean anyLive;
    private final byte[] own = new byte[Entry.MAX_HEADER_LENGTH];
    private final AtomicReference<StatsRequest> request = new AtomicReference<>();

    private final int[] ahead = new int[Core.LOOK_AHEAD_MAX];

    private volatile Thread runner;
    private volatile boolean ended;
    private volatile boolean settling;
    private volatile Throwable failure;
    private volatile boolean stopWanted;
    private final OpenInputs openInputs;
    private long inHand = -1;
    private boolean flushed = true;

    /** The last entry behind which the inline sinks have been flushed, and the last behind which somebody wants that. */
    private volatile long flushedTo = -1;

    private final AtomicLong flushWantedTo = new AtomicLong(-1);

    /** Told when a tick would make something due; null where no input follows the clock. */
    private Housekeeping housekeeping;

    private Runnable stopper = this::stop;

    /** A caller that waits for statistics. */
    private static final class StatsRequest {
        private final EngineStats.Copy copy;
        private final Thread caller = Thread.currentThread();
        private volatile boolean done;

        StatsRequest(Host host) {
            copy = new EngineStats.Copy(host);
        }
    }

    EngineLoop(Host host, InputRing ring, Waiting waiting, Exclusivity exclusive) {
        this.host = host;
        this.core = host.core();
        this.ring = ring;
        this.sinks = host.sinks();
        this.exclusive = exclusive;
        this.idle = new Idle(waiting, ring.sleep());
        this.anyLive = host.anyLive();
        this.openInputs = new OpenInputs(host);
    }

    /** Before the start: stops an exclusive engine when nobody else will. */
    void stopsBy(Runnable by) {
        stopper = by;
    }

    /** Before the start. */
    void ticksBy(Housekeeping by) {
        housekeeping = anyLive ? by : null;
    }

    @Override
    public void run() {
        runner = Thread.currentThread();
        try {
            loop();
        } catch (Throwable t) {
            failure = t;
        } finally {
            ring.close();
            settling = false;
            sinks.finish();
            ended = true;
            serveRequest();
        }
    }

    private void loop() throws Exception {
        long next = 0;
        while (true) {
            long last = ring.published(next, BATCH_MAX);
            if (last >= next) {
                boolean onlyTick = last == next && Entry.kind(ring.slots(), ring.offset(last)) == EntryKind.TICK;
                next = evaluate(next, last);
                sinks.requireSound();
                if (!onlyTick) {
                    idle.reset(); // a tick each period keeps nobody awake
                }
                flushed = false;
                if (flushWantedTo.get() > flushedTo && flushWantedTo.get() <= last) {
                    flush(last);
                }
            } else if (ring.isOver(next)) {
                core.refuseSetAside();
                return;
            } else {
                rest(next);
            }
            serveRequest();
        }
    }

    private long evaluate(long next, long last) {
        byte[] slots = ring.slots();
        long lookedAhead = last > next && core.looksAhead() ? next : Long.MAX_VALUE;
        for (; next <= last; next++) {
            if (next == lookedAhead) {
                lookedAhead += lookAhead(next, last);
            }
            int offset = ring.offset(next);
            openInputs.see(slots, offset);
            inHand = next;
            core.process(next, slots, offset);
        }
        settling = mayContinue();
        ring.consumed(last);
        return next;
    }

    /** Reads ahead what the next entries will ask for; answers how many that were. */
    private int lookAhead(long next, long last) {
        int n = (int) Math.min(ahead.length, last - next + 1);
        for (int i = 0; i < n; i++) {
            ahead[i] = ring.offset(next + i);
        }
        core.lookAhead(ring.slots(), ahead, n);
        return n;
    }

    /** Left-over firings go on by themselves when time is live or all input has ended; files wait for their next row. */
    private boolean mayContinue() {
        return core.isBehind() && (anyLive || openInputs.isNone());
    }

    private void rest(long next) throws Exception {
        if (settling && !ring.isClosed()) {
            if (exclusive == null) {
                EntryEncoder.plain(own, 0, EntryKind.CONTINUE, 0, 0);
                ring.tryPublish(own, 0, Entry.FIXED_LENGTH);
                return;
            }
            exclusive.wantContinue();
        }
        if (stopWanted && !ring.isClosed()) {
            stopper.run();
        }
        if (!flushed) {
            flush(next - 1);
            if (housekeeping != null) {
                housekeeping.tickAt(core.nextTickNs());
            }
        } else {
            sinks.requireSound();
        }
        if (Thread.interrupted()) {
            return; // would make parking return at once, for ever
        }
        idle.idle();
    }

    private void flush(long last) throws SinkFault {
        flushed = true;
        sinks.flush();
        flushedTo = last;
    }

    /** In one step, so that it is either this thread or the caller that takes the copy, and nobody else's request is lost. */
    private void serveRequest() {
        StatsRequest r = request.get() == null ? null : request.getAndSet(null);
        if (r != null) {
            r.copy.take(ring.consumed());
            r.done = true;
            LockSupport.unpark(r.caller);
        }
    }

    // ---- for other threads

    EngineStats stats() {
        StatsRequest mine = new StatsRequest(host);
        if (isRunner()) {
            mine.copy.take(inHand); // a receiver asks: as of the entry in hand
            return mine.copy.stats();
        }
        Idle wait = new Idle(Idle.BRIEF);
        while (!request.compareAndSet(null, mine)) {
            wait.idle();
        }
        ring.sleep().wake();
        while (!mine.done) {
            if (ended && request.compareAndSet(mine, null)) {
                mine.copy.take(ring.consumed());
                break;
            }
            wait.idle();
        }
        wait.restore();
        return mine.copy.stats();
    }

    /** Wants the inline sinks flushed as soon as an entry has been evaluated. */
    void wantFlush(long upTo) {
        flushWantedTo.accumulateAndGet(upTo, Math::max);
        ring.sleep().wake();
    }

    long flushedTo() {
        return flushedTo;
    }

    long done() {
        return ring.consumed();
    }

    boolean isSettling() {
        return settling;
    }

    boolean isRunning() {
        return !ended && !ring.isClosed();
    }

    boolean isEnded() {
        return ended;
    }

    /** Whether the caller is the engine's own thread, which cannot wait for itself. */
    @Override
    public boolean isRunner() {
        return Thread.currentThread() == runner;
    }

    Throwable failure() {
        return failure;
    }

    /** Somebody who cannot wait wants the loop to end: whoever publishes exclusively is to let go, and the loop to end itself. */
    void wantStop() {
        stopWanted = true;
        ring.sleep().wake();
    }

    boolean isStopWanted() {
        return stopWanted;
    }

    /** Nothing more is accepted; what has been is processed, then the loop ends. */
    void stop() {
        ring.close();
    }

    @Override
    public void requireRunning() {
        if (failure != null) {
            throw new EngineStoppedException("engine " + host.name() + " has halted: " + failure, failure);
        }
        if (ended || ring.isClosed()) {
            throw new EngineStoppedException("engine " + host.name() + " is closed", null);
        }
    }
}
