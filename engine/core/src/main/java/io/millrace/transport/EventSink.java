package io.millrace.transport;

import io.millrace.event.Meta;
import java.io.IOException;

/**
 * Takes the events of one output to the outside. Called by one thread.
 *
 * @param <V> the event
 */
public interface EventSink<V> extends AutoCloseable {
    /**
     * Takes an event.
     *
     * @param event a view is valid during the call only
     * @param meta  its place in the order, time and so on; valid during the call
     * @throws Exception makes the causing entry a dead letter of the output
     */
    void on(V event, Meta meta) throws Exception;

    /**
     * Makes sure that what was taken has left: called when the host has nothing else to do.
     *
     * @throws Exception halts the engine: what the sink has taken may be lost
     */
    default void flush() throws Exception {}

    /**
     * Flushes, and releases what it holds. Called once, by the host, also when the engine has halted.
     *
     * @throws IOException is the engine's failure, unless it has another one already
     */
    @Override
    void close() throws IOException;
}
