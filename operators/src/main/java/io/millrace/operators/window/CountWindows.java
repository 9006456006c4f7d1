package io.millrace.operators.window;

import io.millrace.event.Reason;
import io.millrace.operator.Flow;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operators.Touched;
import io.millrace.operators.aggregate.BrokenAggregateException;
import io.millrace.state.Blocks;
import io.millrace.state.KeyedRows;
import io.millrace.state.StateCounters;
import io.millrace.time.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Windows of so many events of a key, in the order of their arrival: a result after every step, of the last events up to
 * the size.
 *
 * <p>As many events as divide size and step are a pane; a window is n panes. Nothing is ever taken out of a sum, and the work for an event does not depend
 * on n: panes stand in segments of n / 2. The window that ends within segment k is the rest of segment k - 2, all of k - 1,
 * and the beginning of k. While k is filled, the sums of k - 1 from each of its panes to its end are made, one a pane, from
 * the last to the first, so that they are there when k + 1 begins. With an odd n the newest pane stands apart.
 *
 * <p>Windows that follow each other are one pane; they may have partial results. With the event that fills one nothing is held of its
 * key any more, and it goes.
 */
final class CountWindows extends WindowState {
    /*
     * Row:    | events in the pane | panes | block of heads + 1 |
     * Heads:  | pane | beginning of k | all of k - 1 | id of chunk + 1 … | as of CountPartials |        sums are in summary form
     * Chunks: slots, pane i of segment k is slot (k mod 3) * half + i: a pane, or the sum from it to the end of the segment.
     */
    static final int COLUMNS = 3;

    private static final int EVENTS = 0;
    private static final int PANES = 1;
    private static final int HEADS = 2;
    private static final int SEGMENTS = 3;

    private final long paneEvents;
    private final long size;
    private final long panesOfStep;
    private final int half;
    private final boolean odd;

    /** Whether nothing of a window is in the next one. */
    private final boolean follow;

    private final int longs;
    private final int chunkSlots;
    private final SummaryFolds folds;
    private final Summaries summaries;
    private final Results results;
    private final WindowKeys keys;
    private final KeyedRows rows;
    private final Blocks heads;
    private final Blocks chunks;
    private final Progress progress;
    private final NodeCounters counters;
    private final Touched touched;
    private final long[] window;
    private final long[] spare;
    private final WindowLayout layout;
    private final int keptAt;

    /** Where there are partial results; else null. */
    private final CountPartials partials;

    private final Flow inHand = new Flow();
    private int slots;

    /** The row of the key of the event in hand, as it was before; -1 when there was none. */
    private int found;

    /** Events of the result in hand. */
    private int told;

    CountWindows(WindowOperator<?, ?> operator, WindowLayout layout, Results results, NodeContext context) {
        this.layout = layout;
        this.results = results;
        paneEvents = paneEvents(operator.window());
        size = operator.window().sizeNs;
        panesOfStep = operator.window().stepNs / paneEvents;
        int panes = panes(operator.window());
        half = panes / 2;
        odd = (panes & 1) == 1;
        follow = size == operator.window().stepNs;
        longs = layout.summaryLongs;
        chunkSlots = chunkSlots(operator.window(), layout);
        folds = new SummaryFolds(layout);
        summaries = new Summaries(layout);
        window = new long[longs];
        spare = new long[longs];
        keys = new WindowKeys(operator, columns(operator.window()), context);
        rows = keys.rows;
        partials = operator.window().earlyNs > 0
                ? new CountPartials(operator.window(), rows, summaries, results, context)
                : null;
        keptAt = Math.toIntExact(3L * longs + chunks(operator.window(), layout));
        heads = new Blocks(context.budget(), Math.toIntExact(headLongs(operator.window(), layout)), 0);
        chunks = half == 0 ? null : new Blocks(context.budget(), chunkSlots * longs, 0);
        progress = context.progress();
        counters = context.counters();
        touched = new Touched(counters, structures());
    }

