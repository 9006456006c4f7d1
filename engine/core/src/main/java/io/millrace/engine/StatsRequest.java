package io.millrace.engine;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * A caller that waits for statistics, all at one point of the input order. Each stage gives its part on its own thread, between
 * two entries: a single stage at the next occasion, several stages all behind the same entry.
 *
 * <p><b>How they agree on it.</b> The caller first makes the request visible, then takes the last place that has been claimed for
 * the point. A stage first looks how far the ring is, then whether there is a request. If it saw none, what it goes on to
 * evaluate had been claimed before the request became visible, and is not past the point. If it saw one that has no point
 * yet, it evaluates nothing; else nothing past it. The request and its point are volatile; the ring's cursor is read by less than that, so
 * a full fence stands between the request and the cursor on the caller's side; on a stage's side the acquire of the cursor comes
 * before the look at the request. Were a stage past the point after all, it would give its part at once.
 */
final class StatsRequest {
    private static final long UNKNOWN = Long.MIN_VALUE;
    private static final long ANYWHERE = -2;

    private final EngineStats.Copy copy;
    private final Thread caller = Thread.currentThread();

    /** 1 for each stage whose part is there, or is being taken by one that found it ended. */
    private final AtomicIntegerArray taken;

    private final AtomicInteger missing;
    private volatile long point = UNKNOWN;

    StatsRequest(Host host) {
        copy = new EngineStats.Copy(host);
        int stages = host.core().stageCount();
        missing = new AtomicInteger(stages);
        taken = new AtomicIntegerArray(stages);
    }

    // ---- the caller

    /** Behind which entry; after the request has been made visible. */
    void at(long sequence) {
        point = sequence;
    }

    /** One stage has only to agree with itself. */
    void anywhere() {
        point = ANYWHERE;
    }

    boolean isDone() {
        return missing.get() == 0;
    }

    EngineStats stats() {
        return copy.stats();
    }

    // ---- a stage's thread

    /** The last entry that a stage may evaluate before it has given its part. */
    long most(long next) {
        long at = point;
        return at == ANYWHERE ? Long.MAX_VALUE : at == UNKNOWN ? next - 1 : at;
    }

    boolean isAt(long done) {
        long at = point;
        return at == ANYWHERE || at != UNKNOWN && done >= at;
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
