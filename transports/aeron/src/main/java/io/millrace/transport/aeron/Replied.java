package io.millrace.transport.aeron;

/**
 * A reply, and what came with it.
 *
 * @param reply what the service answered
 * @param correlationId that of the request, as it was given; 0 if there was none
 * @param causeSequence the place of the entry of the service that caused the reply
 * @param causeOrdinal the number of the reply among what that entry caused
 * @param traceHigh the first half of the W3C trace id that came back, or 0
 * @param traceLow the second half
 * @param spanId the span that sent the reply: that of the request, if the service made none of its own
 * @param traceFlags the trace flags
 * @param <R> the type of the reply
 */
public record Replied<R>(
        R reply,
        long correlationId,
        long causeSequence,
        int causeOrdinal,
        long traceHigh,
        long traceLow,
        long spanId,
        byte traceFlags) {}
