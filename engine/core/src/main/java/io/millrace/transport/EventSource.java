package io.millrace.transport;

import io.millrace.event.Header;
import io.millrace.event.Reason;
import java.io.IOException;

/**
 * Brings events from outside to one input of an engine. It is polled by one thread of its host.
 *
 * @param <V> the type of the events
 */
public interface EventSource<V> extends AutoCloseable {
    /**
     * Accepts the events that a source brings.
     *
     * @param <V> the type of the events
     */
    interface Target<V> {
        /**
         * Accepts an event; waits while the engine is busy.
         *
         * @param event copied before this returns
         * @param header what travels with it, or null
         * @throws io.millrace.event.RefusedException if it does not fit its layout or its time unit; it was not
         *     accepted
         */
        void take(V event, Header header);

        /**
         * Accepts an event that is already encoded; never waits. The bytes are copied once and then checked; if they
         * are no event of the input's type, they become a dead letter. Hosts accept such events; another kind of target
         * need not.
         *
         * @param event valid during the call only
         * @param header what travels with it, or null
         * @return false if there is no room: it was not accepted, and should be offered again later
         */
        default boolean offer(Encoded event, Header header) {
            throw new UnsupportedOperationException(getClass().getName() + " takes only events that are not encoded");
        }

        /**
         * Reports that something came that is no event. It becomes a dead letter of the input.
         *
         * @param bytes what came; valid during the call only
         * @param reason the kind of failure
         * @param why the cause in words
         */
        default void refuse(Encoded bytes, Reason reason, String why) {
            throw new UnsupportedOperationException(getClass().getName() + " cannot keep data that is not an event ("
                    + reason.text() + "); override refuse, or let the source pass such data elsewhere");
        }

        /**
         * Tells whether events of the input have sensitive fields. If so, a description of refused bytes must not show
         * values.
         *
         * @return the same at each call; false by default
         */
        default boolean isSensitive() {
            return false;
        }
    }

    /** Bytes from outside, whose location only their source knows. */
    interface Encoded {
        /**
         * Returns the number of bytes.
         *
         * @return not negative
         */
        int length();

        /**
         * Copies the first bytes.
         *
         * @param target where to
         * @param offset index of the first byte there
         * @param length how many, at most {@link #length()}
         */
        void copyTo(byte[] target, int offset, int length);
    }

    /** Returned by {@link #poll} when the source has ended. */
    int ENDED = -1;

    /**
     * Tells whether the source ends by itself, as a file does and a subscription does not. An input with a finite
     * source is historic unless it is declared otherwise.
     *
     * @return the same at each call
     */
    boolean isFinite();

    /**
     * Tells whether a new instance of the source brings all its events again, as a file does. An engine with a journal
     * skips those of its events that the journal has.
     *
     * @return the same at each call; {@link #isFinite} by default
     */
    default boolean beginsAnew() {
        return isFinite();
    }

    /**
     * Prepares the source. Called before the engine starts, by the thread that starts it. Refuse here what can never
     * work.
     *
     * @throws Exception prevents the engine from starting; everything bound to the engine is then closed, this source
     *     included
     */
    default void prepare() throws Exception {}

    /**
     * Brings some events.
     *
     * @param target accepts them
     * @param most how many at most
     * @return how many; 0 if there are none now; {@link #ENDED} if there will be no more
     * @throws Exception if it cannot go on; the engine treats the source as ended and reports the cause
     */
    int poll(Target<? super V> target, int most) throws Exception;

    /**
     * Returns what keeps the source from bringing events now, for health. Any thread may call this; a thread of the
     * engine does once a second.
     *
     * @return in words, without values of events; null if all is well
     */
    default String trouble() {
        return null;
    }

    /**
     * Returns what has cost events and is over, for health. Called as {@link #trouble} is.
     *
     * @return nothing by default
     */
    default Lost lost() {
        return Lost.NOTHING;
    }

    /**
     * Releases its resources. Called once, by the host.
     *
     * @throws IOException is reported
     */
    @Override
    void close() throws IOException;
}
