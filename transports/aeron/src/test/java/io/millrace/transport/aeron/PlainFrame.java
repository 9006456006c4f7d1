package io.millrace.transport.aeron;

import io.millrace.event.Meta;
import io.millrace.event.Reason;

/** A message as the page of the wire format has it ({@link Wire}), read byte by byte. */
final class PlainFrame {
    private static final int FIXED = 48;
    private static final int INTENDED = 1;
    private static final int CORRELATION = 2;
    private static final int TRACE = 4;
    private static final int REASON = 8;
    private static final int LOG = 16;

    private final PlainBytes bytes = new PlainBytes();
    private int mask;
    private int flags;
    private long reason;
    private long intended;
    private long correlation;
    private long traceHigh;
    private long traceLow;
    private long span;
    private long traceFlags;

    /** Whether there is a header of ours. */
    boolean isWhole;

    int kind;
    int ordinal;
    long contract;
    long number;
    long sender;
    long place;
    long log;

    /** Of its intended time; 0 where there is none. */
    long clock;

    /** Where the event begins. */
    int front;

    void read(byte[] from, int length) {
        isWhole = false;
        log = 0;
        clock = 0;
        correlation = 0;
        traceHigh = 0;
        traceLow = 0;
        span = 0;
        traceFlags = 0;
        intended = 0;
        reason = -1;
        if (length < FIXED) {
            return;
        }
        bytes.of(from, 0, length);
        boolean isOurs = bytes.next(1) == 'M' & bytes.next(1) == 3;
        kind = (int) bytes.next(1);
        flags = (int) bytes.next(1);
        ordinal = (int) bytes.next(4);
        contract = bytes.next(7);
        mask = (int) bytes.next(1);
        number = bytes.next(8);
        sender = bytes.next(8);
        place = bytes.next(8);
        bytes.next(8); // event time, which an input without any does not ask for
        if (isOurs && kind >= 1 && kind <= 3 && mask < 2 * LOG && flags < 64 && (flags & 3) < 3) {
            readOptional();
            front = bytes.at();
            isWhole = !bytes.isBeyond() && reason < Reason.values().length;
        }
    }

    private void readOptional() {
        if ((mask & INTENDED) != 0) {
            intended = bytes.next(8);
            clock = bytes.next(8);
            bytes.next(8);
        }
        if ((mask & CORRELATION) != 0) {
            correlation = bytes.next(8);
        }
        if ((mask & TRACE) != 0) {
            traceHigh = bytes.next(8);
            traceLow = bytes.next(8);
            span = bytes.next(8);
            traceFlags = bytes.next(1);
        }
        if ((mask & REASON) != 0) {
            reason = bytes.next(1);
        }
        if ((mask & LOG) != 0) {
            log = bytes.next(8);
        }
    }

    boolean isInsert() {
        return (flags & 3) == 0;
    }

    boolean isOnceMore() {
        return (flags & 32) != 0;
    }

    boolean isOfOtherClock() {
        return (mask & INTENDED) != 0 && clock != WireClock.ID;
    }

    /** Null where a receiver sees all of it beside the event, else what is otherwise. */
    String differs(Meta seen) {
        boolean isSame = seen.causeSequence() == place
                && seen.causeOrdinal() == ordinal
                && seen.correlationId() == correlation
                && seen.traceHigh() == traceHigh
                && seen.traceLow() == traceLow
                && seen.spanId() == span
                && seen.traceFlags() == (byte) traceFlags
                && (isOfOtherClock() || seen.intendedNs() == intended);
        boolean isFlagged = seen.redriven() == isSet(4)
                && seen.marked() == isSet(8)
                && seen.provisional() == isSet(16)
                && (seen.reason() == null ? -1 : seen.reason().ordinal()) == reason;
        return isSame && isFlagged ? null : "of " + this + " there is " + text(seen);
    }

    private boolean isSet(int flag) {
        return (flags & flag) != 0;
    }

    private static String text(Meta seen) {
        return seen.causeSequence() + "." + seen.causeOrdinal() + " " + seen.correlationId() + " " + seen.traceHigh()
                + " " + seen.traceLow() + " " + seen.spanId() + " " + seen.traceFlags() + " " + seen.intendedNs() + " "
                + seen.reason() + " " + seen.redriven() + seen.marked() + seen.provisional();
    }

    @Override
    public String toString() {
        return place + "." + ordinal + " " + correlation + " " + traceHigh + " " + traceLow + " " + span + " "
                + traceFlags + " " + intended + " " + reason + " " + flags;
    }
}
