package io.millrace.operators.window;

import static io.millrace.operators.window.PaneBlocks.BUCKETS;
import static io.millrace.operators.window.PaneBlocks.COUNT;
import static io.millrace.operators.window.PaneBlocks.DUE;
import static io.millrace.operators.window.PaneBlocks.EVENTS;
import static io.millrace.operators.window.PaneBlocks.HANDLE;
import static io.millrace.operators.window.PaneBlocks.INDEX;
import static io.millrace.operators.window.PaneBlocks.NEWER;
import static io.millrace.operators.window.PaneBlocks.OLDER;
import static io.millrace.operators.window.PaneBlocks.ORDER;
import static io.millrace.operators.window.PaneBlocks.PANE;
import static io.millrace.operators.window.PaneBlocks.REVISION;
import static io.millrace.operators.window.PaneBlocks.SLOT;
import static io.millrace.operators.window.PaneBlocks.SOONEST;
import static io.millrace.operators.window.PaneBlocks.TOLD;

import io.millrace.event.Reason;
import io.millrace.operator.Flow;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.state.Blocks;
import io.millrace.state.DueLists;
import io.millrace.state.KeyedRows;
import io.millrace.time.Progress;

/**
 * Windows over periods of time. The events of a period are folded once, into its pane; a window of n steps begins with a
 * period and covers the panes of it and of the n - 1 behind it.
 *
 * <p>What fires for a window is, in this order: partial results, the result at its end, and with an allowed lateness the
 * end of that, when it is forgotten.
 */
final class PeriodWindows extends WindowState {
    /** What stands in the heap for the next period without events. */
    private static final long EMPTY = -1;

    private final Window window;
    private final Periods periods;
    private final int steps;
    private final boolean counts;
    private final int mostOfKey;
    private final Summaries summaries;
    private final Results results;
    private final int resultAt;
    private final PaneBlocks panes;
    private final KeyedRows rows;
    private final Blocks blocks;
    private final DueLists heap;
    private final boolean keyed;
    private final Progress progress;
    private final NodeContext context;
    private final NodeCounters counters;
    private final Flow inHand = new Flow();
    private final int[] fresh;
    private final long[] freshIndex;
    private long order;
    private long eventNs;

    /** Where periods without events are told: the first one, the next one, its timer. */
    private boolean watchesEmpty;

    private long emptyFirst;
    private long emptyNext;
    private long emptyHandle;

    /** The first window of the event in hand that has not been closed for good. */
    private long lowest;

    PeriodWindows(WindowOperator<?, ?> operator, WindowLayout layout, Results results, NodeContext context) {
        this.results = results;
        this.context = context;
        window = operator.window();
        periods = new Periods(window);
        steps = window.steps();
        counts = window.onUpdate || window.every > 0 || window.earlyNs > 0;
        mostOfKey = window.mostOfKey();
        summaries = new Summaries(layout);
        resultAt = BUCKETS + layout.bucketLongs;
        fresh = new int[steps];
        freshIndex = new long[steps];
        keyed = operator.isKeyed();
        progress = context.progress();
        counters = context.counters();
        panes = new PaneBlocks(operator, PaneBlocks.COLUMNS, blockLongs(window, layout), context);
        rows = panes.rows;
        blocks = panes.blocks;
        heap = new DueLists(context.budget());
    }

    static int blockLongs(Window window, WindowLayout layout) {
        return BUCKETS + layout.bucketLongs + (window.retracts ? Summaries.keptLongs(layout.cells.length) : 0);
    }

    // ---- before an event

    @Override
    Reason before(Flow flow) {
        if (!periods.find(flow.timeNs())) {
            return Reason.OUT_OF_RANGE;
        }
        long index = periods.index();
        if (isClosed(index)) {
            return Reason.LATE;
        }
        panes.slots = 0;
        eventNs = flow.timeNs();
        if (keyed) {
            catchUp(flow);
        } else if (heap.nextDueNs() <= progress.ns()) {
            catchUpAll(flow);
        }
        lowest = index - steps + 1;
        while (isClosed(lowest)) {
            lowest++;
        }
        return null;
    }

