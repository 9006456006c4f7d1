package io.millrace.operators.window;

import static io.millrace.operators.window.PaneBlocks.BUCKETS;
import static io.millrace.operators.window.PaneBlocks.INDEX;
import static io.millrace.operators.window.PaneBlocks.NONE;
import static io.millrace.operators.window.PaneBlocks.SOONEST;

import io.millrace.event.Reason;
import io.millrace.operator.Flow;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operators.Touched;
import io.millrace.state.FiringPace;
import io.millrace.state.KeyedRows;
import io.millrace.state.StateCounters;
import io.millrace.state.TimerHeap;
import io.millrace.time.Progress;
import io.millrace.time.Times;
import java.util.Arrays;

/**
 * Sessions: events of a key that follow each other by at most a gap. A session is over when progress has passed its last
 * event by more than the gap; with an allowed lateness it is kept that much longer, and may still grow or be put together
 * with another.
 *
 * <p>A timer stands where a session would have ended when the timer was set: that the session has grown since is seen when
 * it fires, so an event moves no timer, but to the next moment for a partial result, where there are such. Of a session of which nothing
 * is untold none is to come. All that is due of a session comes before all of the next one of its key.
 */
final class SessionWindows extends WindowState {
    /*
     * Block, in the list of its key, in the order of time: as of PaneBlocks, but
     *   | … index: the first event's time | … pane: the last event's time | sums in summary form … |
     *   | bounds of the result told last: first, last | that result … | where there are partial results, when the next may come |
     */
    private static final int LAST = PaneBlocks.PANE;

