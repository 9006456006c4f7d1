package io.millrace.event;

import java.util.Arrays;

/**
 * The layout of an entry of the input order: in a slot of the input ring, in memory for entries that are set aside, and
 * in the journal.
 *
 * <pre>
 *  offset  bytes
 *  0       4      length of the payload
 *  4       1      kind, see {@link EntryKind}; its highest bit says that the payload stands after room for all fields
 *  5       1      presence mask of the optional header fields
 *  6       2      number of the source
 *  8       8      event time, ns since the epoch (ticks: the host's clock)
 *  16      …      optional fields in the order of the mask: intended 8, correlation 8, cause 12, trace 25, reason 1
 *  …       …      payload
 * </pre>
 */
public final class Entry {
    /** Bytes before the optional fields. */
    public static final int FIXED_LENGTH = 16;
    /**
     * Room for all fields before the payload: a multiple of 8 above their 70 bytes. So the longs of a payload that is
     * filled after it are aligned to 8 bytes as well, and none crosses two cache lines, where a write takes several
     * times as long.
     */
    public static final int MAX_HEADER_LENGTH = FIXED_LENGTH + 8 + 8 + 12 + 25 + 1 + 2;

    /** Header length by presence mask: a table instead of a sum for each entry. */
    private static final byte[] HEADER_LENGTH = new byte[256];

    static {
        for (int mask = 0; mask < HEADER_LENGTH.length; mask++) {
            HEADER_LENGTH[mask] = (byte) (FIXED_LENGTH + optionalBefore(mask, 1 << 8));
        }
    }

    /**
     * A bit beside the kind: the payload stands after room for all optional fields, because it was filled before the
     * header was known.
     */
    private static final int ROOMY = 0x80;

    private static final int KIND_SHIFT = 32;
    private static final int MASK_SHIFT = 40;
    private static final int SOURCE_SHIFT = 48;

    private static final Reason[] REASONS = Reason.values();

    private Entry() {}

    private static int optionalBefore(int mask, int field) {
        int below = mask & (field - 1);
        return ((below & Header.INTENDED) != 0 ? 8 : 0)
                + ((below & Header.CORRELATION) != 0 ? 8 : 0)
                + ((below & Header.CAUSE) != 0 ? 12 : 0)
                + ((below & Header.TRACE) != 0 ? 25 : 0)
                + ((below & Header.REASON) != 0 ? 1 : 0);
    }

    /**
     * Writes everything but the payload and its length.
     *
     * @param bytes  where
     * @param offset first byte of the entry
     * @param kind   the kind
     * @param source the number of the source
     * @param timeNs event time, or clock
     * @param header optional fields, or null
     * @return the offset of the payload
     */
    public static int begin(byte[] bytes, int offset, byte kind, int source, long timeNs, Header header) {
        write(bytes, offset, kind, source, timeNs, header, 0);
        return offset + HEADER_LENGTH[header == null ? 0 : header.mask];
    }

    /**
     * Writes everything but the payload. Its first 8 bytes are one write, as {@link #head} is one read: a processor
     * that reads what it has just written in several parts waits for all of them.
     *
     * @param bytes where
     * @param offset first byte of the entry
     * @param kind the kind
     * @param source the number of the source
     * @param timeNs event time, or clock
     * @param header optional fields, or null
     * @param payloadLength bytes of payload, which is {@link #headerLength(Header)} bytes after the offset
     */
    public static void write(
            byte[] bytes, int offset, byte kind, int source, long timeNs, Header header, int payloadLength) {
        int mask = header == null ? 0 : header.mask;
        Bytes.putLong(
                bytes,
                offset,
                payloadLength & 0xffff_ffffL
                        | (kind & 0xffL) << KIND_SHIFT
                        | (mask & 0xffL) << MASK_SHIFT
                        | (long) source << SOURCE_SHIFT);
        Bytes.putLong(bytes, offset + 8, timeNs);
        if (mask == Header.CAUSE) { // as of what comes from another engine
            cause(bytes, offset + FIXED_LENGTH, header);
        } else if (mask != 0) {
            writeOptional(bytes, offset + FIXED_LENGTH, header);
        }
    }

