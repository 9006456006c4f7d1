package io.millrace.engine;

/**
 * Receives the events of an output.
 *
 * @param <V> the type as which it sees an event
 */
@FunctionalInterface
public interface Receiver<V> {
    /**
     * Receives an event.
     *
     * @param event the event; a view is valid during the call only, a record may be kept
     * @throws Exception makes the causing entry a dead letter of this output; the engine goes on
     */
    void on(V event) throws Exception;
}
