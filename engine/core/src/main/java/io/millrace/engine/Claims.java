package io.millrace.engine;

import io.millrace.event.Header;

/**
 * Publishes the events of one input by filling them in place: claim, fill, commit. It allocates nothing. Use one for
 * each thread; it must not be called by two threads at a time.
 *
 * @param <W> the type that is filled
 */
public interface Claims<W> {
    /**
     * Begins an event. An event that was begun before and not committed is abandoned.
     *
     * @return the event to fill; all its fields are zero
     */
    W claim();

    /**
     * Publishes the filled event. If there is no room, it waits, or does what the input declares
     * ({@link Setup#overflow}).
     *
     * @return its place in the input order, {@link Publisher#DROPPED}, or {@link Publisher#WAITING}
     * @throws io.millrace.event.RefusedException if its event time does not fit, or it finds no room and the input
     *     refuses such events; nothing was published
     * @throws EngineStoppedException if the engine has been closed or has halted
     */
    default long commit() {
        return commit(null);
    }

    /**
     * Publishes the filled event with a header. If there is no room, it waits, or does what the input declares
     * ({@link Setup#overflow}).
     *
     * @param header intended time, correlation id and so on; copied; may be null
     * @return its place in the input order, {@link Publisher#DROPPED}, or {@link Publisher#WAITING}
     * @throws io.millrace.event.RefusedException as {@link #commit()}; nothing was published
     * @throws EngineStoppedException if the engine has been closed or has halted
     */
    long commit(Header header);

    /**
     * Commits the filled event as {@link #commit(Header)} does, and says that more follow at once. An exclusive engine may
     * then publish several events together, which is cheaper than one after another: this one is published at the latest
     * with the next {@code commit}, with the fourth to sixty-fourth such event, depending on the ring, or with whatever its
     * thread publishes, drains or closes next; {@link Engine#doWork} publishes it without any. Until then the engine knows
     * nothing of it: it is lost if another thread closes the engine meanwhile and this one stays silent. All other hosts
     * publish it at once.
     *
     * @param header intended time, correlation id and so on; copied; may be null
     * @return its place in the input order, {@link Publisher#DROPPED}, or {@link Publisher#WAITING}
     * @throws io.millrace.event.RefusedException as {@link #commit()}; nothing was published
     * @throws EngineStoppedException if the engine has been closed or has halted
     */
    default long commitMore(Header header) {
        return commit(header);
    }
}
