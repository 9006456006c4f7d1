package io.millrace.engine;

import io.millrace.event.Header;

/**
 * Hands events to an inline host from a thread that does not own it. The owner processes them, in their order, before
 * the event that it publishes next, or at its next {@link Inline#doWork}. Get one inbox for each thread
 * ({@link Inline#inbox}); it must not be called by two threads at a time. The event is copied before a call returns.
 *
 * @param <V> the type of the events
 */
public interface Inbox<V> {
    /**
     * Hands over an event. If the inbox is full, it waits, or does what the input declares ({@link Setup#overflow}).
     *
     * @param event the event
     * @return false if the input's policy dropped it
     * @throws io.millrace.event.RefusedException if it does not fit its layout, or there is no room and the input
     *     refuses such events
     * @throws EngineStoppedException if the host has been closed or has halted
     */
    default boolean put(V event) {
        return put(event, null);
    }

    /**
     * Hands over an event with a header. If the inbox is full, it waits, or does what the input declares
     * ({@link Setup#overflow}).
     *
     * @param event the event
     * @param header intended time, correlation id and so on; copied; may be null
     * @return false if the input's policy dropped it
     * @throws io.millrace.event.RefusedException if it does not fit its layout, or there is no room and the input
     *     refuses such events
     * @throws EngineStoppedException if the host has been closed or has halted
     */
    boolean put(V event, Header header);

    /**
     * Hands over an event with a header if the inbox has room, without waiting.
     *
     * @param event the event
     * @param header intended time, correlation id and so on; copied; may be null
     * @return false if the inbox is full; nothing was handed over then
     * @throws io.millrace.event.RefusedException if it does not fit its layout
     * @throws EngineStoppedException if the host has been closed or has halted
     */
    boolean offer(V event, Header header);

    /** Ends the input: no thread, nor the owner, brings more events of it. */
    void end();
}
