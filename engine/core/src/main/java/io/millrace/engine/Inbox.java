package io.millrace.engine;

import io.millrace.event.Header;

/**
 * Hands events to an inline engine from threads that do not own it. They are processed by the owner, in their order, before what
 * it publishes next or at its next {@link Inline#doWork}. For one thread at a time; get one for each. The event is copied before
 * the call returns.
 *
 * @param <V> the event
 */
public interface Inbox<V> {
    /**
     * Hands an event over. While the inbox is full it waits, or does as the input declares ({@link Setup#overflow}).
     *
     * @param event the event
     * @return false when the input's policy dropped it
     * @throws io.millrace.event.RefusedException when it does not fit its layout, or there is no room and the input says refuse
     * @throws EngineStoppedException             when the engine has been closed or has halted
     */
    default boolean put(V event) {
        return put(event, null);
    }

    /**
     * Hands an event over with a header.
     *
     * @param event  the event
     * @param header intended time, correlation id and so on; copied; may be null
     * @return false when the input's policy dropped it
     * @throws io.millrace.event.RefusedException when it does not fit its layout, or there is no room and the input says refuse
     * @throws EngineStoppedException             when the engine has been closed or has halted
     */
    boolean put(V event, Header header);

    /**
     * Hands an event over unless the inbox is full.
     *
     * @param event  the event
     * @param header intended time, correlation id and so on; copied; may be null
     * @return false when it is full; then nothing was handed over
     * @throws io.millrace.event.RefusedException when it does not fit its layout
     * @throws EngineStoppedException             when the engine has been closed or has halted
     */
    boolean offer(V event, Header header);

    /** Says that this input will bring nothing more, from whatever side. */
    void end();
}
