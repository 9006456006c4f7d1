package io.millrace.event;

/**
 * What a publisher may send along with an event. Mutable and reusable: clear, set, publish. Unset fields cost nothing in
 * the entry. Not thread-safe.
 */
public final class Header {
    static final int INTENDED = 1;
    static final int CORRELATION = 2;
    static final int CAUSE = 4;
    static final int TRACE = 8;
    static final int REDRIVEN = 16;
    static final int MARKED = 32;

    int mask;
    long intendedNs;
    long correlationId;
    long causeSequence;
    int causeOrdinal;
    long traceHigh;
    long traceLow;
    long spanId;
    byte traceFlags;

    /** An empty header. */
    public Header() {}

    /**
     * Unsets all fields.
     *
     * @return this
     */
    public Header clear() {
        mask = 0;
        return this;
    }

    /**
     * When the event was meant to be sent; latencies count from here.
     *
     * @param nanoTime of {@link System#nanoTime()}
     * @return this
     */
    public Header intendedNs(long nanoTime) {
        mask |= INTENDED;
        intendedNs = nanoTime;
        return this;
    }

    /**
     * An id that outputs inherit.
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
     * The output of another engine that caused this event.
     *
     * @param sequence its entry
     * @param ordinal  its number
     * @return this
     */
    public Header cause(long sequence, int ordinal) {
        mask |= CAUSE;
        causeSequence = sequence;
        causeOrdinal = ordinal;
        return this;
    }

    /**
     * A W3C trace context.
     *
     * @param high  the first half of the trace id
     * @param low   the second half
     * @param span  the parent id
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
     * Marks an event as not real: warm-up and canaries. Sinks see the mark.
     *
     * @return this
     */
    public Header marked() {
        mask |= MARKED;
        return this;
    }
}
