package io.millrace.event;

/**
 * What travels with an event besides its content. Valid during the call that gets it. Optional fields are read from the
 * header on demand and cost nothing otherwise.
 */
public interface Meta {
    /**
     * Returns the place in the one order of all input at which the event came out: that of the causing event or, for a
     * firing, that of the entry that let time pass.
     *
     * @return strictly increasing over the entries of an engine; the same for the same input
     */
    long sequence();

    /**
     * Tells whether a firing caused the event (a timer, a window or a held-back event that was due) rather than the
     * event at {@link #sequence()}.
     *
     * @return false if the event at {@link #sequence()} caused it
     */
    boolean fired();

    /**
     * Returns the place of the event from which it comes, and whose header it inherits.
     *
     * @return {@link #sequence()} unless it was {@link #fired()}; the place of an event that was held back; -1 if it
     *     comes from no single event
     */
    long eventSequence();

    /**
     * Returns its number among the outputs that the same entry caused in the same sink, from 0. Together with topology,
     * sink and {@link #sequence()} it is the id of an output.
     *
     * @return 0, 1, …
     */
    int ordinal();

    /**
     * Returns the event time.
     *
     * @return nanoseconds since the epoch
     */
    long timeNs();

    /**
     * Returns when the publisher meant to send the causing event, on the monotonic clock of the process.
     *
     * @return {@code System.nanoTime()} of the publisher, or 0 if it did not set it
     */
    long intendedNs();

    /**
     * Returns the correlation id that the publisher gave.
     *
     * @return the id, or 0
     */
    long correlationId();

    /**
     * Returns the first half of the W3C trace id that the publisher gave.
     *
     * @return 0 if it gave none
     */
    long traceHigh();

    /**
     * Returns the second half of the trace id.
     *
     * @return 0 if the publisher gave none
     */
    long traceLow();

    /**
     * Returns the span that published the causing event: the parent of whatever handles the output.
     *
     * @return 0 if the publisher gave none
     */
    long spanId();

    /**
     * Returns the trace flags.
     *
     * @return 0 if the publisher gave none
     */
    byte traceFlags();

    /**
     * Returns the entry of another engine whose output was the causing event, as set by its publisher.
     *
     * @return -1 if it did not set it
     */
    long causeSequence();

    /**
     * Returns the number of that output.
     *
     * @return -1 if the publisher did not set it
     */
    int causeOrdinal();

    /**
     * Returns what the event does to earlier ones.
     *
     * @return an insert on every stream that does not update; never null
     */
    EntryForm form();

    /**
     * Returns why the event is on a side stream; for an event that is not, why the causing event was on one elsewhere.
     *
     * @return null on an ordinary stream
     */
    Reason reason();

    /**
     * Returns the progress that a late event was behind, if it is on a side stream of late events.
     *
     * @return nanoseconds since the epoch; {@link Long#MIN_VALUE} on any other stream
     */
    long progressNs();

    /**
     * Tells whether the causing event was published again from the dead letters.
     *
     * @return true after a redrive
     */
    boolean redriven();

    /**
     * Tells whether the publisher marked the causing event as not real: of a warm-up, or a canary.
     *
     * @return true if it is marked
     */
    boolean marked();

    /**
     * Tells whether the causing event may still be taken back or replaced, as set by its publisher.
     *
     * @return true for an early result
     */
    boolean provisional();
}
