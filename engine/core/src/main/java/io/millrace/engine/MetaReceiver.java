package io.millrace.engine;

import io.millrace.event.Meta;

/**
 * Receives the events of an output together with their metadata.
 *
 * @param <V> the type as which it sees an event
 */
@FunctionalInterface
public interface MetaReceiver<V> {
    /**
     * Receives an event.
     *
     * @param event the event; a view is valid during the call only
     * @param meta its place in the order, time, correlation id and so on; valid during the call only
     * @throws Exception makes the causing entry a dead letter of this output; the engine goes on
     */
    void on(V event, Meta meta) throws Exception;
}
