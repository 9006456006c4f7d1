package io.millrace.operators.async;

import io.millrace.event.EventType;
import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.operator.NodeContext;
import io.millrace.operators.HeldHeaders;
import io.millrace.operators.Stored;
import io.millrace.state.KeyedRows;
import io.millrace.state.Saved;
import io.millrace.state.StateBudget;
import io.millrace.state.StateCounters;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.state.TimerHeap;

/**
 * The events that wait for their answers, by the number of their request, with header, key and marks, when they are to be
 * answered at the latest and, where the order is kept, in the order of their coming.
 */
final class InFlight implements Saved {
    /** No row. */
    static final int NONE = -1;

    /** What has become of an event. */
    static final long OPEN = 0;

    static final long ANSWERED = 1;
    static final long TIMED_OUT = 2;
    static final long FAILED = 3;

    /*
     * Row: | sequence of the entry | ordinal | key | sequence of the event | header | time | deadline | hold | state
     *      | next in order + 1 | marks of with … | length of the key's bytes | bytes … | length of the event | bytes …
     *      | length of the reply | bytes … |                            the reply only where the order is kept
     */
    private static final int SEQUENCE = 0;
    private static final int ORDINAL = 1;
    private static final int KEY = 2;
    private static final int EVENT_SEQUENCE = 3;
    private static final int HEADER = 4;
    private static final int TIME = 5;
    private static final int DEADLINE = 6;
    private static final int HOLD = 7;
    private static final int STATE = 8;
    private static final int NEXT = 9;
    private static final int MARKS = 10;
    private static final int KEY_BYTES = MARKS + Flow.MAX_ORIGINS;

    /** Of one entry there are fewer requests than events can be in flight. */
    private static final int ORDINAL_BITS = 20;

    private final KeyedRows rows;
    private final HeldHeaders headers;
    private final TimerHeap deadlines;
    private final TimerHeap holds;
    private final boolean ordered;
    private final byte[] key;
    private final int event;
    private final int reply;

    /** The first and the last in order; where it is kept. */
    private int first = NONE;

    private int last = NONE;

    InFlight(NodeContext context, Async<?, ?, ?> operator) {
        EventType<?> type = context.inputType(0);
        StateBudget budget = context.budget();
        ordered = operator.ordered;
        key = new byte[Stored.words(operator.keyBytes) * Long.BYTES];
        event = KEY_BYTES + Stored.longs(operator.keyBytes);
        reply = event + Stored.longs(type.maxLength());
        rows = KeyedRows.forLongs(budget, longs(type, operator), operator.inFlight, context.hashSeed());
        headers = new HeldHeaders(budget, operator.inFlight);
        deadlines = new TimerHeap(budget, operator.inFlight);
        holds = new TimerHeap(budget, operator.inFlight);
        budget.keeps(this);
    }

    @Override
    public void save(StateWriter to) {
        to.putInt(first);
        to.putInt(last);
    }

    @Override
    public void load(StateReader from) {
        first = from.getInt();
        last = from.getInt();
    }

    static int longs(EventType<?> type, Async<?, ?, ?> operator) {
        return KEY_BYTES + Stored.longs(operator.keyBytes) + Stored.longs(type.maxLength()) + operator.replyLongs();
    }

    private static long id(long sequence, int ordinal) {
        return sequence << ORDINAL_BITS | ordinal;
    }

    // ---- coming

    /**
     * Keeps the event in hand; answers {@link #NONE} when there is no room, and then nothing has changed.
     *
     * @param ordinal  the number of its request among those of the entry
     * @param bytes    the event
     * @param length   its length
     * @param dueNs    when it is to be answered at the latest
     */
    int take(Flow flow, int ordinal, byte[] bytes, int length, long dueNs) {
        int slot = rows.acquire(id(flow.sequence(), ordinal));
        if (slot < 0 || !rows.isNew()) {
            return NONE; // no room; or as many entries later that ids begin anew
        }
        long header = headers.keep(flow);
        long deadline = header == HeldHeaders.NO_ROOM ? -1 : deadlines.set(dueNs, slot);
        long hold = deadline < 0 ? -1 : holds.set(flow.timeNs(), slot);
        if (hold < 0) {
            headers.drop(header == HeldHeaders.NO_ROOM ? 0 : header);
            deadlines.cancel(Math.max(deadline, 0));
            rows.release(slot);
            return NONE;
        }
        long[] page = rows.writable(slot);
        int base = rows.base(slot);
        page[base + SEQUENCE] = flow.sequence();
        page[base + ORDINAL] = ordinal;
        page[base + KEY] = flow.key();
        page[base + EVENT_SEQUENCE] = flow.eventSequence();
        page[base + HEADER] = header;
        page[base + TIME] = flow.timeNs();
        page[base + DEADLINE] = deadline;
        page[base + HOLD] = hold;
        for (int i = 0; i < Flow.MAX_ORIGINS; i++) {
            page[base + MARKS + i] = flow.origin(i);
        }
        storeKey(flow, page, base + KEY_BYTES);
        Stored.write(page, base + event, bytes, length);
        append(slot);
        return slot;
    }

