package io.millrace.event;

/**
 * Reads a long from an event. If it throws, the event becomes a dead letter and the engine goes on.
 *
 * @param <T> the type of the event
 */
@FunctionalInterface
public interface LongField<T> {
    /**
     * Reads the field.
     *
     * @param event the event, valid during the call
     * @return its value
     * @throws Exception whatever user code throws
     */
    long of(T event) throws Exception;
}
