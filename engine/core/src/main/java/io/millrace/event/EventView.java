package io.millrace.event;

/**
 * Turns stored bytes into what user code sees. A view belongs to one node and one thread.
 *
 * @param <V> what user code sees: a flyweight moved over the bytes, or a value made from them
 */
public interface EventView<V> {
    /**
     * Moves the view over an event.
     *
     * @param bytes  where the event stands; not to be changed
     * @param offset index of its first byte
     * @param length its length in bytes, already checked by {@link EventType#check}
     * @return the event; for a flyweight the same object at each call
     */
    V wrap(byte[] bytes, int offset, int length);

    /**
     * As {@link #wrap}, for who has one place for all events that this view is moved over: the same bytes and offset at each call, filled
     * anew by a writer of the same type. A flyweight that reads its fields from the bytes when it is asked stands there already.
     *
     * @param bytes  as at {@link #wrap}
     * @param offset as there
     * @param length as there
     * @return as there
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
     * Takes the bytes away, so that a flyweight which user code kept past the call fails or reads nothing instead of
     * reading another event. The test driver, and hosts where assertions are enabled, call it after each entry. Does nothing by default, which
     * is right for values.
     */
    default void cut() {}
}
