package io.millrace.engine;

import io.millrace.metric.Digest;
import java.util.function.BooleanSupplier;

/** How one who is no thread of the engine waits for it: until entries have been processed, and receivers have taken what came of it. Any thread. */
final class EngineWaits {
    private final Host host;
    private final InputRing ring;
    private final EngineLoop loop;
    private final Ingress ingress;

    EngineWaits(Host host, InputRing ring, EngineLoop loop, Ingress ingress) {
        this.host = host;
        this.ring = ring;
        this.loop = loop;
        this.ingress = ingress;
    }

    /** Answers how many entries are left, at least 1 when only a sink was not ready; 0 when none. */
    long drain(long until, boolean toSinks) {
        boolean own = ingress.isOwner();
        Idle idle = new Idle(Idle.BRIEF);
        ingress.requireNoCodec("drains the engine");
        ingress.publishOwn();
        try {
            long left = awaitLetIn(until, idle);
            left = left == 0 ? awaitProcessed(ring.cursor(), until, idle) : left;
            return left == 0 && toSinks ? awaitFlushed(loop.done(), until, idle) : left;
        } finally {
            idle.restore();
            ingress.settled(own);
        }
    }

    /** What waits in front of the ring was published too. */
    private long awaitLetIn(long until, Idle idle) {
        Backlogs backlogs = ingress.backlogs();
        if (!backlogs.isBehind()) {
            return 0;
        }
        long[] waiting = backlogs.tails();
        while (goesOn() && !backlogs.areGone(waiting)) {
            if (HostClock.nanoTime() - until >= 0) {
                return Math.max(1, backlogs.waiting() + ring.cursor() - loop.done());
            }
            ingress.settles();
            idle.idle();
        }
        idle.reset();
        return 0;
    }

    private long awaitProcessed(long target, long until, Idle idle) {
        ring.sleep().wake(); // ticks wake nobody
        while (goesOn() && (loop.done() < target || loop.isSettling() && ingress.settles())) {
            if (HostClock.nanoTime() - until >= 0) {
                return Math.max(1, target - loop.done());
            }
            idle.idle();
        }
        return 0;
    }

    /** What a journal holds back is let out as it becomes durable: receivers may still publish then. */
    void letOut(long until) {
        long target = loop.done();
        loop.wantFlush(target);
        Idle idle = new Idle(Idle.BRIEF);
        try {
            await(() -> loop.flushedTo() >= target, until, idle);
        } finally {
            idle.restore();
        }
    }

    /** Inline sinks first: a failure there is known before the answer is. */
    private long awaitFlushed(long target, long until, Idle idle) {
        loop.wantFlush(target);
        idle.reset();
        if (!await(() -> loop.flushedTo() >= target, until, idle)) {
            return 1;
        }
        long[] handed = host.sinks().wantFlush(); // what a journal held back has been handed over by now
        boolean flushed = await(() -> host.sinks().isFlushed(handed), until, idle);
        SinkFault lost = host.sinks().afterItsStage(); // such a one has stopped, and counts as flushed
        if (lost != null) {
            throw new EngineStoppedException("engine " + host.name() + " is closing: " + lost, lost);
        }
        return flushed ? 0 : 1;
    }

    /** Answers false when time ran out. */
    boolean await(BooleanSupplier done, long until, Idle idle) {
        while (goesOn() && !done.getAsBoolean()) {
            if (HostClock.nanoTime() - until >= 0) {
                return false;
            }
            idle.idle();
        }
        return true;
    }

    /** Whether there is anything to wait for; when it has been closed, all that was accepted has been processed. */
    private boolean goesOn() {
        boolean ended = loop.isEnded(); // first: what halted it is known before it has ended
        requireSound();
        return !ended;
    }

    void requireSound() {
        Throwable why = loop.failure() != null ? loop.failure() : host.sinks().halting();
        if (why != null) {
            String what = loop.failure() != null ? loop.why() : why.toString();
            throw new EngineStoppedException("engine " + host.name() + " has halted: " + what, why);
        }
    }

    /** What a snapshot waits for. */
    Snapshotter.Live forSnapshots(BooleanSupplier isOpen) {
        return new Snapshotter.Live() {
            @Override
            public boolean goesOn() {
                return isOpen.getAsBoolean() && loop.isRunning();
            }

            @Override
            public boolean awaitLetOut(long sequence, long untilNs) {
                Idle idle = new Idle(Idle.BRIEF);
                try {
                    boolean all =
                            awaitProcessed(sequence, untilNs, idle) == 0 && awaitFlushed(sequence, untilNs, idle) == 0;
                    requireSound(); // a sink that has stopped is not waited for
                    return all;
                } finally {
                    idle.restore();
                }
            }

            @Override
            public Digest digest() {
                return loop.stats().digest();
            }
        };
    }
}
