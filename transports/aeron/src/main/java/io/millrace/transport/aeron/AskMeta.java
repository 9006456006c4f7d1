package io.millrace.transport.aeron;

import io.millrace.event.EntryForm;
import io.millrace.event.Meta;
import io.millrace.event.Reason;

/** What travels beside a request: its number, when it was asked, and the id of what asks. One thread at a time. */
final class AskMeta implements Meta {
    private long correlationId;
    private long askedNs;
    private long sequence;
    private int ordinal;

    AskMeta of(long id, long nowNs) {
        return of(id, nowNs, -1, 0);
    }

    /** Of a request that a topology makes, by its id. */
    AskMeta of(long id, long nowNs, long ofSequence, int ofOrdinal) {
        correlationId = id;
        askedNs = nowNs;
        sequence = ofSequence;
        ordinal = ofOrdinal;
        return this;
    }

    @Override
    public long sequence() {
        return sequence;
    }

    @Override
    public boolean fired() {
        return false;
    }

    @Override
    public long eventSequence() {
        return -1;
    }

    @Override
    public int ordinal() {
        return ordinal;
    }

    @Override
    public long timeNs() {
        return 0;
    }

    @Override
    public long intendedNs() {
        return askedNs;
    }

    @Override
    public long correlationId() {
        return correlationId;
    }

    @Override
    public long traceHigh() {
        return 0;
    }

    @Override
    public long traceLow() {
        return 0;
    }

    @Override
    public long spanId() {
        return 0;
    }

    @Override
    public byte traceFlags() {
        return 0;
    }

    @Override
    public long causeSequence() {
        return -1;
    }

    @Override
    public int causeOrdinal() {
        return -1;
    }

    @Override
    public EntryForm form() {
        return EntryForm.INSERT;
    }

    @Override
    public Reason reason() {
        return null;
    }

    @Override
    public long progressNs() {
        return Long.MIN_VALUE;
    }

    @Override
    public boolean redriven() {
        return false;
    }

    @Override
    public boolean marked() {
        return false;
    }

    @Override
    public boolean provisional() {
        return false;
    }
}
