package io.millrace.transport.aeron;

import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import io.millrace.event.EntryForm;
import io.millrace.event.Header;
import io.millrace.event.Meta;
import io.millrace.event.Reason;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.UnsafeApi;

/**
 * What stands in front of an event on the wire, little endian.
 *
 * <pre>
 *  offset  bytes
 *  0       1   'M'                                  16  8  number of the message, by its sender, from 1
 *  1       1   version, see {@link #VERSION}        24  8  who sends: another number each time one is made
 *  2       1   kind: event, contract, end           32  8  place of the causing entry in the order of the sender
 *  3       1   form and flags                       48  …  optional, in the order of the mask: intended time 8, its clock 8
 *  4       4   number of the output of that entry          and that clock to the epoch 8; correlation 8; trace 25; reason 1;
 *  8       7   fingerprint of the layout                   journal of the sender 8; then the event
 *  15      1   mask of the optional fields          40  8  event time, the least long where there is none
 * </pre>
 *
 * <p>An input takes the event time from here where it says so ({@link io.millrace.event.Input#eventTimeInHeader}), and by a field of the
 * event otherwise, which has its meaning there. There is none of an engine whose inputs have none, nor with a request that was asked without.
 */
final class Wire {
    static final int FIXED_LENGTH = 48;
    static final int MAX_LENGTH = FIXED_LENGTH + 24 + 8 + 25 + 1 + 8;
    static final byte VERSION = 3;

    static final byte EVENT = 1;
    static final byte CONTRACT = 2;
    static final byte END = 3;

    /** Of Aeron's header, how far in front of ours they stand. */
    private static final int FLAGS_BEFORE = DataHeaderFlyweight.HEADER_LENGTH - DataHeaderFlyweight.FLAGS_FIELD_OFFSET;

    private static final byte MAGIC = 'M';
    private static final boolean IS_SWAPPED = ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN;

    /** How an event begins that is inserted and nothing else. */
    private static final int PLAIN = MAGIC | VERSION << 8 | EVENT << 16;

    private static final int INTENDED = 1;
    private static final int CORRELATION = 2;
    private static final int TRACE = 4;
    private static final int REASON = 8;
    private static final int LOG = 16;
    private static final int KNOWN = INTENDED | CORRELATION | TRACE | REASON | LOG;
    private static final int PLAIN_MASKS = KNOWN & ~REASON;

    private static final int FORM = 3;
    private static final int REDRIVEN = 4;
    private static final int MARKED = 8;
    private static final int PROVISIONAL = 16;

    /** Its sender has begun again, and works out once more what it may have sent before. */
    private static final int ONCE_MORE = 32;

    private static final int KNOWN_FLAGS = FORM | REDRIVEN | MARKED | PROVISIONAL | ONCE_MORE;

    /** The part of a fingerprint that travels. */
    private static final long CONTRACT_MASK = -1L >>> 8;

    private static final Reason[] REASONS = Reason.values();
    private static final EntryForm[] FORMS = EntryForm.values();
    private static final int[] OPTIONAL = new int[KNOWN + 1];

    static {
        for (int mask = 0; mask <= KNOWN; mask++) {
            OPTIONAL[mask] = ((mask & INTENDED) != 0 ? 24 : 0)
                    + ((mask & CORRELATION) != 0 ? 8 : 0)
                    + ((mask & TRACE) != 0 ? 25 : 0)
                    + ((mask & REASON) != 0 ? 1 : 0)
                    + ((mask & LOG) != 0 ? Long.BYTES : 0);
        }
    }

    private Wire() {}

    // ---- written

    /** Where the sender keeps a journal, its number, else 0. */
    static int mask(Meta meta, long log) {
        return (log != 0 ? LOG : 0)
                | (meta.intendedNs() != 0 ? INTENDED : 0)
                | (meta.correlationId() != 0 ? CORRELATION : 0)
                | ((meta.traceHigh() | meta.traceLow()) != 0 ? TRACE : 0)
                | (meta.reason() != null ? REASON : 0);
    }

    static int length(int mask) {
        return FIXED_LENGTH + OPTIONAL[mask];
    }

    static void begin(MutableDirectBuffer to, int at, byte kind, int mask, long contract, long number, long sender) {
        putLong(to, at, MAGIC | VERSION << 8 | kind << 16);
        from(to, at, mask, contract, number, sender);
        putLong(to, at + 32, -1);
        putLong(to, at + 40, Header.NO_TIME);
    }

