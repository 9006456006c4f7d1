package io.millrace.event;

/**
 * Lets user code fill bytes. A writer belongs to one node or publisher and one thread.
 *
 * @param <W> the type that user code fills
 */
public interface EventWriter<W> {
    /**
     * Moves the writer over free bytes, which are zero.
     *
     * @param bytes where the event is to be written
     * @param offset index of its first byte
     * @param capacity how many bytes it may take
     * @return what user code fills; the same object at each call
     */
    W wrap(byte[] bytes, int offset, int capacity);

    /**
     * Moves the writer over free bytes, as {@link #wrap} does, that are not zero yet. A writer that knows how long its
     * events are may leave alone what is never read.
     *
     * @param bytes as in {@link #wrap}
     * @param offset as in {@link #wrap}
     * @param capacity as in {@link #wrap}
     * @param used how many of the bytes, from the first on, may contain remains of another event; at most the capacity
     * @return as {@link #wrap}
     */
    default W wrapUsed(byte[] bytes, int offset, int capacity, int used) {
        Bytes.clear(bytes, offset, offset + used);
        return wrap(bytes, offset, capacity);
    }

    /**
     * Returns the length of what was written since {@link #wrap}.
     *
     * @return bytes, at most the capacity
     */
    int length();
}
