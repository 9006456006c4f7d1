package io.millrace.operators.window;

import static io.millrace.operators.window.PaneBlocks.BUCKETS;
import static io.millrace.operators.window.PaneBlocks.COUNT;
import static io.millrace.operators.window.PaneBlocks.DUE;
import static io.millrace.operators.window.PaneBlocks.EVENTS;
import static io.millrace.operators.window.PaneBlocks.HANDLE;
import static io.millrace.operators.window.PaneBlocks.INDEX;
import static io.millrace.operators.window.PaneBlocks.NEWER;
import static io.millrace.operators.window.PaneBlocks.REVISION;
import static io.millrace.operators.window.PaneBlocks.SLOT;
import static io.millrace.operators.window.PaneBlocks.SOONEST;
import static io.millrace.operators.window.PaneBlocks.TOLD;

import io.millrace.event.Reason;
import io.millrace.operator.Flow;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.state.Blocks;
import io.millrace.state.KeyedRows;
import io.millrace.state.TimerHeap;
import io.millrace.time.Progress;
import io.millrace.time.Times;

/**
 * Sessions: events of a key that follow each other by at most a gap. A session is over when progress has passed its last
 * event by more than the gap; with an allowed lateness it is kept that much longer, and may still grow or be put together
 * with another.
 *
 * <p>A timer stands where a session would have ended when the timer was set: that the session has grown since is seen when
 * it fires, so an event moves no timer.
 */
final class SessionWindows extends WindowState {
    /*
     * Block, in the list of its key, in the order of time: as of PaneBlocks, but
     *   | … index: the first event's time | … pane: the last event's time | sums in summary form … |
     *   | bounds of the result told last: first, last | that result … |
     */
    private static final int LAST = PaneBlocks.PANE;

    private final Window window;
    private final long gapNs;
    private final boolean keeps;
    private final int mostOfKey;
    private final SummaryFolds folds;
    private final Summaries summaries;
    private final Results results;
    private final int toldAt;
    private final long[] sums;
    private final PaneBlocks panes;
    private final KeyedRows rows;
    private final Blocks blocks;
    private final TimerHeap heap;
    private final boolean keyed;
    private final Progress progress;
    private final NodeContext context;
    private final NodeCounters counters;
    private final Flow inHand = new Flow();

    /** The sessions around the event in hand, and whether it joins them. */
    private int older;

    private int newer;
    private boolean joinsOlder;
    private boolean joinsNewer;

    SessionWindows(WindowOperator<?, ?> operator, WindowLayout layout, Results results, NodeContext context) {
        this.results = results;
        this.context = context;
        window = operator.window();
        gapNs = window.sizeNs;
        keeps = window.makesUpdates();
        mostOfKey = window.mostOfKey();
        folds = new SummaryFolds(layout);
        summaries = new Summaries(layout);
        toldAt = BUCKETS + layout.summaryLongs;
        sums = new long[layout.summaryLongs];
        keyed = operator.isKeyed();
        panes = new PaneBlocks(operator, PaneBlocks.COLUMNS, -1, blockLongs(window, layout), context);
        rows = panes.rows;
        blocks = panes.blocks;
        heap = new TimerHeap(context.budget(), 0);
        progress = context.progress();
        counters = context.counters();
    }

    static int blockLongs(Window window, WindowLayout layout) {
        int told = window.makesUpdates() ? 2 + Summaries.keptLongs(layout.cells.length) : 0;
        return BUCKETS + layout.summaryLongs + told;
    }

    // ---- time

    /** When a session is over. */
    private long closeNs(int id) {
        return Times.plus(Times.plus(blocks.get(id, LAST), gapNs), 1);
    }

    private long forgetNs(int id) {
        return Times.plus(closeNs(id), window.latenessNs);
    }

    @Override
    Reason before(Flow flow) {
        long ns = progress.ns();
        if (flow.timeNs() < Times.minus(ns, window.latenessNs)) {
            return Reason.LATE;
        }
        if (flow.timeNs() >= Progress.END - 1) {
            return Reason.OUT_OF_RANGE;
        }
        panes.slots = 0;
        if (heap.nextDueNs() <= ns) {
            catchUp(flow);
        }
        return null;
    }

    /** Fires what is over of the key of an event, whatever its timer says. */
    private void catchUp(Flow flow) {
        int slot = panes.find(flow);
        if (slot < 0 || rows.get(slot, SOONEST) > progress.ns()) {
            return;
        }
        int fired = 0;
        inHand.copyFrom(flow);
        int id = firstDue(slot);
        while (id >= 0) {
            fired++;
            heap.cancel(blocks.get(id, HANDLE));
            boolean last = fire(id, Progress.END, flow);
            id = last ? -1 : firstDue(slot);
        }
        flow.copyFrom(inHand);
        counters.firings += fired;
        counters.maxFirings = Math.max(counters.maxFirings, fired);
    }