    /**
     * Writes everything before a payload that is already {@link #MAX_HEADER_LENGTH} bytes after the offset. Otherwise
     * as {@link #write}.
     *
     * @param bytes where
     * @param offset first byte of the entry
     * @param kind the kind
     * @param source the number of the source
     * @param timeNs event time
     * @param header optional fields, or null
     * @param payloadLength bytes of payload
     */
    public static void writeBefore(
            byte[] bytes, int offset, byte kind, int source, long timeNs, Header header, int payloadLength) {
        write(bytes, offset, (byte) (kind | ROOMY), source, timeNs, header, payloadLength);
    }

    /**
     * Reads length, kind, mask and source at once.
     *
     * @param bytes  where
     * @param offset first byte of the entry
     * @return for {@link #headKind}, {@link #headSource}, {@link #headPayload} and {@link #headPayloadLength}
     */
    public static long head(byte[] bytes, int offset) {
        return Bytes.getLong(bytes, offset);
    }

    /**
     * The kind.
     *
     * @param head of {@link #head}
     * @return see {@link EntryKind}
     */
    public static byte headKind(long head) {
        return (byte) ((byte) (head >>> KIND_SHIFT) & ~ROOMY);
    }

    /**
     * The source.
     *
     * @param head of {@link #head}
     * @return its number
     */
    public static int headSource(long head) {
        return (int) (head >>> SOURCE_SHIFT);
    }

    /**
     * How many bytes after the entry's first byte the payload is.
     *
     * @param head of {@link #head}
     * @return bytes
     */
    public static int headPayload(long head) {
        // a negative byte is one with the bit of ROOMY
        return (byte) (head >>> KIND_SHIFT) < 0 ? MAX_HEADER_LENGTH : HEADER_LENGTH[(int) (head >>> MASK_SHIFT) & 0xff];
    }

    /**
     * The length of the payload.
     *
     * @param head of {@link #head}
     * @return bytes
     */
    public static int headPayloadLength(long head) {
        return (int) head;
    }

    /**
     * The bytes before the payload, if both are written together.
     *
     * @param header optional fields, or null
     * @return their number
     */
    public static int headerLength(Header header) {
        return HEADER_LENGTH[header == null ? 0 : header.mask];
    }

    private static void writeOptional(byte[] bytes, int at, Header h) {
        if ((h.mask & Header.INTENDED) != 0) {
            Bytes.putLong(bytes, at, h.intendedNs);
            at += 8;
        }
        if ((h.mask & Header.CORRELATION) != 0) {
            Bytes.putLong(bytes, at, h.correlationId);
            at += 8;
        }
        if ((h.mask & Header.CAUSE) != 0) {
            cause(bytes, at, h);
            at += 12;
        }
        if ((h.mask & Header.TRACE) != 0) {
            Bytes.putLong(bytes, at, h.traceHigh);
            Bytes.putLong(bytes, at + 8, h.traceLow);
            Bytes.putLong(bytes, at + 16, h.spanId);
            bytes[at + 24] = h.traceFlags;
            at += 25;
        }
        if ((h.mask & Header.REASON) != 0) {
            bytes[at] = (byte) h.reason.ordinal();
        }
    }

    private static void cause(byte[] bytes, int at, Header h) {
        Bytes.putLong(bytes, at, h.causeSequence);
        Bytes.putInt(bytes, at + 8, h.causeOrdinal);
    }

    /**
     * Completes an entry.
     *
     * @param bytes         where
     * @param offset        first byte of the entry
     * @param payloadLength bytes of payload
     */
    public static void end(byte[] bytes, int offset, int payloadLength) {
        Bytes.putInt(bytes, offset, payloadLength);
    }

    /**
     * Sets the event time of an entry whose payload was filled in place.
     *
     * @param bytes  where
     * @param offset first byte of the entry
     * @param timeNs event time
     */
    public static void timeNs(byte[] bytes, int offset, long timeNs) {
        Bytes.putLong(bytes, offset + 8, timeNs);
    }

    /**
     * Changes the kind: a claimed entry whose filling failed becomes {@link EntryKind#VOID}.
     *
     * @param bytes  where
     * @param offset first byte of the entry
     * @param kind   the kind
     */
    public static void kind(byte[] bytes, int offset, byte kind) {
        bytes[offset + 4] = kind;
    }

