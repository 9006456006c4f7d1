package io.millrace.transport;

import java.io.IOException;
import java.util.concurrent.CompletionStage;

/**
 * Answers the requests that a topology sends through a {@link io.millrace.event.LookupPort}: the client of a service,
 * of a database, or of a model that runs elsewhere. It is bound to the port with {@code Setup.lookup}.
 *
 * <p>A replay sends no requests: the replies come from the log. A host that starts again on a journal sends the
 * requests that have no reply there.
 *
 * @param <Q> the type of the requests
 * @param <R> the type of the answers
 */
@FunctionalInterface
public interface AsyncLookup<Q, R> extends AutoCloseable {
    /**
     * Begins a look-up, without waiting for its answer. Called by one thread of the host, and by another one for
     * further attempts, but never by the engine's own.
     *
     * <p>The stage may be completed on any thread. That thread waits while there is no room for the reply, unless it is
     * one for which the host may be waiting, such as that of a receiver. A failure, or null, is a failed attempt. The
     * stage is cancelled when its time is over.
     *
     * @param request the request; a value or a copy of its own, valid for as long as it is needed
     * @return completes with the answer
     * @throws Exception counts as a failed attempt
     */
    CompletionStage<? extends R> ask(Q request) throws Exception;

    /**
     * Begins a look-up with the id of the request, for services that must not do the same thing twice. All attempts
     * have the same id, and so has the one after a crash, which a host with a journal makes if it knows of no reply.
     *
     * @param request the request
     * @param sequence the place of the entry that caused the request
     * @param ordinal its number among the requests that this entry caused
     * @return as {@link #ask(Object)}, which this calls by default
     * @throws Exception counts as a failed attempt
     */
    default CompletionStage<? extends R> ask(Q request, long sequence, int ordinal) throws Exception {
        return ask(request);
    }

    /**
     * Begins a look-up with the id of the request and what it inherits from the event that caused it. Hosts call this
     * method.
     *
     * @param request the request
     * @param by its id, correlation id and trace; the same for all attempts
     * @return as {@link #ask(Object)}
     * @throws Exception counts as a failed attempt
     */
    default CompletionStage<? extends R> ask(Q request, AskedBy by) throws Exception {
        return ask(request, by.sequence(), by.ordinal());
    }

    /**
     * Releases its resources. Called once, by the host.
     *
     * @throws IOException has no other consequence: it is counted ({@code faults} of the port's output of requests),
     *     and health reports it with the name of that output
     */
    @Override
    default void close() throws IOException {}

    /**
     * A look-up that waits for its answer.
     *
     * @param <Q> the type of the requests
     * @param <R> the type of the answers
     */
    @FunctionalInterface
    interface Blocking<Q, R> {
        /**
         * Looks up an answer.
         *
         * @param request the request
         * @return the answer; null is a failed attempt
         * @throws Exception counts as a failed attempt; an interrupt means that its time is over
         */
        R ask(Q request) throws Exception;
    }

    /**
     * Runs look-ups that wait, on threads of their own.
     *
     * @param threads how many run at a time, 1 to 1,024; further ones wait for a thread until their time is over
     * @param lookup called on these threads, and interrupted when its time is over; if it goes on all the same, it
     *     keeps its thread
     * @param <Q> the type of the requests
     * @param <R> the type of the answers
     * @return a look-up that ends its threads when it is closed
     * @throws IllegalArgumentException if the number of threads is out of range
     */
    static <Q, R> AsyncLookup<Q, R> onThreads(int threads, Blocking<? super Q, ? extends R> lookup) {
        return new LookupThreads<>(threads, lookup);
    }
}
