package io.millrace.engine;

import io.millrace.event.Meta;

/**
 * Takes the events of an output with what travels beside them.
 *
 * @param <V> what it sees of an event
 */
@FunctionalInterface
public interface MetaReceiver<V> {
    /**
     * Takes one. A view and the meta data are valid during the call only.
     *
     * @param event the event
     * @param meta  its place in the order, time, correlation id and so on
     * @throws Exception makes the causing entry a dead letter of this output; the engine goes on
     */
    void on(V event, Meta meta) throws Exception;
}
