package io.millrace.operator;

/**
 * A node that acts by itself when progress passes a due time: it closes windows, fires timers, frees state.
 *
 * <p>Whatever is due at d fires once progress is at least d. The node calls {@link NodeContext#due} whenever it sets a
 * due time, so that an entry that makes nothing due costs one comparison. Before the node processes an event of a key,
 * it fires what is due for that key, however long the agenda is.
 */
public interface TimedNode extends Node {
    /**
     * Returns the smallest due time in the agenda.
     *
     * @return nanoseconds; {@link Long#MAX_VALUE} if nothing is set
     */
    long nextDueNs();

    /**
     * Returns the time of the earliest event that the node has taken and not sent on because it waits for something
     * other than progress. The progress that is forwarded stays at that time, so that what becomes of the event is late
     * nowhere. When the last such event at or below progress has been sent, the node calls {@link NodeContext#due}.
     *
     * @return event time, nanoseconds; {@link Long#MAX_VALUE} if there is none
     */
    default long holdsAtNs() {
        return Long.MAX_VALUE;
    }

    /**
     * Fires what is due, in the order of due time and then of setting; each item sees its own due time as now. Outputs
     * go through {@link NodeContext#rest}, stamped at the earliest one nanosecond before their due time. Something that
     * is set while firing and is due within {@code progressNs} belongs to the same call. An item that is given up
     * counts as fired: the call must not return 0 while something is due.
     *
     * @param progressNs what is due at or before this fires: {@link NodeContext#time}
     * @param most how many items at most
     * @param flow for outputs. Set the key and call {@link Flow#fires} for each item, so that a failure names it and
     *     nothing is taken from the entry that let time pass. Then set value and time for each output, and all of it
     *     again after the first, because the following nodes may have changed it
     * @return the number fired
     */
    int fire(long progressNs, int most, Flow flow);
}