    private int firstDue(int slot) {
        long soonest = Long.MAX_VALUE;
        int found = -1;
        for (int id = panes.oldest(slot); id >= 0; id = panes.link(id, NEWER)) {
            long due = isTold(id) ? forgetNs(id) : closeNs(id);
            panes.slots++;
            if (due < soonest) {
                soonest = due;
                found = id;
            }
            if (!isTold(id)) {
                break; // those behind it end later
            }
        }
        rows.set(slot, SOONEST, soonest);
        return soonest <= progress.ns() ? found : -1;
    }

    /** Whether the result of a session as it stands has been told at its end, or since. */
    private boolean isTold(int id) {
        return blocks.get(id, DUE) == TOLD_AT_END;
    }

    /** What stands in place of a due when the end of a session has been told. */
    private static final long TOLD_AT_END = Long.MAX_VALUE;

    // ---- an event

    @Override
    Reason prepare(Flow flow, long[] values) {
        int slot = panes.find(flow);
        long ns = flow.timeNs();
        older = slot < 0 ? -1 : panes.below(slot, ns + 1);
        newer = slot < 0 ? -1 : older < 0 ? panes.oldest(slot) : panes.link(older, NEWER);
        joinsOlder = older >= 0 && blocks.get(older, LAST) >= Times.minus(ns, gapNs);
        joinsNewer = newer >= 0 && blocks.get(newer, INDEX) <= Times.plus(ns, gapNs);
        sum(joinsOlder ? older : -1, values, joinsNewer ? newer : -1);
        return folds.isInRange(sums, 0) ? null : Reason.OUT_OF_RANGE;
    }

    @Override
    Reason take(Flow flow, long[] values) {
        int slot = panes.acquire(flow);
        if (slot < 0) {
            return Reason.OVER_BOUND;
        }
        boolean isNew = rows.isNew();
        if (keeps) {
            results.begin(flow);
        }
        counters.maxSlotsTouched = Math.max(counters.maxSlotsTouched, panes.slots);
        Reason reason = joinsOlder
                ? grow(flow, older, joinsNewer ? newer : -1)
                : joinsNewer ? grow(flow, newer, -1) : open(flow, slot, older, newer);
        if (reason != null && isNew) {
            rows.release(slot);
        }
        counters.keys = rows.count();
        return reason;
    }

    /** Sums up what a session will hold. */
    private void sum(int older, long[] values, int newer) {
        folds.clear(sums, 0);
        if (older >= 0) {
            folds.merge(sums, 0, blocks.page(older), blocks.base(older) + BUCKETS);
        }
        folds.add(sums, 0, values);
        if (newer >= 0) {
            folds.merge(sums, 0, blocks.page(newer), blocks.base(newer) + BUCKETS);
        }
    }

    private Reason open(Flow flow, int slot, int older, int newer) {
        long ns = flow.timeNs();
        long due = Times.plus(Times.plus(ns, gapNs), 1);
        int id = rows.get(slot, COUNT) >= mostOfKey ? -1 : blocks.take();
        long handle = id < 0 ? -1 : heap.set(due, id);
        if (handle < 0) {
            if (id >= 0) {
                blocks.free(id);
            }
            return Reason.OVER_BOUND;
        }
        long[] page = blocks.writable(id);
        int base = blocks.base(id);
        page[base + INDEX] = ns;
        page[base + LAST] = ns;
        page[base + SLOT] = slot;
        page[base + DUE] = due;
        page[base + HANDLE] = handle;
        panes.insert(slot, older, newer, id);
        context.due(due);
        took(flow, id, 1);
        return null;
    }

    /** Puts an event into a session, and the one that it leads to, if any. */
    private Reason grow(Flow flow, int id, int other) {
        long events = blocks.get(id, EVENTS) + 1;
        long last = Math.max(blocks.get(id, LAST), flow.timeNs());
        long ns = flow.timeNs();
        if (other >= 0) {
            events += blocks.get(other, EVENTS);
            last = Math.max(last, blocks.get(other, LAST));
            takeBack(flow, other, stamp(id, last));
            heap.cancel(blocks.get(other, HANDLE));
            panes.remove(other);
        }
        long[] page = blocks.writable(id);
        int base = blocks.base(id);
        page[base + INDEX] = Math.min(page[base + INDEX], ns);
        page[base + LAST] = last;
        if (page[base + DUE] == TOLD_AT_END && closeNs(id) > progress.ns()) {
            heap.cancel(page[base + HANDLE]);
            armAgain(id, closeNs(id));
        }
        took(flow, id, events);
        return null;
    }

