package io.millrace.operators.process;

/**
 * A handler of the events of an input.
 *
 * @param <T> the type of the events
 */
@FunctionalInterface
public interface ProcessHandler<T> {
    /**
     * Does it.
     *
     * @param event the event, valid during the call
     * @throws Exception whatever user code throws; then nothing has changed and the event goes to the dead letters
     */
    void on(T event) throws Exception;
}
