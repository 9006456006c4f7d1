package io.millrace.engine;

import io.millrace.event.Header;
import java.util.List;

/**
 * Publishes events of one input. For one thread at a time; get one for each thread. The event is copied before the call
 * returns. Of an inline host it is for the owning thread, and of an exclusive engine for the one that publishes: any other thread's call is
 * refused by {@link IllegalStateException}, which names both. From inside a receiver of a live engine a publish that would have to wait for
 * room is refused likewise, since the engine would wait for itself.
 *
 * @param <V> the event
 */
public interface Publisher<V> {
    /** What {@link #publish} answers when the input's {@link Overflow} policy dropped the event, instead of a place. */
    long DROPPED = -1;

    /** What {@link #publish} answers when the event waits in front of the input order, see {@link Overflow}: accepted, without a place yet. */
    long WAITING = -2;

    /** What {@link #tryPublish} answers when there is no room: nothing was published, and nothing lost. */
    long FULL = -3;

    /**
     * Publishes an event. While there is no room it waits, or does as the input declares ({@link Setup#overflow}).
     *
     * @param event the event
     * @return its place in the input order, {@link #DROPPED}, or {@link #WAITING}
     * @throws io.millrace.event.RefusedException when the event does not fit its layout, naming field and value, or finds no room where the
     *     input says refuse; nothing was published
     * @throws EngineStoppedException             when the engine has been closed or has halted
     */
    default long publish(V event) {
        return publish(event, null);
    }

    /**
     * Publishes an event with a header.
     *
     * @param event  the event
     * @param header intended time, correlation id and so on; copied; may be null
     * @return its place in the input order, {@link #DROPPED}, or {@link #WAITING}
     * @throws io.millrace.event.RefusedException when the event does not fit its layout
     * @throws EngineStoppedException             when the engine has been closed or has halted
     */
    long publish(V event, Header header);

    /**
     * Publishes an event unless the ring is full.
     *
     * @param event the event
     * @return as {@link #tryPublish(Object, Header)}
     * @throws io.millrace.event.RefusedException when the event does not fit its layout
     * @throws EngineStoppedException             when the engine has been closed or has halted
     */
    default long tryPublish(V event) {
        return tryPublish(event, null);
    }

    /**
     * Publishes an event unless the ring is full, or the journal of an inline host takes nothing.
     *
     * @param event  the event
     * @param header intended time, correlation id and so on; copied; may be null
     * @return its place in the input order, or {@link #FULL} when the ring is full or others wait in front of it
     * @throws io.millrace.event.RefusedException when the event does not fit its layout
     * @throws EngineStoppedException             when the engine has been closed or has halted
     */
    long tryPublish(V event, Header header);

    /**
     * Publishes an event without waiting, for a caller that needs an answer whatever happens: where the engine cannot take it,
     * because it has halted or been closed, because it is too far behind (the ring is full) or because the event is refused, this
     * gives the answer that was declared for the input ({@link Setup#cannotDecide}), counts it, and says so in health and
     * statistics.
     *
     * @param event  the event
     * @param header intended time, correlation id and so on; copied; may be null
     * @return {@link Answer#TAKEN}, or the declared answer
     * @throws IllegalStateException when none was declared
     */
    Answer submit(V event, Header header);

    /**
     * Publishes several events at once.
     *
     * @param events in their order
     * @return how many were taken: all, unless the input drops what finds no room
     * @throws io.millrace.event.RefusedException as {@link #publishBatch(List, Header)} does
     * @throws EngineStoppedException             as {@link #publishBatch(List, Header)} does
     */
    default int publishBatch(List<? extends V> events) {
        return publishBatch(events, null);
    }

    /**
     * Publishes several events at once: the same entries as publishing one after another, side by side in the input order as
     * far as there is room. For a live engine that is cheaper. On an inline host it pays where there is state larger than the caches and the keys
     * of a batch are spread over it, as these are looked at together; else it costs more than {@linkplain Claims events filled in place},
     * since each is copied and its key read twice. Read by index, so that a list of random access allocates nothing. Where the list or what encodes
     * an event throws something else than is declared, those before it have been published, too; where publishing those fails as well, one is
     * thrown with the other suppressed in it: the first, unless it is a refusal, which would say that they are published, or the second alone is an
     * {@link Error}. Of a {@link VirtualMachineError} that is not so: those before it that had no
     * place yet get none.
     *
     * @param events in their order
     * @param header goes with each of them; copied; may be null
     * @return how many were taken: all, unless the input drops what finds no room
     * @throws io.millrace.event.RefusedException when one does not fit its layout, or finds no room where the input says
     *     refuse; its {@link io.millrace.event.RefusedException#index} says which. Those before it have been published
     * @throws EngineStoppedException             when the engine has been closed or has halted; those before may have been
     *     published
     */
    int publishBatch(List<? extends V> events, Header header);

    /** Says that this input will bring nothing more: it no longer holds progress, and when all have ended everything fires. */
    void end();
}