    private boolean isClosed(long index) {
        return progress.ns() >= forgetNs(periods.end(index));
    }

    /** Fires what is due for the key of an event. */
    private void catchUp(Flow flow) {
        int slot = panes.find(flow);
        if (slot < 0 || rows.get(slot, SOONEST) > progress.ns()) {
            return;
        }
        int id = firstDue(slot);
        if (id >= 0) {
            inHand.copyFrom(flow);
            count(fireAll(slot, id, flow));
            flow.copyFrom(inHand);
        }
    }

    /** Fires the windows of a key that are due, of which one is known; answers how many. */
    private int fireAll(int slot, int first, Flow flow) {
        int fired = 0;
        int id = first;
        while (id >= 0) {
            fired++;
            boolean last = fireNow(id, flow);
            id = last ? -1 : firstDue(slot);
        }
        return fired;
    }

    private boolean fireNow(int id, Flow flow) {
        heap.cancel(blocks.get(id, HANDLE));
        return fire(id, blocks.get(id, DUE), progress.ns(), flow);
    }

    /** The same without a key: everything is, but for periods without events beyond the first of them. */
    private void catchUpAll(Flow flow) {
        inHand.copyFrom(flow);
        int fired = fire(progress.ns(), mostOfKey, flow);
        int slot = rows.find(0);
        if (slot >= 0 && heap.nextDueNs() <= progress.ns()) {
            int id = window.empty ? -1 : firstDue(slot);
            fired += window.empty ? fireAhead(slot, flow) : fireAll(slot, id, flow);
        }
        flow.copyFrom(inHand);
        count(fired);
    }

    /**
     * Fires windows that have ended behind more periods without events than fire for one event: before those, because the
     * event must not get into them. They stay until it is their turn, so that they are not taken for periods without events.
     */
    private int fireAhead(int slot, Flow flow) {
        int fired = 0;
        int id = panes.oldest(slot);
        long end = periods.end(blocks.get(id, INDEX));
        while (end <= progress.ns()) {
            int next = panes.link(id, NEWER);
            if (blocks.get(id, DUE) == end) {
                fired++;
                fireNow(id, flow);
            }
            id = next;
            end = id < 0 ? Long.MAX_VALUE : periods.end(blocks.get(id, INDEX));
        }
        return fired;
    }

    private void count(int fired) {
        counters.firings += fired;
        counters.maxFirings = Math.max(counters.maxFirings, fired);
    }

    /** The window of a key that is due first; -1 when none is, and then its row says when one will be. */
    private int firstDue(int slot) {
        long ns = progress.ns();
        long soonest = Long.MAX_VALUE;
        long soonestOrder = 0;
        int found = -1;
        for (int id = panes.oldest(slot); id >= 0; id = panes.link(id, NEWER)) {
            long[] page = blocks.page(id);
            int base = blocks.base(id);
            panes.slots++;
            if (page[base + DUE] < soonest || page[base + DUE] == soonest && page[base + ORDER] < soonestOrder) {
                soonest = page[base + DUE];
                soonestOrder = page[base + ORDER];
                found = id;
            }
            if (!counts && window.latenessNs == 0) {
                break; // the older a window, the sooner it ends
            }
        }
        rows.set(slot, SOONEST, soonest);
        return soonest <= ns ? found : -1;
    }

    // ---- an event

    @Override
    Reason prepare(Flow flow, long[] values) {
        if (!summaries.hasOwn()) {
            return null;
        }
        int slot = panes.find(flow);
        int pane = slot < 0 ? -1 : panes.at(slot, periods.index());
        boolean isThere = pane >= 0 && blocks.get(pane, PANE) > 0;
        boolean fits = isThere
                ? summaries.addAside(blocks.page(pane), blocks.base(pane) + BUCKETS, values)
                : summaries.openAside(values);
        return fits ? null : Reason.OUT_OF_RANGE;
    }

