package io.millrace.transport;

import io.millrace.event.Header;
import java.io.IOException;

/**
 * Brings events from outside to one input of an engine. Polled by one thread, that of its host.
 *
 * @param <V> the event
 */
public interface EventSource<V> extends AutoCloseable {
    /**
     * Takes the events that a source brings.
     *
     * @param <V> the event
     */
    interface Target<V> {
        /**
         * Takes an event; waits while the engine is busy.
         *
         * @param event  copied before this returns
         * @param header what travels with it, or null
         * @throws io.millrace.event.RefusedException when it does not fit its layout or its time unit: not taken
         */
        void take(V event, Header header);
    }

    /** What {@link #poll} answers when the source has ended. */
    int ENDED = -1;

    /**
     * Whether the source ends by itself: a file rather than a subscription. A finite source is historic unless its input says
     * otherwise.
     *
     * @return the same at each call
     */
    boolean isFinite();

    /**
     * Brings some events.
     *
     * @param target takes them
     * @param most   how many at most
     * @return how many; 0 when there are none now; {@link #ENDED} when there will be none any more
     * @throws Exception when it cannot go on; the engine treats the source as ended and reports why
     */
    int poll(Target<? super V> target, int most) throws Exception;

    /**
     * Releases what it holds. Called once, by the host.
     *
     * @throws IOException is reported
     */
    @Override
    void close() throws IOException;
}