    /**
     * Reads the kind.
     *
     * @param bytes  where
     * @param offset first byte of the entry
     * @return see {@link EntryKind}
     */
    public static byte kind(byte[] bytes, int offset) {
        return (byte) (bytes[offset + 4] & ~ROOMY);
    }

    /**
     * Reads the source.
     *
     * @param bytes  where
     * @param offset first byte of the entry
     * @return the number of the source
     */
    public static int source(byte[] bytes, int offset) {
        return Bytes.getShort(bytes, offset + 6) & 0xffff;
    }

    /**
     * Reads the time.
     *
     * @param bytes  where
     * @param offset first byte of the entry
     * @return event time, or the clock of a tick
     */
    public static long timeNs(byte[] bytes, int offset) {
        return Bytes.getLong(bytes, offset + 8);
    }

    /**
     * Finds the payload.
     *
     * @param bytes  where
     * @param offset first byte of the entry
     * @return the offset of its first byte
     */
    public static int payload(byte[] bytes, int offset) {
        return offset + headPayload(head(bytes, offset));
    }

    /**
     * Reads the payload's length.
     *
     * @param bytes  where
     * @param offset first byte of the entry
     * @return bytes
     */
    public static int payloadLength(byte[] bytes, int offset) {
        return Bytes.getInt(bytes, offset);
    }

    /**
     * The length of the whole entry.
     *
     * @param bytes  where
     * @param offset first byte of the entry
     * @return bytes
     */
    public static int length(byte[] bytes, int offset) {
        long head = head(bytes, offset);
        return headPayload(head) + headPayloadLength(head);
    }

    /**
     * Reads the intended time.
     *
     * @param bytes  where
     * @param offset first byte of the entry
     * @return nanoseconds of the monotonic clock, or 0
     */
    public static long intendedNs(byte[] bytes, int offset) {
        return (bytes[offset + 5] & Header.INTENDED) != 0 ? Bytes.getLong(bytes, offset + FIXED_LENGTH) : 0;
    }

    /**
     * Reads the correlation id.
     *
     * @param bytes  where
     * @param offset first byte of the entry
     * @return the id, or 0
     */
    public static long correlationId(byte[] bytes, int offset) {
        int at = optional(bytes, offset, Header.CORRELATION);
        return at < 0 ? 0 : Bytes.getLong(bytes, at);
    }

    /** The offset of an optional field; -1 if it is unset. */
    private static int optional(byte[] bytes, int offset, int field) {
        int mask = bytes[offset + 5];
        return (mask & field) == 0 ? -1 : offset + FIXED_LENGTH + optionalBefore(mask, field);
    }

    /**
     * Reads the entry of the causing output.
     *
     * @param bytes  where
     * @param offset first byte of the entry
     * @return its place in the order of the other engine, or -1
     */
    public static long causeSequence(byte[] bytes, int offset) {
        int at = optional(bytes, offset, Header.CAUSE);
        return at < 0 ? -1 : Bytes.getLong(bytes, at);
    }

    /**
     * Reads the number of the causing output.
     *
     * @param bytes  where
     * @param offset first byte of the entry
     * @return the number, or -1
     */
    public static int causeOrdinal(byte[] bytes, int offset) {
        int at = optional(bytes, offset, Header.CAUSE);
        return at < 0 ? -1 : Bytes.getInt(bytes, at + 8);
    }

    /**
     * Reads the first half of the trace id.
     *
     * @param bytes  where
     * @param offset first byte of the entry
     * @return 0 when unset
     */
    public static long traceHigh(byte[] bytes, int offset) {
        int at = optional(bytes, offset, Header.TRACE);
        return at < 0 ? 0 : Bytes.getLong(bytes, at);
    }

    /**
     * Reads the second half of the trace id.
     *
     * @param bytes  where
     * @param offset first byte of the entry
     * @return 0 when unset
     */
    public static long traceLow(byte[] bytes, int offset) {
        int at = optional(bytes, offset, Header.TRACE);
        return at < 0 ? 0 : Bytes.getLong(bytes, at + 8);
    }

