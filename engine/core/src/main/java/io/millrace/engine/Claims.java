package io.millrace.engine;

import io.millrace.event.Header;

/**
 * Publishes events of one input by filling them in place: claim, fill, commit. Allocates nothing. For one thread at a time.
 *
 * @param <W> what is filled
 */
public interface Claims<W> {
    /**
     * Begins an event. One that was begun and not committed is given up.
     *
     * @return what is to be filled; all fields are zero
     */
    W claim();

    /**
     * Publishes the event that was filled. While there is no room it waits, or does as the input declares
     * ({@link Setup#overflow}).
     *
     * @return its place in the input order, {@link Publisher#DROPPED}, or {@link Publisher#WAITING}
     * @throws io.millrace.event.RefusedException when its event time does not fit; nothing was published
     * @throws EngineStoppedException             when the engine has been closed or has halted
     */
    default long commit() {
        return commit(null);
    }

    /**
     * Publishes the event that was filled, with a header.
     *
     * @param header intended time, correlation id and so on; copied; may be null
     * @return its place in the input order, {@link Publisher#DROPPED}, or {@link Publisher#WAITING}
     * @throws io.millrace.event.RefusedException when its event time does not fit; nothing was published
     * @throws EngineStoppedException             when the engine has been closed or has halted
     */
    long commit(Header header);
}
