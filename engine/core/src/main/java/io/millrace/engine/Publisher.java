package io.millrace.engine;

import io.millrace.event.Header;
import java.util.List;

/**
 * Publishes the events of one input. Use one publisher for each thread; it must not be called by two threads at a time.
 * The event is copied before a call returns.
 *
 * <p>The publishers of an inline host are for the owning thread, those of an exclusive engine for the thread that
 * publishes; a call by another thread is refused with an {@link IllegalStateException} that names both. Likewise
 * refused is a publish from inside a receiver of a live engine that would have to wait for room, since the engine would
 * wait for itself, and a publish to an exclusive engine from inside the codec of an event, which is being encoded in the
 * ring.
 *
 * @param <V> the type of the events
 */
public interface Publisher<V> {
    /** Returned by {@link #publish} instead of a place: the {@link Overflow} policy of the input dropped the event. */
    long DROPPED = -1;

    /**
     * Returned by {@link #publish} instead of a place: the event was accepted and waits before the input order, see
     * {@link Overflow}.
     */
    long WAITING = -2;

    /** Returned by {@link #tryPublish} if there is no room: nothing was published, and nothing lost. */
    long FULL = -3;

    /**
     * Publishes an event. If there is no room, it waits, or does what the input declares ({@link Setup#overflow}).
     *
     * @param event the event
     * @return its place in the input order, {@link #DROPPED}, or {@link #WAITING}
     * @throws io.millrace.event.RefusedException if the event does not fit its layout (the message names field and
     *     value), or finds no room and the input refuses such events; nothing was published
     * @throws EngineStoppedException if the engine has been closed or has halted
     * @throws IllegalStateException if this thread may not publish, or a receiver would have to wait for room, see
     *     above
     */
    default long publish(V event) {
        return publish(event, null);
    }

    /**
     * Publishes an event with a header. If there is no room, it waits, or does what the input declares
     * ({@link Setup#overflow}).
     *
     * @param event the event
     * @param header intended time, correlation id and so on; copied; may be null
     * @return its place in the input order, {@link #DROPPED}, or {@link #WAITING}
     * @throws io.millrace.event.RefusedException as {@link #publish(Object)}
     * @throws EngineStoppedException if the engine has been closed or has halted
     * @throws IllegalStateException if this thread may not publish, or a receiver would have to wait for room, see
     *     above
     */
    long publish(V event, Header header);

    /**
     * Publishes an event if there is room, without waiting.
     *
     * @param event the event
     * @return as {@link #tryPublish(Object, Header)}
     * @throws io.millrace.event.RefusedException if the event does not fit its layout
     * @throws EngineStoppedException if the engine has been closed or has halted
     * @throws IllegalStateException if this thread may not publish, see above
     */
    default long tryPublish(V event) {
        return tryPublish(event, null);
    }

    /**
     * Publishes an event with a header if there is room, without waiting.
     *
     * @param event the event
     * @param header intended time, correlation id and so on; copied; may be null
     * @return its place in the input order; {@link #FULL} if the ring is full, other events wait before it, or the
     *     journal of an inline host accepts nothing
     * @throws io.millrace.event.RefusedException if the event does not fit its layout
     * @throws EngineStoppedException if the engine has been closed or has halted
     * @throws IllegalStateException if this thread may not publish, see above
     */
    long tryPublish(V event, Header header);

    /**
     * Publishes an event without waiting, for callers that need an answer in any case. If the engine cannot take the
     * event, because it has halted or been closed, is too far behind (the ring is full), or refuses the event, this
     * returns the answer declared for the input ({@link Setup#cannotDecide}). Such answers are counted, and reported by
     * health and statistics.
     *
     * @param event the event
     * @param header intended time, correlation id and so on; copied; may be null
     * @return {@link Answer#TAKEN}, or the declared answer
     * @throws IllegalStateException if no answer was declared
     */
    Answer submit(V event, Header header);

    /**
     * Publishes several events at once, as {@link #publishBatch(List, Header)} does without a header.
     *
     * @param events in their order
     * @return how many were taken: all, unless the input drops events that find no room
     * @throws io.millrace.event.RefusedException as {@link #publishBatch(List, Header)}
     * @throws EngineStoppedException as {@link #publishBatch(List, Header)}
     */
    default int publishBatch(List<? extends V> events) {
        return publishBatch(events, null);
    }

    /**
     * Publishes several events at once. The entries are the same as if the events were published one after another, and
     * side by side in the input order as far as there is room.
     *
     * <p>On a live engine this is cheaper than single publishes. On an inline host it pays if state is larger than the
     * caches and the keys of a batch are spread over it, since these keys are looked up together; otherwise it costs
     * more than {@linkplain Claims events filled in place}, since each event is copied and its key read twice. The list
     * is read by index, so one with random access allocates nothing.
     *
     * <p>If the list, or the code that encodes an event, throws an undeclared exception, the events before it have been
     * published. If publishing those fails too, one of the two exceptions is thrown with the other suppressed: the
     * first, unless that is a refusal, which would claim that they are published, or only the second is an
     * {@link Error}. After a {@link VirtualMachineError} the events before it that had no place yet do not get one.
     *
     * @param events in their order
     * @param header goes with each of them; copied; may be null
     * @return how many were taken: all, unless the input drops events that find no room
     * @throws io.millrace.event.RefusedException if an event does not fit its layout, or finds no room and the input
     *     refuses such events; {@link io.millrace.event.RefusedException#index} tells which. Those before it have been
     *     published
     * @throws EngineStoppedException if the engine has been closed or has halted; earlier events of the batch may have
     *     been published
     */
    int publishBatch(List<? extends V> events, Header header);

    /**
     * Ends the input: it brings no more events and no longer holds back progress. When all inputs have ended,
     * everything that waits fires.
     */
    void end();
}
