package io.millrace.transport;

import io.millrace.event.Meta;
import java.io.IOException;

/**
 * Takes the events of one output to the outside. Called by one thread: the engine's, or one of its own ({@link #delivery}).
 *
 * @param <V> the event
 */
public interface EventSink<V> extends AutoCloseable {
    /**
     * Gets ready, before the engine it is bound to starts: by the thread that starts it. An engine that warms up does not call it
     * before that is over.
     *
     * @throws Exception keeps the engine from starting; then all that is bound to it is closed, this sink as well
     */
    default void begin() throws Exception {}

    /**
     * Hears that no event has an event time, as no input of the topology has: what {@link Meta#timeNs} says of one is the clock of the last
     * tick, or 0. A sink that sends it elsewhere says there that there is none. Called ahead of {@link #begin}, by the same thread.
     */
    default void untimed() {}

    /**
     * Takes an event.
     *
     * @param event a view is valid during the call only
     * @param meta  its place in the order, time and so on; valid during the call
     * @throws Exception makes the causing entry a dead letter of the output, once the last attempt has failed ({@link
     *     Delivery#retry}); of an untethered sink ({@link Delivery#untethered}) it is counted only
     */
    void on(V event, Meta meta) throws Exception;

    /**
     * Hears that it has not got events that it would have got: in front of the next one that it does get, or before it is closed. For
     * sinks that nobody waits for ({@link Delivery#untethered}, {@link Delivery#dropNewest}).
     *
     * @param events how many since it heard of any; over all outputs that it is bound to
     * @throws Exception as {@link #on} does, but makes no dead letter
     */
    default void missed(long events) throws Exception {}

    /**
     * Makes sure that what was taken has left: called when the host has nothing else to do, and behind each 1,024 events or so under load, so
     * that what is gathered, and what may be in doubt behind a kill, stays bounded. A sink without a flush of its own is taken to be done
     * with each event when the call returns.
     *
     * @throws Exception halts the engine, naming the output: what the sink has taken may be lost; or is counted, where the
     *     sink was bound so ({@link Delivery#countFailures})
     */
    default void flush() throws Exception {}

    /**
     * Makes durable what has been flushed, as far as that is its business: a file is forced. Asked before a snapshot is kept, because a
     * start from that does not hand over again what came before it; at each level of the journal, as the snapshot survives a loss of power at each. By default it does nothing.
     *
     * <p>Called by another thread than those that hand events over and flush, maybe at the same moment: it must touch nothing that these
     * change. It may take its time.
     *
     * @throws Exception leaves that snapshot away, and all others of this engine: what a force that failed has left on the disk nobody
     *     knows, whatever the next one says. Health says why
     */
    default void sync() throws Exception {}

    /**
     * What keeps it from sending events on now: for health. Called by any thread, by one of the engine once a second.
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
     * Flushes, and releases what it holds. Called once, by the host, also when the engine has halted.
     *
     * @throws IOException closing the engine throws it too, naming the output; or it is counted
     */
    @Override
    void close() throws IOException;

    /**
     * Releases what it holds, where the engine it is bound to could not start: called once, in place of {@link #close}. What comes out
     * has not ended, as another start may follow: so nobody is told of an end, and nobody is waited for.
     *
     * @throws IOException is added to what kept the engine from starting
     */
    default void abandon() throws IOException {
        close();
    }

    /**
     * Whether it wants to be called while an engine warms up: with events that are {@linkplain Meta#marked marked} as not real, what
     * fires included. Their calls have ended when the engine starts; they come from other threads than later, and there is no
     * flush and no close behind them. A sink that says so is itself warm when the first real event comes, and must let nothing
     * out of what is marked.
     *
     * @return false by default: then it is not called before the engine has started
     */
    default boolean takesMarked() {
        return false;
    }

    /**
     * Whether it would take what takes an event back, or its place, for one that stays: then an output that has such is refused when its
     * host is made. Who asks {@link Meta#form} says null, as is the default.
     *
     * @return null when any output may be bound to it; else what to do instead, for the message
     */
    default String insertsOnly() {
        return null;
    }

    /**
     * Where the sink goes on when its engine starts again on a journal: asked once for each output, before the first event.
     *
     * @param output the name of the output
     * @return by default {@link Resumption#marked}
     * @throws Exception keeps the engine from starting; nothing has begun then, and this sink and those that were asked before it are let
     *     go of ({@link #abandon})
     */
    default Resumption resume(String output) throws Exception {
        return Resumption.marked();
    }

    /**
     * As {@link #resume(String)}, for a sink that has to know of the journal, too: which one it is, and what of it is worked out once more.
     * This is what hosts call.
     *
     * @param start the output, and the journal
     * @return by default what {@link #resume(String)} says of the output
     * @throws Exception as there
     */
    default Resumption resume(LogStart start) throws Exception {
        return resume(start.output());
    }

    /**
     * How the sink wants to be handed its events: {@link Delivery#blocking} when {@link #on} may wait. Who binds it may say
     * otherwise.
     *
     * @return inline by default
     */
    default Delivery delivery() {
        return Delivery.inline();
    }
}
