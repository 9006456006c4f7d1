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
        if (isClosed(lowest)) {
            counters.partlyLate++;
            do {
                lowest++;
            } while (isClosed(lowest));
        }
        return null;
    }

    private boolean isClosed(long index) {
        long end = periods.end(index);
        long ns = progress.ns();
        return ns >= end && ns - window.latenessNs >= end;
    }

    /** Fires what is due for the key of an event. */
    private void catchUp(Flow flow) {
        int slot = panes.find(flow);
        if (slot < 0 || rows.get(slot, SOONEST) > progress.ns()) {
            return;
        }
        int fired = 0;
        int id = firstDue(slot);
        if (id >= 0) {
            inHand.copyFrom(flow);
            while (id >= 0) {
                fired++;
                heap.cancel(blocks.get(id, HANDLE));
                boolean last = fire(id, blocks.get(id, DUE), progress.ns(), flow);
                id = last ? -1 : firstDue(slot);
            }
            flow.copyFrom(inHand);
            counters.firings += fired;
            counters.maxFirings = Math.max(counters.maxFirings, fired);
        }
    }

    /** The same without a key: everything is. */
    private void catchUpAll(Flow flow) {
        inHand.copyFrom(flow);
        int fired = fire(progress.ns(), mostOfKey, flow);
        flow.copyFrom(inHand);
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
        return progress.ns() >= end ? forgetNs(end) : moment(periods.start(index), end, progress.ns());
    }

    private long forgetNs(long end) {
        return end > Progress.END - window.latenessNs ? Progress.END : end + window.latenessNs;
    }

    /** The first moment for a partial result behind a time; the end of the window when there is none before it. */
    private long moment(long start, long end, long after) {
        if (window.earlyNs == 0) {
            return end;
        }
        boolean endless = window.kind == Window.Kind.GLOBAL;
        long seen = Math.max(after, endless ? eventNs : start);
        long passed = seen - Math.floorMod(endless ? seen : seen - start, window.earlyNs);
        return passed > end - window.earlyNs ? end : Math.min(end, passed + window.earlyNs);
    }

    private void armed(long[] page, int base, long due, long handle) {
        page[base + DUE] = due;
        page[base + HANDLE] = handle;
        page[base + ORDER] = ++order;
    }

    private void armAgain(int id, long due) {
        armed(blocks.writable(id), blocks.base(id), due, heap.set(due, id));
        int slot = (int) blocks.get(id, SLOT);
        rows.set(slot, SOONEST, Math.min(rows.get(slot, SOONEST), due));
        context.due(due);
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
            armAgain(id, moment(periods.start(index), end, progressNs));
            return false;
        }
        if (dueNs == end && forgetNs(end) > end) {
            armAgain(id, forgetNs(end));
            return false;
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
        gather(id, page[base + INDEX] + steps - 1);
        page[base + TOLD] = page[base + EVENTS];
        if (!summaries.isInRange()) {
            results.refuse(flow);
            return;
        }
        int revision = (int) page[base + REVISION]++;
        if (window.retracts && revision > 0) {
            summaries.restore(page, base + resultAt);
            results.takeBack(flow, start, end, stampNs, revision - 1);
        }
        summaries.answer();
        if (window.retracts) {
            summaries.keep(page, base + resultAt);
        }
        results.send(flow, start, end, stampNs, revision, revision > 0 && !window.retracts);
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
        emptyHandle = heap.set(due, EMPTY);
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
            summaries.begin();
            summaries.answer();
            results.send(flow, periods.start(index), dueNs, dueNs - 1, 0, false);
        }
    }

    private void passEmpty() {
        heap.cancel(emptyHandle);
        emptyNext++;
        if (periods.isWithin(emptyNext)) {
            armEmpty();
        }
    }

    /** A window that is opened behind its end had an empty result before. */
    private void wasEmpty(int id, long index) {
        if (index >= emptyFirst && index < emptyNext && progress.ns() >= periods.end(index)) {
            blocks.set(id, REVISION, 1);
            if (window.retracts) {
                summaries.begin();
                summaries.answer();
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
