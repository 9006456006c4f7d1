package io.millrace.engine;

import io.millrace.event.EntryForm;
import io.millrace.event.Meta;
import io.millrace.event.Reason;

/** What travels beside an output that may yet be taken back: all as it is, and provisional. */
final class ProvisionalMeta implements Meta {
    private Meta of;

    /** The same object each time. */
    Meta of(Meta output) {
        of = output;
        return this;
    }

    @Override
    public boolean provisional() {
        return true;
    }

    @Override
    public long sequence() {
        return of.sequence();
    }

    @Override
    public boolean fired() {
        return of.fired();
    }

    @Override
    public long eventSequence() {
        return of.eventSequence();
    }

    @Override
    public int ordinal() {
        return of.ordinal();
    }

    @Override
    public long timeNs() {
        return of.timeNs();
    }

    @Override
    public long intendedNs() {
        return of.intendedNs();
    }

    @Override
    public long correlationId() {
        return of.correlationId();
    }

    @Override
    public long traceHigh() {
        return of.traceHigh();
    }

    @Override
    public long traceLow() {
        return of.traceLow();
    }

    @Override
    public long spanId() {
        return of.spanId();
    }

    @Override
    public byte traceFlags() {
        return of.traceFlags();
    }

    @Override
    public long causeSequence() {
        return of.causeSequence();
    }

    @Override
    public int causeOrdinal() {
        return of.causeOrdinal();
    }

    @Override
    public EntryForm form() {
        return of.form();
    }

    @Override
    public Reason reason() {
        return of.reason();
    }

    @Override
    public long progressNs() {
        return of.progressNs();
    }

    @Override
    public boolean redriven() {
        return of.redriven();
    }

    @Override
    public boolean marked() {
        return of.marked();
    }
}
