package io.millrace.engine;

import io.millrace.event.Bytes;
import io.millrace.event.Entry;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.Meta;
import io.millrace.event.Reason;
import io.millrace.operator.Flow;
import io.millrace.operator.Held;
import io.millrace.runtime.Position;

/**
 * The bounded ring in front of a blocking sink: copies of outputs, each with the entry that caused it.
 *
 * <p><b>Writer:</b> the stage's thread writes slots and {@code tail}. <b>Reader:</b> the sink's thread reads slots and writes
 * {@code head}. <b>Ordering:</b> both positions are release stores and acquire loads ({@link Position}). <b>Why it
 * suffices:</b> a slot is filled before the tail that covers it is published, and read before the head that frees it is; an
 * older position only makes the other side wait a little longer. An event that cannot be encoded leaves the tail where it was.
 *
 * <pre>
 *  offset  bytes
 *  0       8   q                           24  4   ordinal
 *  8       8   event time                  28  4   length of the value
 *  16      4   which output of the sink    32  …   the causing entry, then the value
 *  20      2   reason, -1 for none
 *  22      2   1 when there is a causing entry
 * </pre>
 */
final class SinkRing {
    private static final int HEADER = 32;
    private static final Reason[] REASONS = Reason.values();

    private final byte[][] slots;
    private final int mask;
    private final Position tail = new Position(0);
    private final Position head = new Position(0);
    private final SlotMeta meta = new SlotMeta();

    /** The writer's own: next slot to fill, and the last head it saw. */
    private long writeAt;

    private long headSeen;

    /** The reader's own: next slot to read, the last tail it saw, and where the parts of the slot in hand begin. */
    private long readAt;

    private long tailSeen;
    private byte[] slot;
    private int valueAt;

    SinkRing(int slotCount, int largestEntry, int largestValue) {
        slots = new byte[slotCount][HEADER + largestEntry + largestValue];
        mask = slotCount - 1;
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
        Reason reason = flow.reason();
        Bytes.putShort(to, 20, (short) (reason == null ? -1 : reason.ordinal()));
        Bytes.putShort(to, 22, (short) (flow.entry() == null ? 0 : 1));
        Bytes.putInt(to, 24, flow.ordinal());
        int at = HEADER;
        if (flow.entry() != null) {
            int length = Entry.length(flow.entry(), flow.entryOffset());
            System.arraycopy(flow.entry(), flow.entryOffset(), to, at, length);
            at += length;
        }
        Bytes.putInt(to, 28, Held.copyValue(flow, type, to, at));
        writeAt++;
        tail.publish(writeAt);
        return true;
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
        slot = slots[(int) readAt & mask];
        valueAt = HEADER + (hasEntry() ? Entry.length(slot, HEADER) : 0);
        return true;
    }

    int output() {
        return Bytes.getInt(slot, 16);
    }

    <V> V value(EventView<V> view) {
        return view.wrap(slot, valueAt, Bytes.getInt(slot, 28));
    }

    Meta meta() {
        return meta;
    }

    /** Null when what caused the output has no bytes. */
    byte[] entry() {
        return hasEntry() ? slot : null;
    }

    int entryOffset() {
        return HEADER;
    }

    private boolean hasEntry() {
        return Bytes.getShort(slot, 22) == 1;
    }

    /** Frees the output in hand. */
    void release() {
        readAt++;
        head.publish(readAt);
    }

    // ---- any thread

    /** How many outputs wait, or waited a moment ago. */
    long waiting() {
        long read = head.getAcquire(); // first: the tail is never behind it
        return tail.getAcquire() - read;
    }

    /** What travels beside the output in hand. */
    private final class SlotMeta implements Meta {
        @Override
        public long sequence() {
            return Bytes.getLong(slot, 0);
        }

        @Override
        public int ordinal() {
            return Bytes.getInt(slot, 24);
        }

        @Override
        public long timeNs() {
            return Bytes.getLong(slot, 8);
        }

        @Override
        public long intendedNs() {
            return hasEntry() ? Entry.intendedNs(slot, HEADER) : 0;
        }

        @Override
        public long correlationId() {
            return hasEntry() ? Entry.correlationId(slot, HEADER) : 0;
        }

        @Override
        public Reason reason() {
            short ordinal = Bytes.getShort(slot, 20);
            return ordinal < 0 ? null : REASONS[ordinal];
        }

        @Override
        public boolean redriven() {
            return hasEntry() && Entry.redriven(slot, HEADER);
        }

        @Override
        public boolean marked() {
            return hasEntry() && Entry.marked(slot, HEADER);
        }
    }
}
