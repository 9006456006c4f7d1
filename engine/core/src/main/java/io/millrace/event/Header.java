package io.millrace.event;

import java.util.Objects;

/**
 * What a publisher may send with an event. Mutable and reusable: clear, set, publish. Fields that are not set take no
 * space in the entry. Not thread-safe.
 */
public final class Header {
    static final int INTENDED = 1;
    static final int CORRELATION = 2;
    static final int CAUSE = 4;
    static final int TRACE = 8;
    static final int REDRIVEN = 16;
    static final int MARKED = 32;
    static final int PROVISIONAL = 64;
    static final int REASON = 128;

    int mask;
    long intendedNs;
    long correlationId;
    long causeSequence;
    int causeOrdinal;
    long traceHigh;
    long traceLow;
    long spanId;
    byte traceFlags;
    Reason reason;

    /** Not in the mask: an entry has its event time in any case. */
    private long timeNs = NO_TIME;

    /** Stands for the absence of an event time. */
    public static final long NO_TIME = Long.MIN_VALUE;

    /** Creates an empty header. */
    public Header() {}

    /**
     * Unsets all fields.
     *
     * @return this
     */
    public Header clear() {
        mask = 0;
        timeNs = NO_TIME;
        return this;
    }

    /**
     * Sets when the event was meant to be sent. Latencies are measured from here.
     *
     * @param nanoTime a value of {@link System#nanoTime()}
     * @return this
     */
    public Header intendedNs(long nanoTime) {
        mask |= INTENDED;
        intendedNs = nanoTime;
        return this;
    }

    /**
     * Sets the event time, for an input that takes it from the header ({@link Input#eventTimeInHeader}). Other inputs
     * ignore it.
     *
     * @param ns nanoseconds since the epoch; {@link #NO_TIME} for none
     * @return this
     */
    public Header timeNs(long ns) {
        timeNs = ns;
        return this;
    }

    /**
     * Returns the event time that it carries.
     *
     * @return {@link #NO_TIME} if it carries none
     */
    public long timeNs() {
        return timeNs;
    }

    /**
     * Sets an id that outputs inherit.
     *
     * @param id the id
     * @return this
     */
    public Header correlationId(long id) {
        mask |= CORRELATION;
        correlationId = id;
        return this;
    }

    /**
     * Sets the output of another engine that caused this event.
     *
     * @param sequence its entry
     * @param ordinal its number
     * @return this
     */
    public Header cause(long sequence, int ordinal) {
        mask |= CAUSE;
        causeSequence = sequence;
        causeOrdinal = ordinal;
        return this;
    }

    /**
     * Sets a W3C trace context.
     *
     * @param high the first half of the trace id
     * @param low the second half
     * @param span the parent id
     * @param flags the trace flags
     * @return this
     */
    public Header trace(long high, long low, long span, byte flags) {
        mask |= TRACE;
        traceHigh = high;
        traceLow = low;
        spanId = span;
        traceFlags = flags;
        return this;
    }

    /**
     * Marks an event that comes back from the dead letters.
     *
     * @return this
     */
    public Header redriven() {
        mask |= REDRIVEN;
        return this;
    }

    /**
     * Marks an event as not real: of a warm-up, or a canary. Sinks see the mark.
     *
     * @return this
     */
    public Header marked() {
        mask |= MARKED;
        return this;
    }

    /**
     * Marks an event that may still be taken back or replaced: an early result of another engine.
     *
     * @return this
     */
    public Header provisional() {
        mask |= PROVISIONAL;
        return this;
    }

    /**
     * Sets why the event did not go its ordinary way elsewhere: it comes from a side stream or the dead letters of
     * another engine.
     *
     * @param why the reason
     * @return this
     */
    public Header reason(Reason why) {
        mask |= REASON;
        reason = Objects.requireNonNull(why, "reason");
        return this;
    }

    /**
     * Sets what an event made from an output inherits: event time, correlation id, trace context, marks and reason are
     * copied, and the output becomes its cause. The time at which it was meant to be sent is not inherited: set it with
     * {@link #intendedNs}.
     *
     * @param output the metadata of the output
     * @return this, with all other fields unset
     */
    public Header causedBy(Meta output) {
        clear().cause(output.sequence(), output.ordinal()).timeNs(output.timeNs());
        if (output.correlationId() != 0) {
            correlationId(output.correlationId());
        }
        if ((output.traceHigh() | output.traceLow()) != 0) {
            trace(output.traceHigh(), output.traceLow(), output.spanId(), output.traceFlags());
        }
        if (output.reason() != null) {
            reason(output.reason());
        }
        mask |= (output.redriven() ? REDRIVEN : 0) | (output.marked() ? MARKED : 0);
        mask |= output.provisional() ? PROVISIONAL : 0;
        return this;
    }
}