    /** A session has its new sums: tells it where it is to be told at once. */
    private void took(Flow flow, int id, long events) {
        long before = blocks.get(id, EVENTS);
        long[] page = blocks.writable(id);
        int base = blocks.base(id);
        System.arraycopy(sums, 0, page, base + BUCKETS, sums.length);
        page[base + EVENTS] = events;
        boolean due = window.every > 0 && events / window.every > before / window.every;
        boolean over = progress.ns() >= closeNs(id);
        if (window.onUpdate || due || over) {
            put(flow, id);
        }
        if (over && !isTold(id)) {
            heap.cancel(blocks.get(id, HANDLE));
            endTold(id);
        }
        rows.set((int) blocks.get(id, SLOT), SOONEST, Long.MIN_VALUE); // to be worked out when something is due
    }

    private long stamp(int id, long last) {
        return Times.plus(last, gapNs);
    }

    /** Sends the result of a session as it stands; takes back what was told of other bounds. */
    private void put(Flow flow, int id) {
        long[] page = blocks.writable(id);
        int base = blocks.base(id);
        long first = page[base + INDEX];
        long last = page[base + LAST];
        boolean moved = keeps && (page[base + toldAt] != first || page[base + toldAt + 1] != last);
        int revision = (int) page[base + REVISION];
        long stamp = stamp(id, last);
        page[base + TOLD] = page[base + EVENTS];
        try {
            summaries.answer(page, base + BUCKETS);
        } catch (Throwable t) {
            results.failed(flow, t);
            return;
        }
        if (revision > 0 && (moved || window.retracts)) {
            takeBack(flow, id, stamp);
            summaries.answer(page, base + BUCKETS);
            moved = true;
        }
        page[base + REVISION]++;
        if (keeps) {
            page[base + toldAt] = first;
            page[base + toldAt + 1] = last;
            summaries.keep(page, base + toldAt + 2);
        }
        results.send(flow, first, last + 1, stamp, revision, revision > 0 && !moved);
    }

    /** Takes back the result of a session that was told last, if any was. */
    private void takeBack(Flow flow, int id, long stamp) {
        long[] page = blocks.page(id);
        int base = blocks.base(id);
        if (page[base + REVISION] > 0) {
            summaries.restore(page, base + toldAt + 2);
            long first = page[base + toldAt];
            long last = page[base + toldAt + 1];
            results.takeBack(flow, first, last + 1, stamp, (int) page[base + REVISION] - 1);
        }
    }

    // ---- firing

    private void armAgain(int id, long due) {
        long[] page = blocks.writable(id);
        int base = blocks.base(id);
        page[base + DUE] = due;
        page[base + HANDLE] = heap.set(due, id);
        context.due(due);
    }

    /** From now on a session waits to be forgotten. */
    private void endTold(int id) {
        long due = forgetNs(id);
        armAgain(id, due);
        blocks.set(id, DUE, TOLD_AT_END);
    }

    @Override
    long nextDueNs() {
        return heap.nextDueNs();
    }

    @Override
    int fire(long progressNs, int most, Flow flow) {
        int fired = 0;
        while (fired < most && heap.pop(progressNs)) {
            fired++;
            fire((int) heap.payload(), heap.dueNs(), flow);
        }
        counters.keys = rows.count();
        counters.maxSlotsTouched = Math.max(counters.maxSlotsTouched, fired); // a session each
        return fired;
    }

    /** Looks at a session whose timer has been taken out of the heap; answers whether its key has none any more. */
    private boolean fire(int id, long timerNs, Flow flow) {
        int slot = (int) blocks.get(id, SLOT);
        boolean told = isTold(id);
        long due = told ? forgetNs(id) : closeNs(id);
        rows.set(slot, SOONEST, Long.MIN_VALUE);
        if (due > timerNs) {
            armAgain(id, due);
            blocks.set(id, DUE, told ? TOLD_AT_END : due);
            return false;
        }
        if (!told) {
            panes.keyOf(slot, flow);
            results.begin(flow, due);
            if (blocks.get(id, EVENTS) != blocks.get(id, TOLD)) {
                put(flow, id);
            }
            if (forgetNs(id) > due) {
                endTold(id);
                return false;
            }
        }
        return panes.remove(id);
    }

    @Override
    String detail(Reason reason) {
        return switch (reason) {
            case OVER_BOUND -> "no room for one more key or session: raise their bound or the state budget";
            case OUT_OF_RANGE -> "a sum does not fit 64 bits, or its time is the end of time";
            default -> null;
        };
    }
}