    /** Who sends it, and by which contract. */
    static void from(MutableDirectBuffer to, int at, int mask, long contract, long number, long sender) {
        to.boundsCheck(at, FIXED_LENGTH);
        putWord(to, at, 1, contract | (long) mask << 56);
        putWord(to, at, 2, number);
        putWord(to, at, 3, sender);
    }

    /** Behind {@link #from}, or {@link #begin}, which look at the bounds, an event: words rather than bytes, each of which costs a check. */
    static void event(MutableDirectBuffer to, int at, int mask, Meta meta, long toEpochNs) {
        int flags = meta.form().ordinal()
                | (meta.redriven() ? REDRIVEN : 0)
                | (meta.marked() ? MARKED : 0)
                | (meta.provisional() ? PROVISIONAL : 0);
        putWord(to, at, 0, PLAIN | (long) flags << 24 | (long) meta.ordinal() << 32);
        putWord(to, at, 4, meta.sequence());
        putWord(to, at, 5, meta.timeNs());
        int next = at + FIXED_LENGTH;
        if ((mask & INTENDED) != 0) {
            putLong(to, next, meta.intendedNs());
            putLong(to, next + 8, WireClock.ID);
            putLong(to, next + 16, toEpochNs);
            next += 24;
        }
        if ((mask & CORRELATION) != 0) {
            putLong(to, next, meta.correlationId());
            next += 8;
        }
        if ((mask & TRACE) != 0) {
            putLong(to, next, meta.traceHigh());
            putLong(to, next + 8, meta.traceLow());
            putLong(to, next + 16, meta.spanId());
            to.putByte(next + 24, meta.traceFlags());
            next += 25;
        }
        if ((mask & REASON) != 0) {
            to.putByte(next, (byte) meta.reason().ordinal());
        }
    }

    /** Behind {@link #event}, where its mask says so. */
    static void log(MutableDirectBuffer to, int at, int mask, long log, boolean onceMore) {
        putLong(to, at + length(mask) - Long.BYTES, log);
        if (onceMore) {
            to.putByte(at + 3, (byte) (to.getByte(at + 3) | ONCE_MORE));
        }
    }

    /** Behind {@link #event}, where the sender has no event time. */
    static void untimed(MutableDirectBuffer to, int at) {
        putLong(to, at + 40, Header.NO_TIME);
    }

    // ---- read

    /** Null when a header of ours begins there and is whole, else what is wrong. Answers constants: hostile frames make no garbage. */
    static String wrong(DirectBuffer from, int at, int length) {
        if (length < FIXED_LENGTH) {
            return "a frame shorter than its header; is it one of another program? then say bare()";
        }
        if (from.getByte(at) != MAGIC) {
            return "a frame without our mark; is it one of another program? then say bare()";
        }
        if (from.getByte(at + 1) != VERSION) {
            return "a frame of another version of the wire format; both ends must have the same";
        }
        byte kind = from.getByte(at + 2);
        if (kind < EVENT || kind > END) {
            return "a frame of an unknown kind";
        }
        int mask = mask(from, at);
        if (mask > KNOWN || length < FIXED_LENGTH + OPTIONAL[mask]) {
            return mask > KNOWN ? "a frame with unknown fields" : "a frame that ends within its header";
        }
        int flags = from.getByte(at + 3);
        if ((flags & ~KNOWN_FLAGS) != 0 || (flags & FORM) >= FORMS.length) {
            return "a frame with unknown flags";
        }
        if ((mask & REASON) != 0 && (from.getByte(at + length(mask & ~LOG) - 1) & 0xff) >= REASONS.length) {
            return "a frame with an unknown reason";
        }
        return null;
    }

    /** One of the six words that each message begins with. */
    static long word(DirectBuffer from, int at, int index) {
        return getLong(from, at + index * Long.BYTES);
    }

    /** Throws where a message does not begin with these words: ahead of {@link #checkedWord}, which looks at nothing. */
    static void check(DirectBuffer from, int at) {
        from.boundsCheck(at, FIXED_LENGTH);
    }

    /** Whether a frame as it stands in a term is a message by itself: Aeron's own header is in front, and is not looked for. */
    static boolean isWholeFrame(DirectBuffer from, int at) {
        byte flags = UnsafeApi.getByte(from.byteArray(), from.addressOffset() + at - FLAGS_BEFORE);
        return (flags & FrameDescriptor.UNFRAGMENTED) == FrameDescriptor.UNFRAGMENTED;
    }

    /** One of the six words, behind a look at the bounds: to look for each whether it is there costs more than to read it. */
    static long checkedWord(DirectBuffer from, int at, int index) {
        long bits = UnsafeApi.getLong(from.byteArray(), from.addressOffset() + at + index * Long.BYTES);
        return IS_SWAPPED ? Long.reverseBytes(bits) : bits;
    }