    private StateCounters[] structures() {
        List<StateCounters> all = new ArrayList<>(List.of(rows.counters(), heads.counters()));
        if (chunks != null) {
            all.add(chunks.counters());
        }
        if (partials != null) {
            all.add(partials.counters());
        }
        return all.toArray(new StateCounters[0]);
    }

    /** Columns of a key. */
    static int columns(Window window) {
        return COLUMNS + (window.earlyNs > 0 ? CountPartials.COLUMNS : 0);
    }

    private static int panes(Window window) {
        return (int) (window.sizeNs / paneEvents(window));
    }

    /** The events of a pane: as many as divide size and step. */
    private static long paneEvents(Window window) {
        long a = window.sizeNs;
        long b = window.stepNs;
        while (b > 0) {
            long rest = a % b;
            a = b;
            b = rest;
        }
        return a;
    }

    /** More than an int where there are very many panes: such a window is refused, by the length of its block. */
    private static long slotsOfKey(Window window) {
        return (long) SEGMENTS * (panes(window) / 2);
    }

    private static int chunkSlots(Window window, WindowLayout layout) {
        return (int) Math.max(1, Math.min(slotsOfKey(window), 2_048 / layout.summaryLongs));
    }

    private static long chunks(Window window, WindowLayout layout) {
        int chunkSlots = chunkSlots(window, layout);
        return (slotsOfKey(window) + chunkSlots - 1) / chunkSlots;
    }

    private static long headLongs(Window window, WindowLayout layout) {
        return 3 * layout.summaryLongs
                + chunks(window, layout)
                + (window.earlyNs > 0 ? CountPartials.keptLongs(layout) : 0);
    }

    /** The longest block there is. */
    static long longestBlock(Window window, WindowLayout layout) {
        return Math.max(headLongs(window, layout), chunkSlots(window, layout) * layout.summaryLongs);
    }

    @Override
    Reason before(Flow flow) {
        touched.begin();
        if (partials != null && partials.isBehind()) {
            catchUp(flow);
            touched.end();
        }
        return null;
    }

    /** Sends the partial result of the key of an event, where one is due. */
    private void catchUp(Flow flow) {
        int slot = keys.find(flow);
        long due = slot < 0 ? Long.MAX_VALUE : partials.dueNs(slot);
        if (due <= progress.ns()) {
            inHand.copyFrom(flow);
            partials.cancel(slot);
            tellPartial(slot, due, flow);
            flow.copyFrom(inHand);
            counters.firings++;
            counters.maxFirings = Math.max(counters.maxFirings, 1);
        }
    }

    @Override
    Reason prepare(Flow flow, long[] values) {
        found = keys.find(flow);
        int head = found < 0 || rows.get(found, EVENTS) == 0 ? -1 : (int) rows.get(found, HEADS) - 1;
        if (!folds.hasOwn()) {
            boolean fits = head < 0 || folds.fit(heads.page(head), heads.base(head), values);
            return fits ? null : Reason.OUT_OF_RANGE;
        }
        if (head >= 0) {
            System.arraycopy(heads.page(head), heads.base(head), spare, 0, longs);
        } else {
            clear(spare, 0);
        }
        folds.add(spare, 0, values);
        return folds.isInRange(spare, 0) ? null : Reason.OUT_OF_RANGE;
    }

    /** Also what a fold does not look at: it goes into the state of a key. */
    private void clear(long[] page, int at) {
        Arrays.fill(page, at, at + longs, 0);
        folds.clear(page, at);
    }

    @Override
    Reason take(Flow flow, long[] values) {
        slots = 0;
        Reason reason = fold(flow, values);
        touched.also(slots);
        touched.end();
        return reason;
    }

