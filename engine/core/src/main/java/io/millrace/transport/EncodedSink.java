package io.millrace.transport;

import io.millrace.event.Meta;

/**
 * A sink that sends events on as bytes: it is handed those that the engine has, and no view is made for it.
 *
 * @param <V> the event
 */
public interface EncodedSink<V> extends EventSink<V> {
    /**
     * Takes an event, as {@link EventSink#on} does.
     *
     * @param bytes  where it stands; not to be changed, and valid during the call
     * @param offset index of its first byte
     * @param length its length
     * @param meta   its place in the order, time and so on; valid during the call
     * @throws Exception as {@link EventSink#on}
     */
    void on(byte[] bytes, int offset, int length, Meta meta) throws Exception;

    /** Is not called: hosts hand over bytes. */
    @Override
    default void on(V event, Meta meta) {
        throw new UnsupportedOperationException(getClass().getName() + " takes the bytes of events");
    }
}