    private void storeKey(Flow flow, long[] page, int at) {
        if (key.length > 0 && flow.keyBytes() != null) {
            System.arraycopy(flow.keyBytes(), 0, key, 0, flow.keyLength());
            Stored.write(page, at, key, flow.keyLength());
        }
    }

    private void append(int slot) {
        if (!ordered) {
            return;
        }
        if (last == NONE) {
            first = slot;
        } else {
            rows.set(last, NEXT, slot + 1L);
        }
        last = slot;
    }

    // ---- being answered

    /** The event that a request was made for and that is not answered yet; {@link #NONE} when there is none. */
    int open(long sequence, int ordinal) {
        if (sequence < 0 || ordinal < 0 || ordinal >> ORDINAL_BITS != 0) {
            return NONE;
        }
        int slot = rows.find(id(sequence, ordinal));
        return slot >= 0 && rows.get(slot, SEQUENCE) == sequence && rows.get(slot, STATE) == OPEN ? slot : NONE;
    }

    /** When an open event is to be answered at the latest. */
    long dueNs(int slot) {
        return deadlines.dueNs(rows.get(slot, DEADLINE));
    }

    /** Keeps what has become of an event until it is its turn. */
    void settle(int slot, long state) {
        deadlines.cancel(rows.get(slot, DEADLINE));
        rows.set(slot, STATE, state);
    }

    void keepReply(int slot, byte[] bytes, int length) {
        Stored.write(rows.writable(slot), rows.base(slot) + reply, bytes, length);
    }

    /** Takes the event of a deadline that has come; {@link #NONE} when none has. */
    int popDue(long upToNs) {
        return deadlines.pop(upToNs) ? (int) deadlines.payload() : NONE;
    }

    /** When the popped deadline was. */
    long poppedDueNs() {
        return deadlines.dueNs();
    }

    /** Sets another deadline than the one that has been popped, whose place it takes. */
    void due(int slot, long dueNs) {
        rows.set(slot, DEADLINE, deadlines.set(dueNs, slot));
    }

    long nextDueNs() {
        return deadlines.nextDueNs();
    }

    /** The earliest time of an event that is here; {@link Long#MAX_VALUE} when none is. */
    long earliestNs() {
        return holds.nextDueNs();
    }

    // ---- going

    /** The first in order, if it is no longer open; else {@link #NONE}. */
    int firstSettled() {
        return first != NONE && rows.get(first, STATE) != OPEN ? first : NONE;
    }

    long state(int slot) {
        return rows.get(slot, STATE);
    }

    long[] page(int slot) {
        return rows.page(slot);
    }

    int event(int slot) {
        return rows.base(slot) + event;
    }

    int reply(int slot) {
        return rows.base(slot) + reply;
    }

    /** Puts time, key, marks and header of an event back into the hand: it fires. */
    void restore(int slot, Flow flow, Firing firing) {
        long[] page = rows.page(slot);
        int base = rows.base(slot);
        if (key.length == 0) {
            flow.key(page[base + KEY]);
        } else {
            flow.key(page[base + KEY], key, Stored.read(page, base + KEY_BYTES, key, 0));
        }
        flow.fires(firing, page[base + TIME]);
        flow.timeNs(page[base + TIME]);
        for (int i = 0; i < Flow.MAX_ORIGINS; i++) {
            flow.origin(i, page[base + MARKS + i]);
        }
        headers.release(page[base + HEADER], page[base + EVENT_SEQUENCE], firing);
    }

    /** Frees an event whose header has been given back; of an order it is the first. */
    void release(int slot) {
        deadlines.cancel(rows.get(slot, DEADLINE));
        holds.cancel(rows.get(slot, HOLD));
        if (ordered) {
            first = (int) rows.get(slot, NEXT) - 1;
            last = first == NONE ? NONE : last;
        }
        rows.release(slot);
    }

    /** Of all that it is kept in. */
    StateCounters[] counters() {
        return new StateCounters[] {rows.counters(), headers.counters(), deadlines.counters(), holds.counters()};
    }

    int count() {
        return rows.count();
    }
}
