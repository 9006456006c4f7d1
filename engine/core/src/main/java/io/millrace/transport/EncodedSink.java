package io.millrace.transport;

import io.millrace.event.Meta;

/**
 * A sink that passes events on as bytes. It gets the bytes that the engine has, and no view is made for it.
 *
 * @param <V> the type of the events
 */
public interface EncodedSink<V> extends EventSink<V> {
    /**
     * Takes an event, as {@link EventSink#on} does.
     *
     * @param bytes contains the event; must not be changed, and is valid during the call only
     * @param offset index of the first byte
     * @param length number of bytes
     * @param meta its place in the order, time and so on; valid during the call only
     * @throws Exception as {@link EventSink#on}
     */
    void on(byte[] bytes, int offset, int length, Meta meta) throws Exception;

    /** Never called: hosts hand over bytes. */
    @Override
    default void on(V event, Meta meta) {
        throw new UnsupportedOperationException(getClass().getName() + " takes only encoded events, not objects");
    }
}