    /** Whether a message that begins so is an event of which nothing has to be looked at more closely. */
    static boolean isPlain(long first, long second, int length) {
        int mask = mask(second);
        return (int) first == PLAIN && (mask & ~PLAIN_MASKS) == 0 && length >= length(mask);
    }

    /** Whether a message that begins so is an event that is inserted and nothing else. */
    static boolean isPlain(long first) {
        return (int) first == PLAIN;
    }

    static long contract(long second) {
        return second & CONTRACT_MASK;
    }

    static int mask(long second) {
        return (int) (second >>> 56);
    }

    static int mask(DirectBuffer from, int at) {
        return from.getByte(at + 15) & 0xff;
    }

    static byte kind(DirectBuffer from, int at) {
        return from.getByte(at + 2);
    }

    static boolean isEnd(DirectBuffer from, int at, int length) {
        return length == FIXED_LENGTH
                && length <= from.capacity() - at // else its length is no client's of Aeron
                && wrong(from, at, length) == null
                && kind(from, at) == END;
    }

    static EntryForm form(DirectBuffer from, int at) {
        return FORMS[from.getByte(at + 3) & FORM];
    }

    static long contract(DirectBuffer from, int at) {
        return getLong(from, at + 8) & CONTRACT_MASK;
    }

    static long number(DirectBuffer from, int at) {
        return getLong(from, at + 16);
    }

    static long sender(DirectBuffer from, int at) {
        return getLong(from, at + 24);
    }

    /** The number of the journal of its sender; 0 where that has none. */
    static long log(DirectBuffer from, int at, int mask) {
        return (mask & LOG) == 0 ? 0 : getLong(from, at + length(mask) - Long.BYTES);
    }

    /** Whether its sender may have sent it before. */
    static boolean isOnceMore(long first) {
        return (first & (long) ONCE_MORE << 24) != 0;
    }

    /** Whether its intended time is of another clock than ours. */
    static boolean isOfOtherClock(DirectBuffer from, int at, int mask) {
        return (mask & INTENDED) != 0 && getLong(from, at + FIXED_LENGTH + 8) != WireClock.ID;
    }

    /** As {@link #read}, of a plain event without further fields; behind a look at the bounds, too. */
    static void readPlain(DirectBuffer from, int at, Header into) {
        int ordinal = (int) (checkedWord(from, at, 0) >>> 32);
        into.clear().cause(checkedWord(from, at, 4), ordinal).timeNs(checkedWord(from, at, 5));
    }

    /** What travels on with the event: the output that it was is its cause, whose place has been read. Behind a look at the bounds. */
    static void read(DirectBuffer from, int at, long first, long place, int mask, Header into, long toEpochNs) {
        into.clear().cause(place, (int) (first >>> 32)).timeNs(checkedWord(from, at, 5));
        if (mask == 0 && (int) first == PLAIN) {
            return;
        }
        int flags = (int) (first >>> 24);
        int next = at + FIXED_LENGTH;
        if ((mask & INTENDED) != 0) {
            long ns = getLong(from, next);
            into.intendedNs(getLong(from, next + 8) == WireClock.ID ? ns : ns + getLong(from, next + 16) - toEpochNs);
            next += 24;
        }
        if ((mask & CORRELATION) != 0) {
            into.correlationId(getLong(from, next));
            next += 8;
        }
        if ((mask & TRACE) != 0) {
            into.trace(getLong(from, next), getLong(from, next + 8), getLong(from, next + 16), from.getByte(next + 24));
            next += 25;
        }
        if ((mask & REASON) != 0) {
            into.reason(REASONS[from.getByte(next)]);
        }
        if ((flags & REDRIVEN) != 0) {
            into.redriven();
        }
        if ((flags & MARKED) != 0) {
            into.marked();
        }
        if ((flags & PROVISIONAL) != 0) {
            into.provisional();
        }
    }

    /** Behind a look whether there is room for all of them. */
    private static void putWord(MutableDirectBuffer to, int at, int index, long value) {
        long bits = IS_SWAPPED ? Long.reverseBytes(value) : value;
        UnsafeApi.putLong(to.byteArray(), to.addressOffset() + at + index * Long.BYTES, bits);
    }

    private static void putLong(MutableDirectBuffer to, int at, long value) {
        to.putLong(at, value, ByteOrder.LITTLE_ENDIAN);
    }

    private static long getLong(DirectBuffer from, int at) {
        return from.getLong(at, ByteOrder.LITTLE_ENDIAN);
    }
}
