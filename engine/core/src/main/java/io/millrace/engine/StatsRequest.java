package io.millrace.engine;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * A caller that waits for statistics, all at one point of the input order. Each stage gives its part on its own thread, between
 * two entries: a single stage at the next occasion, several stages all behind the same entry ({@link StatsPoint}).
 */
final class StatsRequest {
    private final EngineStats.Copy copy;
    private final Thread caller = Thread.currentThread();
    private final StatsPoint point = new StatsPoint();

    /** 1 for each stage whose part is there, or is being taken by one that found it ended. */
    private final AtomicIntegerArray taken;

    private final AtomicInteger missing;

    StatsRequest(Host host) {
        copy = new EngineStats.Copy(host);
        int stages = host.core().stageCount();
        missing = new AtomicInteger(stages);
        taken = new AtomicIntegerArray(stages);
    }

    StatsPoint point() {
        return point;
    }

    boolean isDone() {
        return missing.get() == 0;
    }

    EngineStats stats() {
        return copy.stats();
    }

    /** Copies the part of a stage: on its thread, or on any when that has ended. */
    void take(int stage, long done) {
        if (taken.compareAndSet(stage, 0, 1)) {
            copy.take(stage, done);
            missing.decrementAndGet();
            LockSupport.unpark(caller);
        }
    }
}
