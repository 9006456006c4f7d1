package io.millrace.bench.peers;

import io.millrace.bench.workloads.Answer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The way to the source of a system that makes its source itself, on a thread of its own: work goes there, and is waited for.
 * What is serialized on its way to that thread cannot carry an object of ours, so there is one, for the one system of a JVM.
 */
final class Feed {
    /** The only one. */
    static final Feed FEED = new Feed();

    /** Written by the thread of the sink; read when the system has settled. */
    final Answer answer = new Answer();

    private final AtomicReference<FutureTask<?>> order = new AtomicReference<>();
    private final CountDownLatch source = new CountDownLatch(1);
    private volatile CompletableFuture<Void> available = new CompletableFuture<>();

    private Feed() {}

    /** Does work on the source's thread. */
    <T> T call(Supplier<T> work) {
        FutureTask<T> task = new FutureTask<>(work::get);
        order.set(task);
        available.complete(null);
        try {
            return task.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the source has failed", e);
        }
    }

    /** On the source's thread: does what there is to do. */
    boolean serve() {
        FutureTask<?> task = order.getAndSet(null);
        if (task == null) {
            return false;
        }
        available = new CompletableFuture<>();
        task.run();
        return true;
    }

    /** Completed when there is something to do. */
    CompletableFuture<Void> available() {
        return available;
    }

    /** The source runs. */
    void started() {
        source.countDown();
    }

    void awaitStart() {
        try {
            source.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted before the source ran", e);
        }
    }

    /** The system has ended by itself: nobody waits for ever. */
    static void fail(Throwable why) {
        why.printStackTrace();
        Runtime.getRuntime().halt(1);
    }
}
