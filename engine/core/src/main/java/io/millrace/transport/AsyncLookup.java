package io.millrace.transport;

import java.io.IOException;
import java.util.concurrent.CompletionStage;

/**
 * Answers what a topology asks through a {@link io.millrace.event.LookupPort}: the client of a service, a database, a model
 * elsewhere. Bound to the port when a host is made. A replay asks nothing: replies come from the log; and a host that starts again on a
 * journal asks what has no reply there.
 *
 * @param <Q> the request
 * @param <R> the answer
 */
@FunctionalInterface
public interface AsyncLookup<Q, R> extends AutoCloseable {
    /**
     * Begins to look up, and does not wait. Called by one thread of the host's, and by another for further attempts; never by
     * the engine's own.
     *
     * @param request what is asked; a value or a copy of its own, valid for as long as it is needed
     * @return completes with the answer, on any thread; that waits while there is no room for the reply, unless it is one for which the
     *     host may wait, such as a receiver's. A failure, or null, is a failed attempt. It is cancelled when its time is over
     * @throws Exception a failed attempt
     */
    CompletionStage<? extends R> ask(Q request) throws Exception;

    /**
     * Asks by the id of the request, for what must not do the same twice: all attempts have it, and the one after a crash that a host
     * with a journal makes when it knows of no reply.
     *
     * @param request  what is asked
     * @param sequence the place of the entry that caused the request
     * @param ordinal  its number among those that this entry caused
     * @return as {@link #ask(Object)}, which this calls
     * @throws Exception a failed attempt
     */
    default CompletionStage<? extends R> ask(Q request, long sequence, int ordinal) throws Exception {
        return ask(request);
    }

    /**
     * Asks by the id of the request, and with what the event brought along that it is made of. This is what a host calls.
     *
     * @param request what is asked
     * @param by      its id, correlation id and trace; the same for all attempts
     * @return as {@link #ask(Object)}
     * @throws Exception a failed attempt
     */
    default CompletionStage<? extends R> ask(Q request, AskedBy by) throws Exception {
        return ask(request, by.sequence(), by.ordinal());
    }

    /**
     * Releases what it holds. Called once, by the host.
     *
     * @throws IOException costs nothing else: it is counted ({@code faults} of the port's output of requests), and health tells it,
     *     naming that output
     */
    @Override
    default void close() throws IOException {}

    /**
     * A look-up that waits for its answer.
     *
     * @param <Q> the request
     * @param <R> the answer
     */
    @FunctionalInterface
    interface Blocking<Q, R> {
        /**
         * Looks up.
         *
         * @param request what is asked
         * @return the answer; null is a failed attempt
         * @throws Exception a failed attempt; an interrupt says that its time is over
         */
        R ask(Q request) throws Exception;
    }

    /**
     * Look-ups that wait, on threads of their own.
     *
     * @param threads how many at a time, 1 to 1,024; further ones wait for one of them, until their time is over
     * @param lookup  called on these threads; interrupted when its time is over. One that goes on all the same keeps its thread
     * @param <Q>     the request
     * @param <R>     the answer
     * @return ends its threads when it is closed
     */
    static <Q, R> AsyncLookup<Q, R> onThreads(int threads, Blocking<? super Q, ? extends R> lookup) {
        return new LookupThreads<>(threads, lookup);
    }
}
