package io.millrace.operator;

/**
 * A node that acts by itself when progress passes a due time: it closes windows, fires timers, frees state.
 *
 * <p>Whatever is due at d fires once progress is at least d. Whenever a due time is set, the node says so with {@link
 * NodeContext#due}, so that an entry which makes nothing due costs one comparison. Before the node processes an event of a
 * key it fires what is due for that key, however long the agenda.
 */
public interface TimedNode extends Node {
    /**
     * The smallest due time in the agenda.
     *
     * @return nanoseconds; {@link Long#MAX_VALUE} when nothing is set
     */
    long nextDueNs();

    /**
     * The earliest event that the node has taken and not sent on, because it waits for something else than progress. What is
     * forwarded stays at its time, so that what becomes of it is late nowhere. When the last such event at or below progress
     * has been sent, the node says so with {@link NodeContext#due}.
     *
     * @return event time, nanoseconds; {@link Long#MAX_VALUE} when there is none
     */
    default long holdsAtNs() {
        return Long.MAX_VALUE;
    }

    /**
     * Fires what is due, ordered by (due, set order), each item seeing its own due time as now. Outputs go through {@link
     * NodeContext#rest}, stamped at the earliest one nanosecond before their due time. Something that is set while firing and
     * due within {@code progressNs} belongs to the same call. An item that is given up counts as fired: the call must not
     * answer 0 while something is due.
     *
     * @param progressNs what is due at or before this fires: {@link NodeContext#time}
     * @param most       how many items at most
     * @param flow       for outputs: set the key and call {@link Flow#fires} for each item, so that a failure names it and nothing
     *                   is taken from the entry which let time pass; then set value and time for each output, and all of it again
     *                   after the first, because what follows may have changed it
     * @return the number fired
     */
    int fire(long progressNs, int most, Flow flow);
}
