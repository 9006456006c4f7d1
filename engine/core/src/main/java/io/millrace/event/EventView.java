package io.millrace.event;

/**
 * Turns stored bytes into what user code sees. A view belongs to one node and one thread.
 *
 * @param <V> the type as which user code sees an event: a flyweight moved over the bytes, or a value made from them
 */
public interface EventView<V> {
    /**
     * Moves the view over an event.
     *
     * @param bytes contains the event; must not be changed
     * @param offset index of its first byte
     * @param length its length in bytes, already checked by {@link EventType#check}
     * @return the event; for a flyweight the same object at each call
     */
    V wrap(byte[] bytes, int offset, int length);

    /**
     * Moves the view over an event, as {@link #wrap} does, for a caller that has one place for all events of this view:
     * the same bytes and offset at each call, filled again by a writer of the same type. A flyweight that reads its
     * fields from the bytes on demand is already there.
     *
     * @param bytes as in {@link #wrap}
     * @param offset as in {@link #wrap}
     * @param length as in {@link #wrap}
     * @return as {@link #wrap}
     */
    default V wrapAgain(byte[] bytes, int offset, int length) {
        return wrap(bytes, offset, length);
    }

    /**
     * Brings a flyweight back to the start of its event, for layouts that are read with a moving cursor (SBE groups and
     * var-data). Called before each user function when its type {@link EventType#hasCursor has a cursor}, perhaps before the
     * view has been moved over an event. Does nothing by default.
     */
    default void rewind() {}

    /**
     * Takes the bytes away, so that a flyweight that user code kept after the call fails or reads nothing, instead of
     * reading another event. The test driver calls it after each entry, and so do hosts if assertions are enabled. Does
     * nothing by default, which is right for values.
     */
    default void cut() {}
}