    private Reason fold(Flow flow, long[] values) {
        boolean isNew = found < 0;
        int slot = isNew ? keys.acquire(flow) : found;
        if (slot < 0) {
            return Reason.OVER_BOUND;
        }
        int head = (int) rows.get(slot, HEADS) - 1;
        if (head < 0) {
            head = heads.take();
        }
        if (head < 0 || !reserve(slot, head) || !arm(slot, flow)) {
            if (isNew) {
                rows.release(slot);
                if (head >= 0) {
                    heads.free(head);
                }
            }
            return Reason.OVER_BOUND;
        }
        rows.set(slot, HEADS, head + 1);
        counters.keys = rows.count();
        add(slot, head, flow, values);
        return null;
    }

    /** Takes the chunk that the pane will need when it is whole. */
    private boolean reserve(int slot, int head) {
        if (half == 0) {
            return true;
        }
        int at = 3 * longs + slotOf(rows.get(slot, PANES)) / chunkSlots;
        if (heads.get(head, at) == 0) {
            int chunk = chunks.take();
            if (chunk < 0) {
                return false;
            }
            heads.set(head, at, chunk + 1);
        }
        return true;
    }

    private boolean arm(int slot, Flow flow) {
        boolean isFull = rows.get(slot, EVENTS) + 1 == paneEvents;
        return partials == null || isFull || partials.arm(slot, flow.timeNs());
    }

    private int slotOf(long pane) {
        return (int) (pane / half % SEGMENTS) * half + (int) (pane % half);
    }

    /** Adds the event in hand to the pane; where that was done aside, because it may throw, puts it in the place of the one without. */
    private void add(int slot, int head, Flow flow, long[] values) {
        long[] page = heads.writable(head);
        int pane = heads.base(head);
        long events = rows.get(slot, EVENTS);
        if (events == 0 && rows.get(slot, PANES) == 0) {
            folds.clear(page, pane + longs);
            folds.clear(page, pane + 2 * longs);
        }
        if (folds.hasOwn()) {
            System.arraycopy(spare, 0, page, pane, longs);
        } else {
            if (events == 0) {
                clear(page, pane);
            }
            folds.add(page, pane, values);
        }
        if (++events < paneEvents) {
            rows.set(slot, EVENTS, events);
            return;
        }
        rows.set(slot, EVENTS, 0);
        gather(slot, head);
        if (rows.get(slot, PANES) % panesOfStep == 0) {
            results.begin(flow);
            told = (int) Math.min(rows.get(slot, PANES) * paneEvents, size);
            long ns = flow.timeNs();
            tell(flow, slot, head, progress.ns() == Progress.END ? ns : Math.max(ns, progress.ns()));
        }
        if (partials != null) {
            partials.begin(slot);
        }
        if (follow) {
            heads.free(head);
            rows.release(slot);
            counters.keys = rows.count();
        }
    }

    /** A pane is whole: puts the window that ends with it together. */
    private void gather(int slot, int head) {
        long panes = rows.get(slot, PANES);
        rows.set(slot, PANES, panes + 1);
        long[] page = heads.writable(head);
        int pane = heads.base(head);
        folds.clear(window, 0);
        if (half > 0 && odd) {
            put(panes - 1, head); // the window but for the newest pane, as it stood before
        }
        if (half > 0 && !odd) {
            push(panes, head);
            put(panes, head);
        } else {
            folds.keep(window, 0, page, pane);
            slots++;
        }
        if (half > 0 && odd) {
            push(panes, head);
        }
    }

    /** Takes a pane into its segment and makes one more sum of the segment before. */
    private void push(long pane, int head) {
        long[] page = heads.writable(head);
        int base = heads.base(head);
        int within = (int) (pane % half);
        if (within == 0) {
            System.arraycopy(page, base + longs, page, base + 2 * longs, longs);
            folds.clear(page, base + longs);
        }
        folds.keep(page, base + longs, page, base);
        int slot = slotOf(pane);
        System.arraycopy(page, base, chunkOf(head, slot), at(head, slot), longs);
        slots += 2;
        int last = half - 1 - within;
        if (pane >= half && last < half - 1) {
            sum(head, slotOf(pane - within - half) + last);
        }
    }

