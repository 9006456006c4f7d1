package io.millrace.engine;

import io.millrace.journal.JournalException;
import io.millrace.metric.Digest;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What makes snapshots beside an inline host. That has no thread that goes on by itself: how far outputs have been let out, and the digest,
 * are told by the owner when it flushes its sinks, of which this is one that gets no events. When the owner makes a snapshot itself, it works
 * meanwhile.
 *
 * <p><b>Writers:</b> {@code flushedTo} by the owner, {@code stopped} by who closes; both are volatile, and an older value only makes the
 * other side wait a little longer.
 */
final class InlineSnapshots extends SinkBeside implements Snapshotter.Live {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Host host;
    private final LongSupplier letOutTo;
    private final BooleanSupplier goesOn;
    private final OwnerThread owner;
    private final Runnable ownersWork;
    private final Snapshotter snapshotter;
    private final Thread thread;
    private volatile long flushedTo = -1;
    private final OwnersCopy<EngineStats.Copy> copies;
    private volatile boolean stopped;

    /** Before the start; the host's journal has been read. */
    InlineSnapshots(
            Host host,
            Recovered recovered,
            LongSupplier letOutTo,
            BooleanSupplier goesOn,
            OwnerThread owner,
            Runnable ownersWork,
            EngineThreads threads) {
        this.host = host;
        copies = OwnersCopy.ofStats(host);
        this.letOutTo = letOutTo;
        this.goesOn = goesOn;
        this.owner = owner;
        this.ownersWork = ownersWork;
        snapshotter = new Snapshotter(host, this);
        snapshotter.readAgain(recovered.bytes());
        thread = host.journal().parts().journaling().makesSnapshots()
                ? threads.makeUndisturbed(
                        ThreadPlacement.Role.SNAPSHOT, host.name(), "-snapshot", Waiting.ADAPTIVE, snapshotter)
                : null;
        host.sinks().beside(this);
    }

    void start() {
        if (thread != null) {
            thread.start();
        }
    }

    /** Before the last outputs are let out: one under way is given up. */
    void stop(long untilNs) {
        stopped = true;
        snapshotter.stop();
        boolean interrupted = snapshotter.awaitStopped(untilNs);
        if (thread != null) {
            interrupted |= Joining.join(thread, untilNs);
        }
        Undisturbed.restore(interrupted);
    }

    /** Tells why there is none. */
    void tell(Troubles to) {
        snapshotter.tell(to);
    }

    // ---- the owner

    /** Makes one now, of all that has come if the log takes it in time; another that is under way may have to wait for the owner first. */
    long make() {
        return Undisturbed.get(() -> {
            long last = host.core().entries() - 1;
            await(() -> host.journal().log().durable() >= last, HostClock.nanoTime() + PATIENCE.toNanos());
            return snapshotter.make(ownersWork);
        });
    }

    @Override
    public void flush() {
        flushedTo = Math.min(letOutTo.getAsLong(), host.core().entries() - 1);
        copies.give();
    }

    // ---- whoever makes one

    @Override
    public boolean goesOn() {
        return !stopped && goesOn.getAsBoolean();
    }

    @Override
    public boolean awaitLetOut(long sequence, long untilNs) {
        if (!await(() -> flushedTo >= sequence, untilNs)) {
            return false;
        }
        long[] handed = host.sinks().wantFlush();
        return await(() -> host.sinks().isFlushed(handed), untilNs);
    }

    @Override
    public Digest digest() {
        EngineStats.Copy copy = copies.ask();
        if (!await(() -> copies.isTaken(copy), HostClock.nanoTime() + PATIENCE.toNanos())) {
            snapshotter.requireGoesOn();
            throw new JournalException(
                    "the owner of inline engine " + host.name() + " has not called doWork for " + PATIENCE
                            + ", so it is not known which outputs were released; call doWork "
                            + "regularly, even when nothing is published");
        }
        return copy.stats().digest();
    }

    /** Answers false when time ran out, or nobody goes on. */
    private boolean await(BooleanSupplier done, long untilNs) {
        Idle idle = new Idle(Idle.BRIEF);
        try {
            while (!done.getAsBoolean()) {
                Throwable halts = host.sinks().halting();
                if (halts != null) {
                    throw new EngineStoppedException("engine " + host.name() + " has halted: " + halts, halts);
                }
                if (!goesOn() || HostClock.nanoTime() - untilNs >= 0) {
                    return false;
                }
                if (owner.isCurrent()) {
                    ownersWork.run();
                }
                idle.idle();
            }
            return true;
        } finally {
            idle.restore();
        }
    }
}
