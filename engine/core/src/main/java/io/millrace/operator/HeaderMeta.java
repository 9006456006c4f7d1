package io.millrace.operator;

import io.millrace.event.Entry;
import io.millrace.event.Meta;

/** What the header of the causing entry says of what it caused; nothing where there is none. */
abstract class HeaderMeta implements Meta {
    /** Bytes as of {@link Entry}, or null. */
    public abstract byte[] header();

    public abstract int headerOffset();

    @Override
    public long intendedNs() {
        return header() == null ? 0 : Entry.intendedNs(header(), headerOffset());
    }

    @Override
    public long correlationId() {
        return header() == null ? 0 : Entry.correlationId(header(), headerOffset());
    }

    @Override
    public long traceHigh() {
        return header() == null ? 0 : Entry.traceHigh(header(), headerOffset());
    }

    @Override
    public long traceLow() {
        return header() == null ? 0 : Entry.traceLow(header(), headerOffset());
    }

    @Override
    public long spanId() {
        return header() == null ? 0 : Entry.spanId(header(), headerOffset());
    }

    @Override
    public byte traceFlags() {
        return header() == null ? 0 : Entry.traceFlags(header(), headerOffset());
    }

    @Override
    public long causeSequence() {
        return header() == null ? -1 : Entry.causeSequence(header(), headerOffset());
    }

    @Override
    public int causeOrdinal() {
        return header() == null ? -1 : Entry.causeOrdinal(header(), headerOffset());
    }

    @Override
    public boolean redriven() {
        return header() != null && Entry.redriven(header(), headerOffset());
    }

    @Override
    public boolean provisional() {
        return header() != null && Entry.provisional(header(), headerOffset());
    }
}
