package io.millrace.operators.join;

import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.operators.HeldHeaders;
import io.millrace.operators.Stored;
import io.millrace.state.Blocks;
import io.millrace.state.StateBudget;
import io.millrace.state.TimerHeap;
import io.millrace.time.Times;

/** Events that wait for progress, in the order of (due, arrival), each with the row of its key, its header and its marks. */
final class WaitingEvents {
    /* Block: | slot | time | sequence | header | marks of with … | length of the event | its bytes … | */
    private static final int TIME = 1;
    private static final int SEQUENCE = 2;
    private static final int HEADER = 3;
    private static final int MARKS = 4;
    static final int HEAD = MARKS + Flow.MAX_ORIGINS;

    private final Blocks blocks;
    private final HeldHeaders headers;
    private final TimerHeap heap;
    private final long waitNs;
    private int id;

    /**
     * None yet.
     *
     * @param waitNs how long behind its time each is due
     */
    WaitingEvents(StateBudget budget, int maxLength, long waitNs) {
        this.waitNs = waitNs;
        blocks = new Blocks(budget, HEAD + Stored.longs(maxLength), 0);
        headers = new HeldHeaders(budget, 0);
        heap = new TimerHeap(budget, 0);
    }

    /** Answers false when there is no room, and then nothing has changed. */
    boolean hold(Flow flow, int slot, byte[] event, int length) {
        int taken = blocks.take();
        if (taken < 0) {
            return false;
        }
        long header = headers.keep(flow);
        if (header == HeldHeaders.NO_ROOM || heap.set(dueNs(flow), taken) < 0) {
            headers.drop(header == HeldHeaders.NO_ROOM ? 0 : header);
            blocks.free(taken);
            return false;
        }
        long[] page = blocks.writable(taken);
        int base = blocks.base(taken);
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

    /** When an event is due. */
    long dueNs(Flow flow) {
        return Times.plus(flow.timeNs(), waitNs);
    }

    long nextDueNs() {
        return heap.nextDueNs();
    }

    /** No event that waits is earlier; the latest there is when none waits. */
    long earliestNs() {
        return heap.count() == 0 ? Long.MAX_VALUE : Times.minus(heap.nextDueNs(), waitNs);
    }

    /** Takes the first that is due; it is there until it is released. */
    boolean pop(long progressNs) {
        boolean is = heap.pop(progressNs);
        id = is ? (int) heap.payload() : id;
        return is;
    }

    long dueNs() {
        return heap.dueNs();
    }

    int slot() {
        return (int) blocks.get(id, 0);
    }

    long timeNs() {
        return blocks.get(id, TIME);
    }

    long[] page() {
        return blocks.page(id);
    }

    int event() {
        return blocks.base(id) + HEAD;
    }

    /** Gives its header and marks to what fires, and frees it. */
    void release(Flow flow, Firing firing) {
        long[] page = blocks.page(id);
        int base = blocks.base(id);
        for (int i = 0; i < Flow.MAX_ORIGINS; i++) {
            flow.origin(i, page[base + MARKS + i]);
        }
        headers.release(page[base + HEADER], page[base + SEQUENCE], firing);
        blocks.free(id);
    }
}
