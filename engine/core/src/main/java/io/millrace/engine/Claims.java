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
     * Commits the filled event as {@link #commit(Header)} does, and says that more follow at once. An exclusive engine
     * ({@link Setup#exclusive}) publishes several such events together, which is cheaper; all other hosts publish each at
     * once. An exclusive engine publishes what is committed
     *
     * <ul>
     *   <li>when a few are complete: 2 to 4, by the size of the ring; with a journal up to 64;
     *   <li>with the next {@code commit};
     *   <li>before whatever else its thread publishes, and when a later event is abandoned or refused;
     *   <li>when its thread calls {@link Engine#doWork}, {@code drain} or {@code close}, or ends.
     * </ul>
     *
     * Until then the engine knows nothing of it. It is lost if another thread closes the engine and this one makes no call
     * until time is up.
     *
     * @param header intended time, correlation id and so on; copied; may be null
     * @return its place in the input order, {@link Publisher#DROPPED}, or {@link Publisher#WAITING}
     * @throws io.millrace.event.RefusedException as {@link #commit()}; this event was not published
     * @throws EngineStoppedException if the engine has been closed or has halted
     */
    default long commitMore(Header header) {
        return commit(header);
    }
}