    private final Window window;
    private final long gapNs;
    private final boolean keeps;
    private final int mostOfKey;
    private final SummaryFolds folds;
    private final Summaries summaries;
    private final Results results;
    private final long earlyNs;
    private final int boundsAt;
    private final int earlyAt;
    private final long[] sums;
    private final PaneBlocks panes;
    private final KeyedRows rows;
    private final TimerHeap heap;
    private final FiringPace pace;
    private final int firings;
    private final boolean keyed;
    private final Progress progress;
    private final NodeContext context;
    private final NodeCounters counters;
    private final Touched touched;
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
        boundsAt = BUCKETS + layout.summaryLongs;
        earlyNs = window.earlyNs;
        earlyAt = BUCKETS + content(window, layout) - 1;
        sums = new long[layout.summaryLongs];
        keyed = operator.isKeyed();
        panes = new PaneBlocks(operator, 0, -1, content(window, layout), true, context);
        rows = panes.rows;
        heap = new TimerHeap(context.budget(), 0);
        pace = new FiringPace(context.budget(), FiringPace.FEW);
        firings = window.firingsOfEvent();
        progress = context.progress();
        counters = context.counters();
        touched = new Touched(counters, new StateCounters[] {rows.counters(), panes.counters(), heap.counters()});
    }

    /** Longs of a session that are its own. */
    static int content(Window window, WindowLayout layout) {
        int told = window.makesUpdates() ? 2 + Summaries.keptLongs(layout.cells.length) : 0;
        return layout.summaryLongs + told + (window.earlyNs > 0 ? 1 : 0);
    }

    // ---- time

    /** When a session is over. */
    private long closeNs(int id) {
        return Times.plus(Times.plus(panes.get(id, LAST), gapNs), 1);
    }

    private long forgetNs(int id) {
        return Times.plus(closeNs(id), window.latenessNs);
    }

    /** When something is to be done for a session. */
    private long dueNs(int id) {
        if (isTold(id)) {
            return forgetNs(id);
        }
        boolean isPartial = earlyNs > 0 && isUntold(id);
        return isPartial ? Math.min(panes.get(id, earlyAt), closeNs(id)) : closeNs(id);
    }

    /** Whether something has come since the last result. */
    private boolean isUntold(int id) {
        return panes.get(id, panes.eventsAt) != panes.get(id, panes.toldAt);
    }

    /** The first moment for a partial result behind progress, as far as is known when the session began. */
    private long momentNs(long first) {
        long seen = Math.max(first, progress.ns());
        long within = Math.floorMod(Math.floorMod(seen, earlyNs) - Math.floorMod(first, earlyNs), earlyNs);
        return Times.plus(seen, earlyNs - within);
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
        while (id != NONE) {
            fired++;
            heap.cancel(panes.get(id, panes.timerAt));
            boolean last = fire(id, Progress.END, flow);
            id = last ? NONE : firstDue(slot);
        }
        flow.copyFrom(inHand);
        pace.caughtUp(heap.nextDueNs() <= progress.ns());
        counters.firings += fired;
        counters.maxFirings = Math.max(counters.maxFirings, fired);
    }

    private int firstDue(int slot) {
        long soonest = Long.MAX_VALUE;
        int found = NONE;
        for (int id = panes.oldest(slot); id != NONE; id = panes.newer(id)) {
            long due = dueNs(id);
            panes.slots++;
            if (due < soonest) {
                soonest = due;
                found = id;
            }
            if (!isTold(id)) {
                break; // those behind it begin when it has ended
            }
        }
        rows.set(slot, SOONEST, soonest);
        return soonest <= progress.ns() ? found : NONE;
    }

    /** Whether the result of a session as it stands has been told at its end, or since. */
    private boolean isTold(int id) {
        return panes.get(id, panes.dueAt) == TOLD_AT_END;
    }

    /** What stands in place of a due when the end of a session has been told. */
    private static final long TOLD_AT_END = Long.MAX_VALUE;

    // ---- an event

    @Override
    Reason prepare(Flow flow, long[] values) {
        int slot = panes.find(flow);
        long ns = flow.timeNs();
        older = slot < 0 ? NONE : panes.below(slot, ns + 1);
        newer = slot < 0 ? NONE : panes.behind(slot, older);
        joinsOlder = older != NONE && panes.get(older, LAST) >= Times.minus(ns, gapNs);
        joinsNewer = newer != NONE && panes.get(newer, INDEX) <= Times.plus(ns, gapNs);
        sum(joinsOlder ? older : NONE, values, joinsNewer ? newer : NONE);
        return folds.isInRange(sums, 0) ? null : Reason.OUT_OF_RANGE;
    }

    @Override
    Reason take(Flow flow, long[] values) {
        int slot = panes.acquire(flow);
        if (slot < 0) {
            return Reason.OVER_BOUND;
        }
        boolean isNew = rows.isNew();
        pace.added(firings); // an event that makes a session longer makes its timer fire once more
        if (keeps) {
            results.begin(flow);
        }
        counters.maxSlotsTouched = Math.max(counters.maxSlotsTouched, panes.slots);
        Reason reason = joinsOlder
                ? grow(flow, older, joinsNewer ? newer : NONE)
                : joinsNewer ? grow(flow, newer, NONE) : open(flow, slot, older, newer);
        if (reason != null && isNew) {
            rows.release(slot);
        }
        counters.keys = rows.count();
        return reason;
    }

    /** Sums up what a session will hold. */
    private void sum(int older, long[] values, int newer) {
        Arrays.fill(sums, 0); // also what a fold does not look at: it goes into the state of a key
        folds.clear(sums, 0);
        if (older != NONE) {
            folds.merge(sums, 0, panes.page(older), panes.base(older) + BUCKETS);
        }
        folds.add(sums, 0, values);
        if (newer != NONE) {
            folds.merge(sums, 0, panes.page(newer), panes.base(newer) + BUCKETS);
        }
    }

    private Reason open(Flow flow, int slot, int older, int newer) {
        long ns = flow.timeNs();
        long due = Times.plus(Times.plus(ns, gapNs), 1);
        long early = earlyNs > 0 ? momentNs(ns) : Long.MAX_VALUE;
        due = Math.min(due, early);
        int id = panes.windows(slot) >= mostOfKey ? NONE : panes.take(slot);
        long handle = id == NONE ? -1 : heap.set(due, id);
        if (handle < 0) {
            if (id != NONE) {
                panes.free(id);
            }
            return Reason.OVER_BOUND;
        }
        long[] page = panes.writable(id);
        int base = panes.base(id);
        page[base + INDEX] = ns;
        page[base + LAST] = ns;
        page[base + panes.dueAt] = due;
        page[base + panes.timerAt] = handle;
        if (earlyNs > 0) {
            page[base + earlyAt] = early;
        }
        panes.insert(slot, older, newer, id);
        context.due(due);
        took(flow, id, 1);
        return null;
    }

    /** Puts an event into a session, and the one that it leads to, if any. */
    private Reason grow(Flow flow, int id, int other) {
        long events = panes.get(id, panes.eventsAt) + 1;
        long last = Math.max(panes.get(id, LAST), flow.timeNs());
        long ns = flow.timeNs();
        if (other != NONE) {
            events += panes.get(other, panes.eventsAt);
            last = Math.max(last, panes.get(other, LAST));
            takeBack(flow, other, stamp(id, last));
            heap.cancel(panes.get(other, panes.timerAt));
            panes.remove(other);
        }
        long[] page = panes.writable(id);
        int base = panes.base(id);
        page[base + INDEX] = Math.min(page[base + INDEX], ns);
        page[base + LAST] = last;
        if (earlyNs > 0) {
            page[base + earlyAt] = momentNs(page[base + INDEX]);
        }
        if (page[base + panes.dueAt] == TOLD_AT_END && closeNs(id) > progress.ns()) {
            moveTimer(id, closeNs(id));
        }
        took(flow, id, events);
        return null;
    }

    /** A session has its new sums: tells it where it is to be told at once. */
    private void took(Flow flow, int id, long events) {
        long before = panes.get(id, panes.eventsAt);
        long[] page = panes.writable(id);
        int base = panes.base(id);
        System.arraycopy(sums, 0, page, base + BUCKETS, sums.length);
        page[base + panes.eventsAt] = events;
        boolean due = window.every > 0 && events / window.every > before / window.every;
        boolean over = progress.ns() >= closeNs(id);
        if (window.onUpdate || due || over) {
            put(flow, id, stamp(id, page[base + LAST]));
        }
        if (over && !isTold(id)) {
            heap.cancel(panes.get(id, panes.timerAt));
            endTold(id);
        }
        if (earlyNs > 0 && !isTold(id) && dueNs(id) < page[base + panes.dueAt]) {
            moveTimer(id, dueNs(id));
        }
        rows.set(panes.slot(id), SOONEST, Long.MIN_VALUE); // to be worked out when something is due
    }

    private long stamp(int id, long last) {
        return Times.plus(last, gapNs);
    }

    /** Sends the result of a session as it stands; takes back what was told of other bounds. */
    private void put(Flow flow, int id, long stamp) {
        long[] page = panes.writable(id);
        int base = panes.base(id);
        long first = page[base + INDEX];
        long last = page[base + LAST];
        boolean moved = keeps && (page[base + boundsAt] != first || page[base + boundsAt + 1] != last);
        long revision = page[base + panes.revisionAt];
        page[base + panes.toldAt] = page[base + panes.eventsAt];
        try {
            summaries.answer(page, base + BUCKETS);
        } catch (Throwable t) {
            results.failed(flow, last + 1, t);
            return;
        }
        if (revision > 0 && (moved || window.retracts)) {
            takeBack(flow, id, stamp);
            summaries.answer(page, base + BUCKETS);
            moved = true;
        }
        page[base + panes.revisionAt]++;
        if (keeps) {
            page[base + boundsAt] = first;
            page[base + boundsAt + 1] = last;
            summaries.keep(page, base + boundsAt + 2);
        }
        results.send(flow, first, last + 1, stamp, revision, revision > 0 && !moved);
    }

    /** Takes back the result of a session that was told last, if any was. */
    private void takeBack(Flow flow, int id, long stamp) {
        long[] page = panes.page(id);
        int base = panes.base(id);
        if (page[base + panes.revisionAt] > 0) {
            summaries.restore(page, base + boundsAt + 2);
            long first = page[base + boundsAt];
            long last = page[base + boundsAt + 1];
            results.takeBack(flow, first, last + 1, stamp, page[base + panes.revisionAt] - 1);
        }
    }

    // ---- firing

    /** There is room for it: that of the timer it had. */
    private void moveTimer(int id, long due) {
        heap.cancel(panes.get(id, panes.timerAt));
        armAgain(id, due);
    }

    private void armAgain(int id, long due) {
        long[] page = panes.writable(id);
        int base = panes.base(id);
        page[base + panes.dueAt] = due;
        page[base + panes.timerAt] = heap.set(due, id);
        context.due(due);
    }

    /** From now on a session waits to be forgotten. */
    private void endTold(int id) {
        long due = forgetNs(id);
        armAgain(id, due);
        panes.set(id, panes.dueAt, TOLD_AT_END);
    }

    @Override
    long nextDueNs() {
        return heap.nextDueNs();
    }

    @Override
    int fire(long progressNs, int most, Flow flow) {
        int share = pace.most(progressNs >= Progress.END, most);
        int fired = 0;
        touched.begin();
        while (fired < share && heap.pop(progressNs)) {
            fired++;
            fire((int) heap.payload(), heap.dueNs(), flow);
        }
        pace.fired(fired, heap.nextDueNs() <= progressNs);
        counters.keys = rows.count();
        touched.end();
        return fired;
    }

    /** Looks at a session whose timer has been taken out of the heap; answers whether its key has none any more. */
    private boolean fire(int id, long timerNs, Flow flow) {
        int slot = panes.slot(id);
        boolean told = isTold(id);
        long due = dueNs(id);
        rows.set(slot, SOONEST, Long.MIN_VALUE);
        if (due > timerNs) {
            armAgain(id, due);
            panes.set(id, panes.dueAt, told ? TOLD_AT_END : due);
            return false;
        }
        if (!told) {
            panes.keyOf(slot, flow);
            results.begin(flow, due);
            boolean isPartial = due < closeNs(id);
            if (isUntold(id)) {
                put(flow, id, isPartial ? due : stamp(id, panes.get(id, LAST)));
            }
            if (isPartial) {
                armAgain(id, closeNs(id));
                return false;
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
