package io.millrace.operators.join;

import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.operators.HeldHeaders;
import io.millrace.operators.Stored;
import io.millrace.state.Blocks;
import io.millrace.state.KeyedRows;
import io.millrace.state.StateBudget;
import io.millrace.state.StateCounters;
import io.millrace.state.TimerHeap;
import io.millrace.time.Times;

/**
 * Events that wait for progress, in the order of (due, arrival), each with the row of its key, its header and its marks. Where
 * those of one key are asked for before others, the row of the key has a timeline of them.
 */
final class WaitingEvents {
    /*
     * Block: | where asked for by key: of the timeline …, timer | slot | time | sequence | header | marks of with … |
     *        | length of the event | its bytes … |
     */
    private static final int TIMER = Timeline.HEAD;
    private static final int OF_KEY = TIMER + 1;
    private static final int TIME = 1;
    private static final int SEQUENCE = 2;
    private static final int HEADER = 3;
    private static final int MARKS = 4;
    private static final int HEAD = MARKS + Flow.MAX_ORIGINS;

    /** The most longs in front of an event. */
    static final int HEAD_MAX = OF_KEY + HEAD;

    private final KeyedRows rows;
    private final int column;
    private final Timeline ofKey;
    private final int front;
    private final Blocks blocks;
    private final HeldHeaders headers;
    private final TimerHeap heap;
    private final long waitNs;
    private int id;
    private long dueNs;

    /**
     * None yet, and not asked for by key.
     *
     * @param waitNs how long behind its time each is due
     */
    WaitingEvents(StateBudget budget, int maxLength, long waitNs) {
        this(budget, maxLength, waitNs, null, 0, 0);
    }

    /**
     * None yet.
     *
     * @param waitNs how long behind its time each is due
     * @param rows   of the keys; null where they are not asked for by key
     * @param column of a row, for the root of the timeline of those that wait
     * @param seed   of the engine
     */
    WaitingEvents(StateBudget budget, int maxLength, long waitNs, KeyedRows rows, int column, long seed) {
        this.waitNs = waitNs;
        this.rows = rows;
        this.column = column;
        front = rows == null ? 0 : OF_KEY;
        blocks = new Blocks(budget, front + HEAD + Stored.longs(maxLength), 0);
        ofKey = rows == null ? null : new Timeline(new EventPlaces(blocks), seed);
        headers = new HeldHeaders(budget, 0);
        heap = new TimerHeap(budget, 0);
    }

    /** Answers false when there is no room, and then nothing has changed. */
    boolean hold(Flow flow, int slot, byte[] event, int length) {
        int taken = take(slot, flow.timeNs());
        if (taken < 0) {
            return false;
        }
        long header = headers.keep(flow);
        long timer = header == HeldHeaders.NO_ROOM ? -1 : heap.set(dueNs(flow.timeNs()), taken);
        if (timer < 0) {
            headers.drop(header == HeldHeaders.NO_ROOM ? 0 : header);
            free(slot, taken);
            return false;
        }
        if (ofKey != null) {
            blocks.set(taken, TIMER, timer);
        }
        long[] page = blocks.writable(taken);
        int base = blocks.base(taken) + front;
        page[base] = slot;
        page[base + TIME] = flow.timeNs();
        page[base + SEQUENCE] = flow.eventSequence();
        page[base + HEADER] = header;
        for (int i = 0; i < Flow.MAX_ORIGINS; i++) {
            page[base + MARKS + i] = flow.origin(i);
        }
        Stored.write(page, base + HEAD, event, length);
        return true;
    }

    private int take(int slot, long timeNs) {
        if (ofKey == null) {
            return blocks.take();
        }
        open(slot);
        int taken = ofKey.add(timeNs);
        rows.set(slot, column, ofKey.root());
        return taken;
    }

    private void free(int slot, int freed) {
        if (ofKey == null) {
            blocks.free(freed);
            return;
        }
        open(slot);
        ofKey.remove(freed);
        rows.set(slot, column, ofKey.root());
    }

    private void open(int slot) {
        ofKey.root(rows.get(slot, column));
    }

    /** When an event of a time is due. */
    long dueNs(long timeNs) {
        return Times.plus(timeNs, waitNs);
    }

    long nextDueNs() {
        return heap.nextDueNs();
    }

    /** No event of a key that waits is earlier; the latest there is when none waits. */
    long earliestNs(int slot) {
        if (ofKey == null) {
            return heap.count() == 0 ? Long.MAX_VALUE : Times.minus(heap.nextDueNs(), waitNs);
        }
        open(slot);
        int first = ofKey.first();
        return first == Timeline.NONE ? Long.MAX_VALUE : ofKey.timeNs(first);
    }

    /** Whether one of a key is due. */
    boolean isDue(int slot, long progressNs) {
        open(slot);
        int first = ofKey.first();
        return first != Timeline.NONE && dueNs(ofKey.timeNs(first)) <= progressNs;
    }

    /** Takes the first that is due; it is there until it is released. */
    boolean pop(long progressNs) {
        if (!heap.pop(progressNs)) {
            return false;
        }
        id = (int) heap.payload();
        dueNs = heap.dueNs();
        return true;
    }

    /** The same, of a key. */
    boolean popOf(int slot, long progressNs) {
        if (!isDue(slot, progressNs)) {
            return false;
        }
        id = ofKey.first();
        dueNs = dueNs(ofKey.timeNs(id));
        heap.cancel(blocks.get(id, TIMER));
        return true;
    }

    /** When that taken was due. */
    long dueNs() {
        return dueNs;
    }

    int slot() {
        return (int) blocks.get(id, front);
    }

    long timeNs() {
        return blocks.get(id, front + TIME);
    }

    long[] page() {
        return blocks.page(id);
    }

    int event() {
        return blocks.base(id) + front + HEAD;
    }

    /** Gives its header and marks to what fires, and frees it. */
    void release(Flow flow, Firing firing) {
        long[] page = blocks.page(id);
        int base = blocks.base(id) + front;
        for (int i = 0; i < Flow.MAX_ORIGINS; i++) {
            flow.origin(i, page[base + MARKS + i]);
        }
        headers.release(page[base + HEADER], page[base + SEQUENCE], firing);
        free((int) page[base], id);
    }

    /** Of what is written. */
    StateCounters[] counters() {
        return new StateCounters[] {blocks.counters(), headers.counters(), heap.counters()};
    }

    /** Steps in timelines since the last call. */
    int takeSlots() {
        return ofKey == null ? 0 : ofKey.takeSlots();
    }
}
