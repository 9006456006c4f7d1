package io.millrace.transport.aeron;

import io.millrace.event.Entry;
import io.millrace.event.EntryForm;
import io.millrace.event.EntryKind;
import io.millrace.event.Header;
import io.millrace.event.Meta;
import io.millrace.event.Reason;
import java.util.SplittableRandom;

/** What travels beside an event, made up, or read from a header. */
final class FakeMeta implements Meta {
    private long sequence;
    private int ordinal;
    private long timeNs;
    private long intendedNs;
    private long correlationId;
    private long traceHigh;
    private long traceLow;
    private long spanId;
    private byte traceFlags;
    private Reason reason;
    private EntryForm form = EntryForm.INSERT;
    private boolean redriven;
    private boolean marked;
    private boolean provisional;

    FakeMeta(long intendedNs, long sequence) {
        this.intendedNs = intendedNs;
        this.sequence = sequence;
    }

    FakeMeta(SplittableRandom r) {
        sequence = r.nextLong(Long.MAX_VALUE);
        ordinal = r.nextInt(1_000);
        timeNs = r.nextLong();
        intendedNs = r.nextBoolean() ? r.nextLong() : 0;
        correlationId = r.nextBoolean() ? r.nextLong() : 0;
        if (r.nextBoolean()) {
            traceHigh = r.nextLong();
            traceLow = r.nextLong();
            spanId = r.nextLong();
            traceFlags = (byte) r.nextInt();
        }
        reason = r.nextBoolean() ? Reason.values()[r.nextInt(Reason.values().length)] : null;
        form = EntryForm.values()[r.nextInt(EntryForm.values().length)];
        redriven = r.nextBoolean();
        marked = r.nextBoolean();
        provisional = r.nextBoolean();
    }

    /** As an engine keeps a header. */
    static FakeMeta of(Header h) {
        byte[] e = new byte[Entry.MAX_HEADER_LENGTH];
        Entry.begin(e, 0, EntryKind.EVENT, 0, 0, h);
        FakeMeta m = new FakeMeta(Entry.intendedNs(e, 0), Entry.causeSequence(e, 0));
        m.timeNs = h.timeNs();
        m.ordinal = Entry.causeOrdinal(e, 0);
        m.correlationId = Entry.correlationId(e, 0);
        m.traceHigh = Entry.traceHigh(e, 0);
        m.traceLow = Entry.traceLow(e, 0);
        m.spanId = Entry.spanId(e, 0);
        m.traceFlags = Entry.traceFlags(e, 0);
        m.reason = Entry.reason(e, 0);
        m.redriven = Entry.redriven(e, 0);
        m.marked = Entry.marked(e, 0);
        m.provisional = Entry.provisional(e, 0);
        return m;
    }

    String text() {
        return sequence + "." + ordinal + " at " + timeNs + " " + intendedNs + " " + correlationId + " " + traceHigh
                + traceLow + spanId + traceFlags + " " + reason + " " + redriven + marked + provisional;
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
        return sequence;
    }

    @Override
    public int ordinal() {
        return ordinal;
    }

    @Override
    public long timeNs() {
        return timeNs;
    }

    @Override
    public long intendedNs() {
        return intendedNs;
    }

    @Override
    public long correlationId() {
        return correlationId;
    }

    @Override
    public long traceHigh() {
        return traceHigh;
    }

    @Override
    public long traceLow() {
        return traceLow;
    }

    @Override
    public long spanId() {
        return spanId;
    }

    @Override
    public byte traceFlags() {
        return traceFlags;
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
        return form;
    }

    @Override
    public Reason reason() {
        return reason;
    }

    @Override
    public long progressNs() {
        return Long.MIN_VALUE;
    }

    @Override
    public boolean redriven() {
        return redriven;
    }

    @Override
    public boolean marked() {
        return marked;
    }

    @Override
    public boolean provisional() {
        return provisional;
    }
}