    /** Adds the sum behind a slot to it: (slot, slot + 1, … end of the segment). */
    private void sum(int head, int slot) {
        System.arraycopy(chunkOf(head, slot), at(head, slot), spare, 0, longs);
        folds.keep(spare, 0, chunkOf(head, slot + 1), at(head, slot + 1));
        System.arraycopy(spare, 0, chunkOf(head, slot), at(head, slot), longs);
        slots += 2;
    }

    /** Puts the window together that ends with a pane: the rest of k - 2, all of k - 1, the beginning of k. */
    private void put(long pane, int head) {
        if (pane < 0) {
            return;
        }
        int within = (int) (pane % half);
        long segment = pane / half;
        if (segment >= 2 && within < half - 1) {
            int slot = slotOf((segment - 2) * half) + within + 1;
            folds.keep(window, 0, chunkOf(head, slot), at(head, slot));
        }
        long[] page = heads.page(head);
        int base = heads.base(head);
        if (segment >= 1) {
            folds.keep(window, 0, page, base + 2 * longs);
        }
        folds.keep(window, 0, page, base + longs);
        slots += 3;
    }

    private long[] chunkOf(int head, int slot) {
        return chunks.writable((int) heads.get(head, 3 * longs + slot / chunkSlots) - 1);
    }

    private int at(int head, int slot) {
        int id = (int) heads.get(head, 3 * longs + slot / chunkSlots) - 1;
        return chunks.base(id) + slot % chunkSlots * longs;
    }

    /** Sends what a window that is not full has until now: it is one pane. */
    private void tellPartial(int slot, long dueNs, Flow flow) {
        int head = (int) rows.get(slot, HEADS) - 1;
        folds.clear(window, 0);
        folds.keep(window, 0, heads.page(head), heads.base(head));
        keys.keyOf(slot, flow);
        results.begin(flow, dueNs);
        told = (int) rows.get(slot, EVENTS);
        tell(flow, slot, head, Math.min(dueNs, Progress.END - 1));
    }

    private void tell(Flow flow, int slot, int head, long stamp) {
        long start = window[layout.minTimeAt];
        long end = window[layout.maxTimeAt] + 1;
        BrokenAggregateException broken = folds.broken(window, 0);
        if (broken != null) {
            results.failed(flow, end, broken);
            return;
        }
        if (!folds.isInRange(window, 0)) {
            results.refuse(
                    flow,
                    end,
                    "a sum of the window does not fit 64 bits, though those of its parts do: these are kept");
            return;
        }
        try {
            summaries.answer(window, 0);
        } catch (Throwable t) {
            results.failed(flow, end, t);
            return;
        }
        if (partials == null) {
            results.send(flow, start, end, stamp, 0, false);
        } else {
            partials.send(flow, slot, start, end, stamp, window, heads.writable(head), heads.base(head) + keptAt);
        }
    }

    @Override
    String detail(Reason reason) {
        return reason == Reason.OVER_BOUND
                ? "no room for one more key or its events: raise its bound or the state budget"
                : "a sum does not fit 64 bits";
    }

    @Override
    int told() {
        return told;
    }

    @Override
    long nextDueNs() {
        return partials == null ? Long.MAX_VALUE : partials.nextDueNs();
    }

    @Override
    int fire(long progressNs, int most, Flow flow) {
        int share = partials.share(progressNs, most);
        int fired = 0;
        touched.begin();
        for (int slot = partials.pop(progressNs); slot >= 0; slot = partials.pop(progressNs)) {
            tellPartial(slot, partials.poppedNs(), flow);
            if (++fired == share) {
                break;
            }
        }
        partials.fired(fired, progressNs);
        touched.end();
        return fired;
    }
}
