package io.millrace.event;

/**
 * Lets user code fill bytes. Belongs to one node or publisher and one thread.
 *
 * @param <W> what user code fills
 */
public interface EventWriter<W> {
    /**
     * Moves the writer over free bytes, which are zero.
     *
     * @param bytes    where the event will stand
     * @param offset   index of its first byte
     * @param capacity how many bytes it may take
     * @return what user code fills; the same object at each call
     */
    W wrap(byte[] bytes, int offset, int capacity);

    /**
     * As {@link #wrap}, for bytes that are not zero yet. A writer that knows how long its events are may leave alone what is never read.
     *
     * @param bytes    as at {@link #wrap}
     * @param offset   as there
     * @param capacity as there
     * @param used     of how many of them, from the first on, another event may have left something; at most the capacity
     * @return as there
     */
    default W wrapUsed(byte[] bytes, int offset, int capacity, int used) {
        Bytes.clear(bytes, offset, offset + used);
        return wrap(bytes, offset, capacity);
    }

    /**
     * The length of what was written since {@link #wrap}.
     *
     * @return bytes, at most the capacity
     */
    int length();
}
