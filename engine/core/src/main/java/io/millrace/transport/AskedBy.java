package io.millrace.transport;

import io.millrace.event.Header;
import io.millrace.event.Meta;

/**
 * The identity of a request of a topology, and what it inherits from the event that caused it, so that the service
 * asked can continue the trace.
 *
 * @param sequence the place of the entry that caused the request
 * @param ordinal its number among the requests that this entry caused
 * @param timeNs event time of the request, in nanoseconds since the epoch; {@link Header#NO_TIME} if no input of its
 *     topology has event time
 * @param correlationId of the event, or 0
 * @param traceHigh the first half of the W3C trace id of the event, or 0
 * @param traceLow the second half
 * @param spanId the parent of whatever handles the request, or 0
 * @param traceFlags the trace flags
 * @param redriven whether the event was published again from the dead letters
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
     * Copies the identity of a request from its metadata, which is valid during a call only.
     *
     * @param request the metadata of the request as an event of an output
     * @return a copy that may be kept
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
     * Returns a copy without event time.
     *
     * @return a copy
     */
    public AskedBy untimed() {
        return new AskedBy(
                sequence, ordinal, Header.NO_TIME, correlationId, traceHigh, traceLow, spanId, traceFlags, redriven);
    }

    /**
     * Tells whether the event belongs to a trace.
     *
     * @return false if its publisher gave none
     */
    public boolean hasTrace() {
        return (traceHigh | traceLow) != 0;
    }
}
