package io.millrace.engine;

import io.millrace.event.Bytes;
import io.millrace.event.Entry;
import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.Reason;
import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.operator.Held;
import io.millrace.runtime.Position;
import io.millrace.runtime.RingEnds;

/**
 * The bounded ring in front of a blocking sink: copies of outputs, each with the entry that caused it.
 *
 * <p><b>Writer:</b> the stage's thread writes slots, {@code tail} and {@code missed}. <b>Reader:</b> the sink's thread reads slots and writes
 * {@code head}. <b>Ordering:</b> all three are release stores and acquire loads ({@link Position}). <b>Why it
 * suffices:</b> a slot is filled before the tail that covers it is published, and read before the head that frees it is; an
 * older position only makes the other side wait a little longer. An event that cannot be encoded leaves the tail where it was.
 *
 * <pre>
 *  offset  bytes
 *  0       8   q                           24  4   ordinal
 *  8       8   event time                  28  4   length of the value
 *  16      4   which output of the sink    32  8   progress of a late event
 *  20      2   reason, -1 for none         40  8   how many found no room before it
 *  22      1   form, -1 for a tombstone, 1 1 for an entry, 2 for a firing, 0 for neither
 *  48      8   key, or the hash of its bytes
 *  56      4   length of the key's bytes, -1 for a number
 *  60      8   window
 *  68      …   the key's bytes, the causing entry or the firing, then the value
 * </pre>
 */
final class SinkRing extends RingEnds {
    private static final int HEADER = 68;
    private static final byte ENTRY = 1;
    private static final byte FIRING = 2;
    private static final byte TOMBSTONE = -1;
    private static final Reason[] REASONS = Reason.values();
    private static final EntryForm[] FORMS = EntryForm.values();

    private final byte[][] slots;
    private final int mask;
    private final int keyRoom;
    private final Position tail = new Position(0);
    private final Position head = new Position(0);

    /** How many outputs have found no room, told by the writer. */
    private final Position missed = new Position(0);

    /** The reader's. */
    private final byte[] keyInHand;

    private final Flow inHand = new Flow();
    private final Firing firing = new Firing(0);

    /**
     * Makes an empty ring.
     *
     * @param largestKey the most bytes of a text or composite key; 0 where keys are numbers, or nobody asks for them
     */
    SinkRing(int slotCount, int largestKey, int largestEntry, int largestValue) {
        slots = new byte[slotCount][HEADER + largestKey + Math.max(largestEntry, Firing.LENGTH_MAX) + largestValue];
        mask = slotCount - 1;
        keyRoom = largestKey;
        keyInHand = new byte[largestKey];
    }

    // ---- the stage's thread

    /** Copies an output; answers false when the ring is full. */
    boolean tryWrite(int output, Flow flow, EventType<?> type) {
        if (writeAt - headSeen > mask) {
            headSeen = head.getAcquire();
            if (writeAt - headSeen > mask) {
                return false;
            }
        }
        byte[] to = slots[(int) writeAt & mask];
        Bytes.putLong(to, 0, flow.sequence());
        Bytes.putLong(to, 8, flow.timeNs());
        Bytes.putInt(to, 16, output);
        Reason reason = flow.sideReason();
        Bytes.putShort(to, 20, (short) (reason == null ? -1 : reason.ordinal()));
        Bytes.putLong(to, 32, flow.progressNs());
        Bytes.putLong(to, 40, missedSoFar);
        Bytes.putLong(to, 60, flow.windowNs());
        to[22] = flow.isTombstone() ? TOMBSTONE : (byte) flow.form().ordinal();
        Bytes.putInt(to, 24, flow.ordinal());
        int at = HEADER + writeKey(to, flow);
        at += writeCause(to, at, flow);
        Bytes.putInt(to, 28, Held.copyValue(flow, type, to, at));
        writeAt++;
        tail.publish(writeAt);
        return true;
    }

    /** An output found no room, and nobody waits for any. */
    void miss() {
        missedSoFar++;
        missed.publish(missedSoFar);
    }

    private int writeKey(byte[] to, Flow flow) {
        Bytes.putLong(to, 48, flow.key());
        // a stream that has lost its key may still carry the bytes of it
        boolean hasBytes = flow.keyBytes() != null && flow.keyLength() <= keyRoom;
        int length = hasBytes ? flow.keyLength() : 0;
        Bytes.putInt(to, 56, hasBytes ? length : -1);
        if (length > 0) {
            System.arraycopy(flow.keyBytes(), 0, to, HEADER, length);
        }
        return length;
    }