    @Override
    Reason take(Flow flow, long[] values) {
        long index = periods.index();
        int slot = panes.acquire(flow);
        if (slot < 0) {
            return Reason.OVER_BOUND;
        }
        boolean isNew = rows.isNew();
        int pane = isNew ? -1 : panes.at(slot, index);
        Reason reason = null;
        if (pane >= 0 && blocks.get(pane, PANE) > 0) {
            reason = add(pane, values);
        } else {
            reason = open(slot, index) ? null : Reason.OVER_BOUND;
            pane = reason == null ? panes.at(slot, index) : -1;
            if (reason == null) {
                summaries.open(blocks.writable(pane), blocks.base(pane) + BUCKETS, values);
                blocks.set(pane, PANE, 1);
            }
        }
        counters.maxSlotsTouched = Math.max(counters.maxSlotsTouched, panes.slots);
        if (reason != null) {
            if (isNew) {
                rows.release(slot);
            }
            return reason;
        }
        counters.keys = rows.count();
        counters.partlyLate += lowest > index - steps + 1 ? 1 : 0;
        if (window.empty && !watchesEmpty) {
            watchesEmpty = true;
            watchEmpty();
        }
        tell(flow, pane);
        return null;
    }

    private Reason add(int pane, long[] values) {
        long[] page = blocks.writable(pane);
        int base = blocks.base(pane);
        if (!summaries.fits(page, base + BUCKETS, values)) {
            return Reason.OUT_OF_RANGE;
        }
        summaries.add(page, base + BUCKETS, values);
        page[base + PANE]++;
        return null;
    }

    /** Opens the windows of the event in hand that are not there yet: all or none. */
    private boolean open(int slot, long index) {
        int below = panes.below(slot, lowest);
        int missing = 0;
        int id = below < 0 ? panes.oldest(slot) : panes.link(below, NEWER);
        for (long i = lowest; i <= index; i++) {
            if (id >= 0 && blocks.get(id, INDEX) == i) {
                id = panes.link(id, NEWER);
            } else {
                freshIndex[missing++] = i;
            }
            panes.slots++;
        }
        if (rows.get(slot, COUNT) + missing > mostOfKey || !take(slot, missing)) {
            return false;
        }
        int before = below;
        for (int i = 0; i < missing; i++) {
            int next = before < 0 ? panes.oldest(slot) : panes.link(before, NEWER);
            while (next >= 0 && blocks.get(next, INDEX) < freshIndex[i]) {
                before = next;
                next = panes.link(before, NEWER);
            }
            panes.insert(slot, before, next, fresh[i]);
            opened(fresh[i]);
            before = fresh[i];
        }
        return true;
    }

    /** Takes blocks and sets their timers; all or none. */
    private boolean take(int slot, int n) {
        for (int i = 0; i < n; i++) {
            int id = blocks.take();
            long due = firstDueNs(freshIndex[i]);
            long handle = id < 0 ? -1 : heap.set(due, id);
            if (handle < 0) {
                if (id >= 0) {
                    blocks.free(id);
                }
                giveBack(i);
                return false;
            }
            fresh[i] = id;
            long[] page = blocks.writable(id);
            int base = blocks.base(id);
            page[base + INDEX] = freshIndex[i];
            page[base + SLOT] = slot;
            armed(page, base, due, handle);
        }
        return true;
    }

    private void giveBack(int n) {
        for (int i = 0; i < n; i++) {
            heap.cancel(blocks.get(fresh[i], HANDLE));
            blocks.free(fresh[i]);
        }
    }

    private void opened(int id) {
        context.due(blocks.get(id, DUE));
        if (window.empty) {
            wasEmpty(id, blocks.get(id, INDEX));
        }
    }

    // ---- when

    /** When a new window is to be looked at: at its first moment beyond progress, or, when its end has passed, after that. */
    private long firstDueNs(long index) {
        long end = periods.end(index);
        // a window that has no start of its own begins with its first event
        boolean endless = window.kind == Window.Kind.GLOBAL;
        long start = endless ? eventNs : periods.start(index);
        return progress.ns() >= end ? forgetNs(end) : periods.moment(start, end, progress.ns());
    }

