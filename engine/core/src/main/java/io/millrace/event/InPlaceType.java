package io.millrace.event;

/**
 * An event type that is written in place through a writer {@code W} (an SBE encoder): nothing is allocated.
 *
 * @param <V> what readers see
 * @param <W> what writers fill
 */
public abstract class InPlaceType<V, W> extends EventType<V> {
    /**
     * For own codecs.
     *
     * @param name      a name for people and for the journal
     * @param maxLength the most bytes one event takes
     */
    protected InPlaceType(String name, int maxLength) {
        super(name, maxLength);
    }

    /**
     * Makes a writer for one node or publisher.
     *
     * @return a new writer, owned by the caller
     */
    public abstract EventWriter<W> newWriter();
}
