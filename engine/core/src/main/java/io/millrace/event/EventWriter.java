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
     * The length of what was written since {@link #wrap}.
     *
     * @return bytes, at most the capacity
     */
    int length();
}