    private static int writeCause(byte[] to, int at, Flow flow) {
        to[23] = flow.firing() != null ? FIRING : flow.entry() != null ? ENTRY : 0;
        if (to[23] == FIRING) {
            return flow.firing().write(to, at);
        }
        int length = to[23] == 0 ? 0 : Entry.length(flow.entry(), flow.entryOffset());
        if (length > 0) {
            System.arraycopy(flow.entry(), flow.entryOffset(), to, at, length);
        }
        return length;
    }

    // ---- the sink's thread

    /** Takes the next output into the hand. */
    boolean next() {
        if (readAt == tailSeen) {
            tailSeen = tail.getAcquire();
            if (readAt == tailSeen) {
                return false;
            }
        }
        byte[] slot = slot();
        byte cause = slot[23];
        int at = HEADER + Math.max(0, Bytes.getInt(slot, 56));
        inHand.begin(Bytes.getLong(slot, 0), 0, cause == ENTRY ? slot : null, at);
        readKey(slot);
        valueAt = at + (cause == ENTRY ? Entry.length(slot, at) : 0L);
        if (cause == FIRING) {
            valueAt += firing.read(slot, at);
            inHand.firing(firing);
        }
        short reason = Bytes.getShort(slot, 20);
        inHand.reason(reason < 0 ? null : REASONS[reason]);
        if (inHand.sideReason() == Reason.LATE) {
            inHand.late(Bytes.getLong(slot, 32));
        }
        if (slot[22] == TOMBSTONE) {
            inHand.tombstone();
        } else {
            inHand.form(FORMS[slot[22]]);
        }
        inHand.timeNs(Bytes.getLong(slot, 8));
        inHand.windowNs(Bytes.getLong(slot, 60));
        inHand.ordinal(Bytes.getInt(slot, 24));
        return true;
    }

    private void readKey(byte[] slot) {
        int length = Bytes.getInt(slot, 56);
        if (length < 0) {
            inHand.key(Bytes.getLong(slot, 48));
        } else {
            System.arraycopy(slot, HEADER, keyInHand, 0, length);
            inHand.key(Bytes.getLong(slot, 48), keyInHand, length);
        }
    }

    /** How many found no room in front of the output in hand, since asked last. */
    long missedBefore() {
        return missedUpTo(Bytes.getLong(slot(), 40));
    }

    /** How many found no room behind the last output; when that has been freed and nothing more comes. */
    long missedAtLast() {
        return missedUpTo(missed.getAcquire());
    }

    private long missedUpTo(long all) {
        long n = all - missedTold;
        missedTold = all;
        return n;
    }

    /** Whether any have found no room since asked last. */
    boolean hasMissed() {
        long all = missed.getAcquire();
        boolean more = all != missedSeen;
        missedSeen = all;
        return more;
    }

    int output() {
        return Bytes.getInt(slot(), 16);
    }

    /** Puts the value in hand beside what travels with it. */
    <V> Flow withValue(EventView<V> view, boolean hasCursor) {
        inHand.value(value(view), slot(), (int) valueAt, valueLength());
        inHand.cursor(hasCursor ? view : null);
        return inHand;
    }

    /** The place of the entry that caused the next output, or {@link Long#MAX_VALUE} when there is none. */
    long nextSequence() {
        if (readAt == tailSeen) {
            tailSeen = tail.getAcquire();
            if (readAt == tailSeen) {
                return Long.MAX_VALUE;
            }
        }
        return Bytes.getLong(slot(), 0);
    }

    /** Where the value in hand stands. */
    byte[] slot() {
        return slots[(int) readAt & mask];
    }

    int valueOffset() {
        return (int) valueAt;
    }

    int valueLength() {
        return Bytes.getInt(slot(), 28);
    }

    <V> V value(EventView<V> view) {
        return view.wrap(slot(), (int) valueAt, valueLength());
    }

    /** What travels beside the output in hand, and what caused it. */
    Flow inHand() {
        return inHand;
    }

    /** Frees the output in hand. */
    void release() {
        readAt++;
        head.publish(readAt);
    }

    /** How many it has freed. */
    long taken() {
        return readAt;
    }

    // ---- any thread

    /** How many have been written. */
    long handed() {
        return tail.getAcquire();
    }

    /** How many have been freed. */
    long freed() {
        return head.getAcquire();
    }

    /** The entry of the first that has not been freed, {@link Long#MAX_VALUE} for none; when one side has ended, so that it stays where it is. */
    long firstWaiting() {
        long read = head.getAcquire();
        return read == tail.getAcquire() ? Long.MAX_VALUE : Bytes.getLong(slots[(int) read & mask], 0);
    }

    /** How many outputs wait, or waited a moment ago. */
    long waiting() {
        long read = head.getAcquire(); // first: the tail is never behind it
        return tail.getAcquire() - read;
    }
}
