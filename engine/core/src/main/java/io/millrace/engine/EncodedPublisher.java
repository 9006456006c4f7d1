package io.millrace.engine;

import io.millrace.event.Header;
import io.millrace.event.Reason;
import io.millrace.transport.EventSource;

/**
 * Publishes what a source brings: values, and events that are encoded already. For the thread that polls the source.
 *
 * @param <V> the event
 */
interface EncodedPublisher<V> extends Publisher<V> {
    /** Hears of what is no event of the input, which has been counted. */
    interface Refused {
        void refused(EventSource.Encoded bytes, Reason reason, String why);
    }

    /** Publishes an event, or answers that there is no room and waiting would be the input's answer to that. */
    boolean offer(EventSource.Encoded event, Header header, Refused to);

    /** The bytes of what is no event, as an entry at index 0 that causes nothing. */
    byte[] keep(EventSource.Encoded bytes);

    /** Counts something that came and was no event. */
    void countRefused();
}
