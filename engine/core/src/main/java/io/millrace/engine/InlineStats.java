package io.millrace.engine;

import java.util.concurrent.locks.LockSupport;

/**
 * The statistics of an inline host for the thread that writes them to a file: that one asks, and the owner's takes the copy, without
 * allocating, when it flushes its sinks.
 */
final class InlineStats extends SinkBeside {
    private static final long LOOK_NS = 1_000_000;

    private final Runnable atEnd;

    private final OwnersCopy<EngineStats.Copy> copies;

    InlineStats(Host host, Runnable atEnd) {
        copies = OwnersCopy.ofStats(host);
        this.atEnd = atEnd;
    }

    // ---- the owner's thread

    @Override
    public void flush() {
        copies.give();
    }

    @Override
    public void close() {
        flush();
        atEnd.run();
    }

    // ---- another

    /** Waits until the owner has been there; null when it has not come in time, because it does something else or nothing. */
    EngineStats ask(long mostNs) {
        EngineStats.Copy copy = copies.ask();
        long untilNs = HostClock.nanoTime() + mostNs;
        while (!copies.isTaken(copy)) {
            if (HostClock.nanoTime() - untilNs > 0) {
                return null; // it may come yet, and writes then what nobody reads
            }
            LockSupport.parkNanos(this, LOOK_NS);
        }
        return copy.stats();
    }
}
