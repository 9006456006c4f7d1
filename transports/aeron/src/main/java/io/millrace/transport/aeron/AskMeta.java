package io.millrace.transport.aeron;

import io.millrace.event.Entry;
import io.millrace.event.EntryForm;
import io.millrace.event.EntryKind;
import io.millrace.event.Header;
import io.millrace.event.Meta;
import io.millrace.event.Reason;
import io.millrace.transport.AskedBy;

/** What travels beside a request: its number, when it was asked, the id of what asks, and its trace. One thread at a time. */
final class AskMeta implements Meta {
    private static final Header NOTHING = new Header();

    /** As an engine keeps a header, which can be read there. */
    private final byte[] entry = new byte[Entry.MAX_HEADER_LENGTH];

    private final Header header = new Header();
    private long correlationId;
    private long askedNs;
    private long timeNs;

    AskMeta of(long id, long nowNs) {
        return of(NOTHING, id, nowNs);
    }

    /** Of a request that a topology makes. */
    AskMeta of(AskedBy by, long id, long nowNs) {
        header.clear().cause(by.sequence(), by.ordinal()).timeNs(by.timeNs());
        if (by.hasTrace()) {
            header.trace(by.traceHigh(), by.traceLow(), by.spanId(), by.traceFlags());
        }
        return of(by.redriven() ? header.redriven() : header, id, nowNs);
    }

    /** With what somebody gives along; the number stands in place of his correlation id. */
    AskMeta of(Header along, long id, long nowNs) {
        Entry.begin(entry, 0, EntryKind.EVENT, 0, 0, along);
        correlationId = id;
        timeNs = along.timeNs();
        long intendedNs = Entry.intendedNs(entry, 0);
        askedNs = intendedNs == 0 ? nowNs : intendedNs;
        return this;
    }

    @Override
    public long sequence() {
        return Entry.causeSequence(entry, 0);
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
        return Math.max(0, Entry.causeOrdinal(entry, 0)); // -1 where there is no cause
    }

    @Override
    public long timeNs() {
        return timeNs;
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
        return Entry.traceHigh(entry, 0);
    }

    @Override
    public long traceLow() {
        return Entry.traceLow(entry, 0);
    }

    @Override
    public long spanId() {
        return Entry.spanId(entry, 0);
    }

    @Override
    public byte traceFlags() {
        return Entry.traceFlags(entry, 0);
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
        return Entry.reason(entry, 0);
    }

    @Override
    public long progressNs() {
        return Long.MIN_VALUE;
    }

    @Override
    public boolean redriven() {
        return Entry.redriven(entry, 0);
    }

    @Override
    public boolean marked() {
        return Entry.marked(entry, 0);
    }

    @Override
    public boolean provisional() {
        return Entry.provisional(entry, 0);
    }
}
