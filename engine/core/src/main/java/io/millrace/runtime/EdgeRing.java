package io.millrace.runtime;

import io.millrace.event.Bytes;
import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.Reason;
import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.operator.Held;
import io.millrace.plan.EdgePlan;

/**
 * An edge between two stages: a bounded ring of slots.
 *
 * <p><b>Writer:</b> the stage upstream writes slots and {@code tail}. <b>Reader:</b> the stage downstream reads slots and
 * writes {@code head}. <b>Ordering:</b> both positions are release stores and acquire loads ({@link Position}). <b>Why it
 * suffices:</b> a slot is filled before the tail that covers it is published and read before the head that frees it is
 * published; the writer checks for room before it begins an entry of the input order, with the most that one entry can cause
 * (the plan's bound), so it never waits in the middle of one. It publishes the tail before it publishes that it is done with
 * an entry, and a reader that sees the latter sees all slots of that entry: silence costs no slot.
 *
 * <p>Each slot is an array, so an event taken is another reference in the stage's hand, which G1 wants to know of. With all slots in one
 * array it is not, but then no index is a constant, and each of some thirty reads and writes is checked: tried, it costs as much.
 *
 * <pre>
 *  offset  bytes
 *  0       8   q                     40   4   length of the key's bytes, -1 for a number
 *  8       4   step                  44   4   length of the value
 *  12      2   form, 2 reason        48   32  origins
 *  16      4   1 below a firing      80   8   progress of a late entry
 *  20      4   1 for a tombstone     88   8   window
 *  24      8   event time            96   …   key bytes, the firing, then the value
 *  32      8   key
 * </pre>
 */
final class EdgeRing extends RingEnds {
    /** In the place of the form: not an entry but the progress that the edge is held at. */
    private static final short HELD_PROGRESS = -1;

    private static final int HEADER = EdgePlan.HEADER;
    private static final Reason[] REASONS = Reason.values();
    private static final EntryForm[] FORMS = EntryForm.values();

    private final EdgePlan plan;
    private final int mask;
    private final int stride;
    private final byte[][] slots;
    private final EventType<?> type;
    private final EventView<?> view;
    private final int place;
    private final Position tail = new Position(0);
    private final Position head = new Position(0);
    private final byte[] keyScratch;
    private final Firing firing = new Firing(0);

    EdgeRing(EdgePlan plan, EventType<?> type) {
        this.plan = plan;
        this.place = Flow.placeOf(plan.edge().from());
        this.mask = plan.slots() - 1;
        this.stride = plan.slotBytes();
        this.slots = new byte[plan.slots()][stride];
        this.type = type;
        this.view = type.newView();
        this.keyScratch = new byte[plan.keyBytes()];
    }

    EventView<?> view() {
        return view;
    }

    EdgePlan plan() {
        return plan;
    }

    /** Between two entries there is nothing in it; where its positions are means nothing then. */
    boolean isEmpty() {
        return writeAt == readAt;
    }

    // ---- the writing stage

    boolean hasRoomForOneEntry() {
        if (writeAt - headSeen + plan.mostPerQ() <= mask + 1) {
            return true;
        }
        headSeen = head.getAcquire();
        return writeAt - headSeen + plan.mostPerQ() <= mask + 1;
    }

    void write(Flow flow) {
        byte[] slot = begin(flow.sequence(), flow.step());
        Bytes.putShort(slot, 12, (short) flow.form().ordinal());
        Bytes.putShort(slot, 14, (short)
                (flow.sideReason() == null ? -1 : flow.sideReason().ordinal()));
        Bytes.putInt(slot, 20, flow.isTombstone() ? 1 : 0);
        Bytes.putLong(slot, 24, flow.timeNs());
        Bytes.putLong(slot, 80, flow.progressNs());
        Bytes.putLong(slot, 88, flow.windowNs());
        Bytes.putLong(slot, 32, flow.key());
        int at = HEADER;
        // a stream that has lost its key may still carry the bytes of it
        boolean keyed = flow.keyBytes() != null && plan.keyBytes() > 0;
        Bytes.putInt(slot, 40, keyed ? flow.keyLength() : -1);
        if (keyed) {
            System.arraycopy(flow.keyBytes(), 0, slot, at, flow.keyLength());
            at += flow.keyLength();
        }
        for (int i = 0; i < Flow.MAX_ORIGINS; i++) {
            Bytes.putLong(slot, 48 + 8 * i, flow.origin(i));
        }
        Bytes.putInt(slot, 16, flow.firing() == null ? 0 : 1);
        if (flow.firing() != null) {
            at += flow.firing().write(slot, at);
        }
        Bytes.putInt(slot, 44, Held.copyValue(flow, type, slot, at));
    }

