package io.millrace.transport;

import io.millrace.event.Header;
import io.millrace.event.Reason;
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

        /**
         * Takes an event that is encoded already; never waits. The bytes are copied once and checked then; what is no event of the
         * input's type becomes a dead letter with its bytes. Hosts take such events; a target of something else need not.
         *
         * @param event  valid during the call
         * @param header what travels with it, or null
         * @return false when there is no room: not taken, and to be offered again later
         */
        default boolean offer(Encoded event, Header header) {
            throw new UnsupportedOperationException(getClass().getName() + " takes events that are not encoded only");
        }

        /**
         * Says that something came that is no event: it becomes a dead letter of the input.
         *
         * @param bytes  what came; valid during the call
         * @param reason the kind
         * @param why    in words
         */
        default void refuse(Encoded bytes, Reason reason, String why) {
            throw new UnsupportedOperationException(getClass().getName() + " keeps nothing that is no event ("
                    + reason.text() + "); override refuse, or have the source hand it to somebody else");
        }

        /**
         * Whether events of the input have sensitive fields: what is said of bytes that are refused must not show values then.
         *
         * @return the same at each call; unset false
         */
        default boolean isSensitive() {
            return false;
        }
    }

    /** Bytes from outside: where they stand, only their source knows. */
    interface Encoded {
        /**
         * How many there are.
         *
         * @return not negative
         */
        int length();

        /**
         * Copies the first of them.
         *
         * @param target where to
         * @param offset index of the first byte there
         * @param length how many, at most {@link #length()}
         */
        void copyTo(byte[] target, int offset, int length);
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
     * Whether it brings all its events once more when it is made anew, as a file does. Of such a source an engine with a journal
     * skips what the journal has.
     *
     * @return the same at each call; unset that of a source that ends by itself
     */
    default boolean beginsAnew() {
        return isFinite();
    }

    /**
     * Gets ready, before the engine it is bound to starts: by the thread that starts it. What can never work is to be refused here.
     *
     * @throws Exception keeps the engine from starting; then all that is bound to it is closed, this source as well
     */
    default void prepare() throws Exception {}

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
     * What keeps it from bringing events now: for health. Called by any thread, by one of the engine once a second.
     *
     * @return in words, without values of events; null when all is well
     */
    default String trouble() {
        return null;
    }

    /**
     * What has cost events and is over: for health. Called as {@link #trouble} is.
     *
     * @return nothing by default
     */
    default Lost lost() {
        return Lost.NOTHING;
    }

    /**
     * Releases what it holds. Called once, by the host.
     *
     * @throws IOException is reported
     */
    @Override
    void close() throws IOException;
}