    /**
     * Reads the span that published the event.
     *
     * @param bytes  where
     * @param offset first byte of the entry
     * @return 0 when unset
     */
    public static long spanId(byte[] bytes, int offset) {
        int at = optional(bytes, offset, Header.TRACE);
        return at < 0 ? 0 : Bytes.getLong(bytes, at + 16);
    }

    /**
     * Reads the trace flags.
     *
     * @param bytes  where
     * @param offset first byte of the entry
     * @return 0 when unset
     */
    public static byte traceFlags(byte[] bytes, int offset) {
        int at = optional(bytes, offset, Header.TRACE);
        return at < 0 ? 0 : bytes[at + 24];
    }

    /**
     * Reads why the event did not go its ordinary way elsewhere.
     *
     * @param bytes where
     * @param offset first byte of the entry
     * @return null if unset
     */
    public static Reason reason(byte[] bytes, int offset) {
        int at = optional(bytes, offset, Header.REASON);
        return at < 0 ? null : REASONS[bytes[at]];
    }

    /**
     * Whether the event may still be taken back or replaced.
     *
     * @param bytes  where
     * @param offset first byte of the entry
     * @return true for an early result
     */
    public static boolean provisional(byte[] bytes, int offset) {
        return (bytes[offset + 5] & Header.PROVISIONAL) != 0;
    }

    /**
     * The bytes of fixed and optional fields; the payload may be further away.
     *
     * @param bytes where
     * @param offset first byte of the entry
     * @return their number
     */
    public static int headerLength(byte[] bytes, int offset) {
        return HEADER_LENGTH[bytes[offset + 5] & 0xff];
    }

    /**
     * Copies the optional fields, flags included, into a header of its own.
     *
     * @param bytes where
     * @param offset first byte of the entry
     * @param target where to, at least {@link #MAX_HEADER_LENGTH} bytes
     * @param targetAt first byte there
     * @return bytes of the header
     */
    public static int copyHeader(byte[] bytes, int offset, byte[] target, int targetAt) {
        int length = headerLength(bytes, offset);
        System.arraycopy(bytes, offset, target, targetAt, length);
        Bytes.putInt(target, targetAt, 0);
        target[targetAt + 4] = (byte) (target[targetAt + 4] & ~ROOMY);
        return length;
    }

    /**
     * Marks an entry as coming from the dead letters.
     *
     * @param bytes  where
     * @param offset first byte of the entry
     */
    public static void markRedriven(byte[] bytes, int offset) {
        bytes[offset + 5] |= Header.REDRIVEN;
    }

    /**
     * Whether two entries are of the same event, one of which may be a redriven copy of the other.
     *
     * @param bytes contains the one
     * @param offset its first byte
     * @param otherBytes contains the other
     * @param otherOffset its first byte
     * @return true if they are equal except for whether they were redriven
     */
    public static boolean isSameEvent(byte[] bytes, int offset, byte[] otherBytes, int otherOffset) {
        int length = length(bytes, offset);
        return kind(bytes, offset) == EntryKind.EVENT
                && (bytes[offset + 5] | Header.REDRIVEN) == (otherBytes[otherOffset + 5] | Header.REDRIVEN)
                && length == length(otherBytes, otherOffset)
                && equal(bytes, offset, otherBytes, otherOffset, 5)
                && equal(bytes, offset + 6, otherBytes, otherOffset + 6, length - 6);
    }

    private static boolean equal(byte[] a, int atA, byte[] b, int atB, int length) {
        return Arrays.equals(a, atA, atA + length, b, atB, atB + length);
    }

    /**
     * Whether the entry comes from the dead letters.
     *
     * @param bytes  where
     * @param offset first byte of the entry
     * @return true after a redrive
     */
    public static boolean redriven(byte[] bytes, int offset) {
        return (bytes[offset + 5] & Header.REDRIVEN) != 0;
    }

    /**
     * Whether the publisher marked the entry as not real.
     *
     * @param bytes  where
     * @param offset first byte of the entry
     * @return true for warm-up and canaries
     */
    public static boolean marked(byte[] bytes, int offset) {
        return (bytes[offset + 5] & Header.MARKED) != 0;
    }
}
