package io.millrace.event;

/**
 * An event type that is written in place through a writer {@code W} (such as an SBE encoder), so that nothing is
 * allocated.
 *
 * @param <V> the type that readers see
 * @param <W> the type that writers fill
 */
public abstract class InPlaceType<V, W> extends EventType<V> {
    /**
     * Creates a type, for a codec of your own.
     *
     * @param name a name for people and for the journal
     * @param maxLength the most bytes that one event takes
     */
    protected InPlaceType(String name, int maxLength) {
        super(name, maxLength);
    }

    /**
     * Creates a writer for one node or publisher.
     *
     * @return a new writer, owned by the caller
     */
    public abstract EventWriter<W> newWriter();
}
