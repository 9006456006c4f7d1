package io.millrace.engine;

/**
 * Takes the events of an output.
 *
 * @param <V> what it sees of an event
 */
@FunctionalInterface
public interface Receiver<V> {
    /**
     * Takes one. A view is valid during the call only; a record may be kept.
     *
     * @param event the event
     * @throws Exception makes the causing entry a dead letter of this output; the engine goes on
     */
    void on(V event) throws Exception;
}
