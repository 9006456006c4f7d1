package io.millrace.transport;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Calls look-ups that wait on a few threads. How many wait for a thread is bounded by whoever asks. */
final class LookupThreads<Q, R> implements AsyncLookup<Q, R> {
    private static final int THREADS_MAX = 1024;

    private final Blocking<? super Q, ? extends R> lookup;
    private final ExecutorService threads;

    LookupThreads(int threads, Blocking<? super Q, ? extends R> lookup) {
        if (threads < 1 || threads > THREADS_MAX) {
            throw new IllegalArgumentException("look up on " + threads + " threads; use 1 to " + THREADS_MAX);
        }
        this.lookup = Objects.requireNonNull(lookup, "lookup");
        this.threads = Executors.newFixedThreadPool(threads, work -> {
            Thread t = new Thread(work, "millrace-lookup");
            t.setDaemon(true);
            return t;
        });
    }

    /** A call that is interrupted when its answer is no longer wanted, so that its thread comes back. */
    private static final class Answer<R> extends CompletableFuture<R> {
        private volatile Future<?> work;

        @Override
        public boolean cancel(boolean mayInterrupt) {
            boolean cancelled = super.cancel(mayInterrupt);
            Future<?> doing = work;
            if (doing != null) {
                doing.cancel(true);
            }
            return cancelled;
        }
    }

    @Override
    public CompletionStage<R> ask(Q request) {
        Answer<R> answer = new Answer<>();
        answer.work = threads.submit(() -> {
            try {
                answer.complete(lookup.ask(request));
            } catch (Throwable t) {
                answer.completeExceptionally(t);
            }
        });
        return answer;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