    private long forgetNs(long end) {
        return end > Progress.END - window.latenessNs ? Progress.END : end + window.latenessNs;
    }

    private void armed(long[] page, int base, long due, long handle) {
        page[base + DUE] = due;
        page[base + HANDLE] = handle;
        page[base + ORDER] = ++order;
    }

    /** Sets the next timer of a window; without room for it, which is rare, it is given up. Answers as {@link #fire}. */
    private boolean armAgain(int id, long due, Flow flow) {
        int slot = (int) blocks.get(id, SLOT);
        long handle = heap.setAgain(due, id);
        if (handle < 0) {
            panes.keyOf(slot, flow);
            results.begin(flow, due);
            results.giveUp(flow, detail(Reason.OVER_BOUND));
            return panes.remove(id);
        }
        armed(blocks.writable(id), blocks.base(id), due, handle);
        rows.set(slot, SOONEST, Math.min(rows.get(slot, SOONEST), due));
        context.due(due);
        return false;
    }

    // ---- firing

    @Override
    long nextDueNs() {
        return heap.nextDueNs();
    }

    @Override
    int fire(long progressNs, int most, Flow flow) {
        int fired = 0;
        while (fired < most && heap.pop(progressNs)) {
            fired++;
            firePopped(progressNs, flow);
        }
        counters.keys = rows.count();
        return fired;
    }

    private void firePopped(long progressNs, Flow flow) {
        if (heap.payload() == EMPTY) {
            fireEmpty(heap.dueNs(), progressNs, flow);
        } else {
            fire((int) heap.payload(), heap.dueNs(), progressNs, flow);
        }
    }

    /** Fires a window that has been taken out of the heap; answers whether its key has none any more. */
    private boolean fire(int id, long dueNs, long progressNs, Flow flow) {
        long index = blocks.get(id, INDEX);
        long end = periods.end(index);
        boolean changed = !counts || blocks.get(id, EVENTS) != blocks.get(id, TOLD);
        if (dueNs <= end && changed) {
            panes.keyOf((int) blocks.get(id, SLOT), flow);
            results.begin(flow, dueNs);
            put(flow, id, dueNs < end ? dueNs : end - 1);
        }
        if (dueNs < end) {
            return armAgain(id, periods.moment(periods.start(index), end, progressNs), flow);
        }
        if (dueNs == end && forgetNs(end) > end) {
            return armAgain(id, forgetNs(end), flow);
        }
        if (window.empty && dueNs == end && index > emptyNext) {
            return armAgain(id, end + 1, flow); // fired ahead of the periods before it
        }
        if (window.empty && index == emptyNext) {
            passEmpty();
        }
        return panes.remove(id);
    }

    // ---- results

    /** Tells what an event has changed, where it is to be told at once: in each of its windows, the oldest first. */
    private void tell(Flow flow, int pane) {
        if (!counts && progress.ns() < periods.end(lowest)) {
            return;
        }
        results.begin(flow);
        int id = pane;
        int older = panes.link(id, OLDER);
        while (older >= 0 && blocks.get(older, INDEX) >= lowest) {
            id = older;
            older = panes.link(id, OLDER);
        }
        while (id != pane) {
            tellOne(flow, id);
            id = panes.link(id, NEWER);
        }
        tellOne(flow, pane);
    }

    private void tellOne(Flow flow, int id) {
        long events = blocks.get(id, EVENTS) + 1;
        blocks.set(id, EVENTS, events);
        long end = periods.end(blocks.get(id, INDEX));
        if (blocks.get(id, TOLD) < 0) {
            putEmpty(flow, periods.start(blocks.get(id, INDEX)), end);
        }
        boolean due = window.every > 0 && events % window.every == 0;
        if (window.onUpdate || due || progress.ns() >= end) {
            put(flow, id, end - 1);
        }
    }

