package io.millrace.event;

/**
 * What travels with an event beside its content. Valid during the call that gets it; optional fields are read from the
 * header when asked for and cost nothing otherwise.
 */
public interface Meta {
    /**
     * The place in the one order of all input at which it came out: that of the causing event or, for a firing, that of the
     * entry which let time pass.
     *
     * @return strictly increasing over the entries of an engine; the same for the same input
     */
    long sequence();

    /**
     * Whether a firing caused it: a timer, a window or a held-back event whose time had come, and not the event at {@link
     * #sequence()}.
     *
     * @return false when the event at {@link #sequence()} caused it
     */
    boolean fired();

    /**
     * The event it comes from, whose header it inherits.
     *
     * @return {@link #sequence()} unless it was {@link #fired()}; the place of an event that was held back; -1 when it comes from
     *     no single event
     */
    long eventSequence();

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
     * The first half of the W3C trace id that the publisher gave.
     *
     * @return 0 when it gave none
     */
    long traceHigh();

    /**
     * The second half of the trace id.
     *
     * @return 0 when the publisher gave none
     */
    long traceLow();

    /**
     * The span that published the causing event: the parent of whatever handles the output.
     *
     * @return 0 when the publisher gave none
     */
    long spanId();

    /**
     * The trace flags.
     *
     * @return 0 when the publisher gave none
     */
    byte traceFlags();

    /**
     * The entry of another engine whose output the causing event was, as its publisher said.
     *
     * @return -1 when it did not say
     */
    long causeSequence();

    /**
     * The number of that output.
     *
     * @return -1 when the publisher did not say
     */
    int causeOrdinal();

    /**
     * What it does to those before it.
     *
     * @return an insert on every stream that does not update; never null
     */
    EntryForm form();

    /**
     * Why the event stands on a side stream or, when it does not, why the causing event did elsewhere.
     *
     * @return null on an ordinary stream
     */
    Reason reason();

    /**
     * The progress that a late event was behind; where it stands on a side stream of late events.
     *
     * @return nanoseconds since the epoch; {@link Long#MIN_VALUE} on any other stream
     */
    long progressNs();

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

    /**
     * Whether the causing event may still be taken back or replaced, as its publisher said.
     *
     * @return true for an early result
     */
    boolean provisional();
}
