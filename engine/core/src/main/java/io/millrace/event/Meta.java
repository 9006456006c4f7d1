package io.millrace.event;

/**
 * What travels with an event beside its content. Valid during the call that gets it; optional fields are read from the
 * header when asked for and cost nothing otherwise.
 */
public interface Meta {
    /**
     * The place of the causing entry in the one order of all input.
     *
     * @return strictly increasing over the entries of an engine; the same for the same input
     */
    long sequence();

    /**
     * The number of this output among those that the same entry caused in the same sink, from 0. Together with topology,
     * sink and {@link #sequence()} it is the id of an output.
     *
     * @return 0, 1, …
     */
    int ordinal();

    /**
     * Event time.
     *
     * @return nanoseconds since the epoch
     */
    long timeNs();

    /**
     * When the publisher meant to send the causing event, on the monotonic clock of the process.
     *
     * @return {@code System.nanoTime()} of the publisher, or 0 when it did not say
     */
    long intendedNs();

    /**
     * The correlation id that the publisher gave.
     *
     * @return the id, or 0
     */
    long correlationId();

    /**
     * Why the event stands on a side stream.
     *
     * @return null on an ordinary stream
     */
    Reason reason();

    /**
     * Whether the causing event was published again from the dead letters.
     *
     * @return true after a redrive
     */
    boolean redriven();

    /**
     * Whether the publisher marked the causing event as not real: warm-up or a canary.
     *
     * @return true for a marked one
     */
    boolean marked();
}
