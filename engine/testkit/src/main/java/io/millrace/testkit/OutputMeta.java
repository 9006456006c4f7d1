package io.millrace.testkit;

import io.millrace.event.Meta;
import io.millrace.event.Reason;

/** A copy of what travels beside an output. */
record OutputMeta(
        long sequence,
        int ordinal,
        long timeNs,
        long intendedNs,
        long correlationId,
        Reason reason,
        boolean redriven,
        boolean marked)
        implements Meta {
    static OutputMeta copyOf(Meta m) {
        return new OutputMeta(
                m.sequence(),
                m.ordinal(),
                m.timeNs(),
                m.intendedNs(),
                m.correlationId(),
                m.reason(),
                m.redriven(),
                m.marked());
    }
}
