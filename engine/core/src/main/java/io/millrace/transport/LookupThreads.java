package io.millrace.transport;

import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Calls look-ups that wait on a few threads. How many wait for a thread is bounded by whoever asks: one that is given up waits no
 * longer, also where all threads stand still.
 */
final class LookupThreads<Q, R> implements AsyncLookup<Q, R> {
    private static final int THREADS_MAX = 1024;

    private final Blocking<? super Q, ? extends R> lookup;
    private final ThreadPoolExecutor threads;

    LookupThreads(int threads, Blocking<? super Q, ? extends R> lookup) {
        if (threads < 1 || threads > THREADS_MAX) {
            throw new IllegalArgumentException("look up on " + threads + " threads; use 1 to " + THREADS_MAX);
        }
        this.lookup = Objects.requireNonNull(lookup, "lookup");
        BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
        this.threads = new ThreadPoolExecutor(threads, threads, 0, TimeUnit.SECONDS, waiting, work -> {
            Thread t = new Thread(work, "millrace-lookup");
            t.setDaemon(true);
            return t;
        });
    }

    /** A call that is interrupted when its answer is no longer wanted, so that its thread comes back; or is not made at all. */
    private final class Answer extends CompletableFuture<R> {
        private final FutureTask<Void> work;

        Answer(Q request) {
            work = new FutureTask<>(() -> look(request), null);
        }

        private void look(Q request) {
            try {
                complete(lookup.ask(request));
            } catch (Throwable t) {
                completeExceptionally(t);
            }
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            boolean cancelled = super.cancel(mayInterrupt);
            work.cancel(true);
            threads.remove(work); // the oldest are given up first, so it stands near the front
            return cancelled;
        }
    }

    @Override
    public CompletionStage<R> ask(Q request) {
        Answer answer = new Answer(request);
        threads.execute(answer.work);
        return answer;
    }

    /** How many wait for a thread. */
    int waiting() {
        return threads.getQueue().size();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
