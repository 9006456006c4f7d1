package io.millrace.engine;

import io.millrace.event.Header;

/**
 * Publishes events of one input. For one thread at a time; get one for each thread. The event is copied before the call
 * returns.
 *
 * @param <V> the event
 */
public interface Publisher<V> {
    /**
     * Publishes an event; waits while the ring is full.
     *
     * @param event the event
     * @return its place in the input order
     * @throws io.millrace.event.RefusedException when the event does not fit its layout, naming field and value; nothing was
     *     published
     * @throws EngineStoppedException             when the engine has been closed or has halted
     */
    default long publish(V event) {
        return publish(event, null);
    }

    /**
     * Publishes an event with a header.
     *
     * @param event  the event
     * @param header intended time, correlation id and so on; copied; may be null
     * @return its place in the input order
     * @throws io.millrace.event.RefusedException when the event does not fit its layout
     * @throws EngineStoppedException             when the engine has been closed or has halted
     */
    long publish(V event, Header header);

    /**
     * Publishes an event unless the ring is full.
     *
     * @param event  the event
     * @param header intended time, correlation id and so on; copied; may be null
     * @return its place in the input order, or -1 when the ring is full; then nothing was published
     * @throws io.millrace.event.RefusedException when the event does not fit its layout
     * @throws EngineStoppedException             when the engine has been closed or has halted
     */
    long tryPublish(V event, Header header);

    /** Says that this input will bring nothing more: it no longer holds progress, and when all have ended everything fires. */
    void end();
}
