package io.millrace.operators.process;

/**
 * What a process does with an event of one of its inputs.
 *
 * @param <T> the event
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