    /** Notes that the progress of the edge is other than what its sources say. */
    void writeHeldProgress(long q, int step, long progressNs) {
        byte[] slot = begin(q, step);
        Bytes.putShort(slot, 12, HELD_PROGRESS);
        Bytes.putLong(slot, 24, progressNs);
    }

    private byte[] begin(long q, int step) {
        if (writeAt - headSeen > mask) {
            throw new IllegalStateException("edge ring of " + (mask + 1)
                    + " slots is full in the middle of an entry: an operator in front of it emits "
                    + "more than its maxOutputs; raise the bound that the operator declares");
        }
        byte[] slot = slots[(int) writeAt & mask];
        writeAt++;
        Bytes.putLong(slot, 0, q);
        Bytes.putInt(slot, 8, step);
        return slot;
    }

    void publish() {
        if (tail.getPlain() != writeAt) {
            tail.publish(writeAt);
        }
    }

    // ---- the reading stage

    /** Whether the next slot belongs to the step; the writer is known to be done with q. */
    boolean hasNext(long q, int step) {
        if (readAt == tailSeen) {
            tailSeen = tail.getAcquire();
            if (readAt == tailSeen) {
                return false;
            }
        }
        byte[] slot = slots[(int) readAt & mask];
        return Bytes.getLong(slot, 0) == q && Bytes.getInt(slot, 8) == step;
    }

    boolean nextIsHeldProgress() {
        return Bytes.getShort(slots[(int) readAt & mask], 12) == HELD_PROGRESS;
    }

    long takeHeldProgress() {
        return Bytes.getLong(slots[(int) readAt++ & mask], 24);
    }

    /** Takes the next entry into the stage's hand; its bytes stay in the slot until {@link #release}. */
    void take(Flow flow) {
        byte[] slot = slots[(int) readAt++ & mask];
        int at = HEADER;
        int keyLength = Bytes.getInt(slot, 40);
        if (keyLength < 0) {
            flow.key(Bytes.getLong(slot, 32));
        } else {
            System.arraycopy(slot, at, keyScratch, 0, keyLength);
            flow.key(Bytes.getLong(slot, 32), keyScratch, keyLength);
            at += keyLength;
        }
        flow.form(FORMS[Bytes.getShort(slot, 12)]);
        if (Bytes.getInt(slot, 20) != 0) {
            flow.tombstone();
        }
        short reason = Bytes.getShort(slot, 14);
        flow.reason(reason < 0 ? null : REASONS[reason]);
        if (flow.sideReason() == Reason.LATE) {
            flow.late(Bytes.getLong(slot, 80));
        }
        flow.timeNs(Bytes.getLong(slot, 24));
        flow.windowNs(Bytes.getLong(slot, 88));
        for (int i = 0; i < Flow.MAX_ORIGINS; i++) {
            flow.origin(i, Bytes.getLong(slot, 48 + 8 * i));
        }
        flow.firing(null);
        if (Bytes.getInt(slot, 16) != 0) {
            at += firing.read(slot, at);
            flow.firing(firing);
        }
        int length = Bytes.getInt(slot, 44);
        flow.value(place, view.wrap(slot, at, length), slot, at, length);
        if (type.hasCursor()) {
            flow.cursor(view);
        }
    }

    /** Frees what was taken. */
    void release() {
        if (head.getPlain() != readAt) {
            head.publish(readAt);
        }
    }
}
