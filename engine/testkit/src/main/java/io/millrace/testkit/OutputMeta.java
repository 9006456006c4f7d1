package io.millrace.testkit;

import io.millrace.event.EntryForm;
import io.millrace.event.Meta;
import io.millrace.event.Reason;

/** A copy of what travels beside an output. */
record OutputMeta(
        long sequence,
        int ordinal,
        long timeNs,
        boolean fired,
        long eventSequence,
        long intendedNs,
        long correlationId,
        long traceHigh,
        long traceLow,
        long spanId,
        byte traceFlags,
        long causeSequence,
        int causeOrdinal,
        EntryForm form,
        Reason reason,
        long progressNs,
        boolean redriven,
        boolean marked,
        boolean provisional)
        implements Meta {
    static OutputMeta copyOf(Meta m) {
        return new OutputMeta(
                m.sequence(),
                m.ordinal(),
                m.timeNs(),
                m.fired(),
                m.eventSequence(),
                m.intendedNs(),
                m.correlationId(),
                m.traceHigh(),
                m.traceLow(),
                m.spanId(),
                m.traceFlags(),
                m.causeSequence(),
                m.causeOrdinal(),
                m.form(),
                m.reason(),
                m.progressNs(),
                m.redriven(),
                m.marked(),
                m.provisional());
    }
}