    /** Sends the result of a window as it stands. */
    private void put(Flow flow, int id, long stampNs) {
        long[] page = blocks.writable(id);
        int base = blocks.base(id);
        long start = periods.start(page[base + INDEX]);
        long end = periods.end(page[base + INDEX]);
        page[base + TOLD] = page[base + EVENTS];
        if (!workOut(flow, id, page[base + INDEX] + steps - 1)) {
            return;
        }
        int revision = (int) page[base + REVISION]++;
        if (window.retracts && revision > 0) {
            summaries.restore(page, base + resultAt);
            results.takeBack(flow, start, end, stampNs, revision - 1);
            summaries.answer();
        }
        if (window.retracts) {
            summaries.keep(page, base + resultAt);
        }
        results.send(flow, start, end, stampNs, revision, revision > 0 && !window.retracts);
    }

    /** Writes the result of a window into the cells; says so where that cannot be, and answers false. */
    private boolean workOut(Flow flow, int first, long last) {
        try {
            gather(first, last);
            if (summaries.isInRange()) {
                summaries.answer();
                return true;
            }
        } catch (Throwable t) {
            results.failed(flow, t);
            return false;
        }
        results.refuse(flow);
        return false;
    }

    /** Puts the panes of a window together. */
    private void gather(int first, long last) {
        summaries.begin();
        int id = first;
        while (id >= 0 && blocks.get(id, INDEX) <= last) {
            if (blocks.get(id, PANE) > 0) {
                summaries.take(blocks.page(id), blocks.base(id) + BUCKETS);
            }
            panes.slots++;
            id = panes.link(id, NEWER);
        }
    }

    // ---- periods in which nothing was

    /** Begins to watch for them with the first event. */
    private void watchEmpty() {
        emptyFirst = lowest;
        emptyNext = lowest;
        armEmpty();
    }

    private void armEmpty() {
        long due = periods.end(emptyNext);
        emptyHandle = heap.setAgain(due, EMPTY);
        context.due(due);
    }

    private void fireEmpty(long dueNs, long progressNs, Flow flow) {
        int slot = rows.find(0);
        int newest = slot < 0 ? -1 : panes.newest(slot);
        boolean more = newest >= 0 && blocks.get(newest, INDEX) >= emptyNext;
        if (progressNs == Progress.END && !more) {
            return;
        }
        long index = emptyNext;
        boolean isEmpty = slot < 0 || panes.at(slot, index) < 0;
        passEmpty();
        if (isEmpty && periods.start(index) < dueNs) {
            flow.key(0);
            results.begin(flow, dueNs);
            putEmpty(flow, periods.start(index), dueNs);
        }
    }

    private void putEmpty(Flow flow, long start, long end) {
        try {
            summaries.begin();
            summaries.answer();
        } catch (Throwable t) {
            results.failed(flow, t);
            return;
        }
        results.send(flow, start, end, end - 1, 0, false);
    }

    private void passEmpty() {
        heap.cancel(emptyHandle);
        emptyNext++;
        if (periods.isWithin(emptyNext)) {
            armEmpty();
        }
    }

    /** A window that is opened behind its end had an empty result before, or gets it ahead of its turn. */
    private void wasEmpty(int id, long index) {
        if (watchesEmpty && index >= emptyFirst && progress.ns() >= periods.end(index)) {
            try {
                summaries.begin();
                summaries.answer();
            } catch (Throwable t) {
                return; // it has been reported, and there is no such result
            }
            blocks.set(id, REVISION, 1);
            blocks.set(id, TOLD, index < emptyNext ? 0 : -1);
            if (window.retracts) {
                summaries.keep(blocks.writable(id), blocks.base(id) + resultAt);
            }
        }
    }

    @Override
    String detail(Reason reason) {
        return switch (reason) {
            case OVER_BOUND -> "no room for one more key or window: raise their bound or the state budget";
            case OUT_OF_RANGE ->
                "a sum does not fit 64 bits, or the windows of its time are not within the range of time";
            default -> null;
        };
    }
}
