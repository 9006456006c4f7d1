package io.millrace.transport;

import io.millrace.event.Header;
import io.millrace.event.Meta;

/**
 * What a request of a topology is known by, and what it inherits from the event that it was made of: for a service elsewhere, which goes on
 * with the trace.
 *
 * @param sequence      the place of the entry that caused the request
 * @param ordinal       its number among those that this entry caused
 * @param timeNs        event time of the request, nanoseconds since the epoch; {@link Header#NO_TIME} where no input of its topology has
 *     event time
 * @param correlationId of the event, or 0
 * @param traceHigh     the first half of the W3C trace id of the event, or 0
 * @param traceLow      the second half
 * @param spanId        the parent of whatever handles the request, or 0
 * @param traceFlags    the trace flags
 * @param redriven      whether the event was published again from the dead letters
 */
public record AskedBy(
        long sequence,
        int ordinal,
        long timeNs,
        long correlationId,
        long traceHigh,
        long traceLow,
        long spanId,
        byte traceFlags,
        boolean redriven) {
    /**
     * That of a request as an output.
     *
     * @param request what travels beside it
     * @return a copy of what is asked for later
     */
    public static AskedBy of(Meta request) {
        return new AskedBy(
                request.sequence(),
                request.ordinal(),
                request.timeNs(),
                request.correlationId(),
                request.traceHigh(),
                request.traceLow(),
                request.spanId(),
                request.traceFlags(),
                request.redriven());
    }

    /**
     * The same without a time.
     *
     * @return a copy
     */
    public AskedBy untimed() {
        return new AskedBy(
                sequence, ordinal, Header.NO_TIME, correlationId, traceHigh, traceLow, spanId, traceFlags, redriven);
    }

    /**
     * Whether the event belongs to a trace.
     *
     * @return false when its publisher gave none
     */
    public boolean hasTrace() {
        return (traceHigh | traceLow) != 0;
    }
}
