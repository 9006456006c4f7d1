package io.millrace.transport;

import io.millrace.event.Meta;
import java.io.IOException;

/**
 * Takes the events of one output to the outside. It is called by one thread: the engine's, or one of its own
 * ({@link #delivery}).
 *
 * @param <V> the type of the events
 */
public interface EventSink<V> extends AutoCloseable {
    /**
     * Prepares the sink. Called before the engine starts, by the thread that starts it and, if the engine warms up,
     * only after that is over.
     *
     * @throws Exception prevents the engine from starting; everything bound to the engine is then closed, this sink
     *     included
     */
    default void begin() throws Exception {}

    /**
     * Tells the sink that no event has an event time, because no input of the topology has one: {@link Meta#timeNs} is
     * then the clock of the last tick, or 0. A sink that passes the time on should pass on that there is none. Called
     * before {@link #begin}, by the same thread.
     */
    default void untimed() {}

    /**
     * Takes an event.
     *
     * @param event the event; a view is valid during the call only
     * @param meta its place in the order, time and so on; valid during the call only
     * @throws Exception makes the causing entry a dead letter of the output, after the last attempt
     *     ({@link Delivery#retry}); for an untethered sink ({@link Delivery#untethered}) it is only counted
     */
    void on(V event, Meta meta) throws Exception;

    /**
     * Tells the sink that it has missed events. Called before the next event that it gets, or before it is closed. Only
     * for sinks for which the engine does not wait ({@link Delivery#untethered}, {@link Delivery#dropNewest}).
     *
     * @param events how many since the last call, over all outputs to which the sink is bound
     * @throws Exception as {@link #on}, but makes no dead letter
     */
    default void missed(long events) throws Exception {}

    /**
     * Makes sure that the events taken have left. Called when the host has nothing else to do, and under load after
     * every 1,024 events or so, so that what a sink gathers, and what may be in doubt after a kill, stays bounded. A
     * sink that does not override this is assumed to be done with each event when the call returns.
     *
     * @throws Exception halts the engine, with the name of the output, as what the sink has taken may be lost; or is
     *     only counted, if the sink was bound so ({@link Delivery#countFailures})
     */
    default void flush() throws Exception {}

    /**
     * Makes durable what has been flushed, as far as that is up to the sink: a file is forced. Called before a snapshot
     * is kept, because a start from that snapshot does not hand over again what came before it. It is called at each
     * level of the journal, since a snapshot survives a power loss at each. By default it does nothing.
     *
     * <p>It is called by another thread than those that hand over events and flush, possibly at the same time, so it
     * must not touch anything that these change. It may take its time.
     *
     * @throws Exception prevents that snapshot, and all further ones of this engine, since nobody knows what a failed
     *     force has left on the disk, whatever the next one reports; health reports the cause
     */
    default void sync() throws Exception {}

    /**
     * Returns what keeps the sink from sending events now, for health. Any thread may call this; a thread of the engine
     * does once a second.
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
     * Flushes, and releases its resources. Called once, by the host, even if the engine has halted.
     *
     * @throws IOException is thrown by closing the engine too, with the name of the output; or it is counted
     */
    @Override
    void close() throws IOException;

    /**
     * Releases its resources if the engine could not start. Called once, in place of {@link #close}. The output has not
     * ended, as another start may follow, so nobody is told of an end and nobody is waited for.
     *
     * @throws IOException is added to what kept the engine from starting
     */
    default void abandon() throws IOException {
        close();
    }

    /**
     * Tells whether the sink wants to be called while an engine warms up, with events {@linkplain Meta#marked marked}
     * as not real, those of firings included. A sink that asks for this is itself warm when the first real event comes.
     * It must let nothing out of marked events. Its calls end before the engine starts; they come from other threads
     * than later, and no flush or close follows them.
     *
     * @return false by default: the sink is not called before the engine has started
     */
    default boolean takesMarked() {
        return false;
    }

    /**
     * Tells whether the sink would mistake a retraction or a replacement for an insert. If so, an output that has such
     * events is refused when its host is created. A sink that looks at {@link Meta#form} returns null, the default.
     *
     * @return null if any output may be bound to the sink; otherwise what to do instead, for the message
     */
    default String insertsOnly() {
        return null;
    }

    /**
     * Returns where the sink goes on when its engine starts again on a journal. Called once for each output, before the
     * first event.
     *
     * @param output the name of the output
     * @return by default {@link Resumption#marked}
     * @throws Exception prevents the engine from starting; nothing has begun then, and this sink and those called
     *     before it are released ({@link #abandon})
     */
    default Resumption resume(String output) throws Exception {
        return Resumption.marked();
    }

    /**
     * Returns where the sink goes on, as {@link #resume(String)} does, for a sink that needs to know which journal it
     * is and which part of it is worked out again. Hosts call this method.
     *
     * @param start the output, and the journal
     * @return by default that of {@link #resume(String)}
     * @throws Exception as {@link #resume(String)}
     */
    default Resumption resume(LogStart start) throws Exception {
        return resume(start.output());
    }

    /**
     * Returns how the sink wants its events to be handed over: {@link Delivery#blocking} if {@link #on} may wait. The
     * setup that binds it may choose otherwise.
     *
     * @return inline by default
     */
    default Delivery delivery() {
        return Delivery.inline();
    }
}
