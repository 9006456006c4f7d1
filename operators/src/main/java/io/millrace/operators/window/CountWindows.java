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
 * <p>Windows that follow each other are one pane. With the event that fills one nothing is held of its key any more, and it goes.
 *
 * <p>Where results come before a window is full it is the one that the next step ends, the window in hand. Its panes that are whole have a
 * sum of their own. When it is full the next one begins with the last panes of it, as many as both have: so it is those that are put
 * together as above, in place of all n.
 */
final class CountWindows extends WindowState {
    /*
     * Row:    | events in the pane | panes | block of heads + 1 |
     * Heads:  | pane | beginning of k | all of k - 1 | id of chunk + 1 … | as of CountPartials | whole panes of the window in hand |
     *         sums are in summary form
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
    private final long panes;
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

    /** Whether the window in hand may have panes that are whole; and where their sum is. */
    private final boolean sumsHand;

    private final int handAt;

    /** Where there are results of windows that are not full; else null. */
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
        panes = size / paneEvents;
        int summed = summedPanes(operator.window());
        half = summed / 2;
        odd = (summed & 1) == 1;
        follow = size == operator.window().stepNs;
        longs = layout.summaryLongs;
        chunkSlots = chunkSlots(operator.window(), layout);
        folds = new SummaryFolds(layout);
        summaries = new Summaries(layout);
        window = new long[longs];
        spare = new long[longs];
        keys = new WindowKeys(operator, columns(operator.window()), context);
        rows = keys.rows;
        partials = operator.window().counts()
                ? new CountPartials(operator.window(), rows, summaries, results, context)
                : null;
        keptAt = Math.toIntExact(3L * longs + chunks(operator.window(), layout));
        sumsHand = sumsHand(operator.window());
        handAt = keptAt + CountPartials.keptLongs(layout);
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
        return COLUMNS + (window.counts() ? CountPartials.COLUMNS : 0);
    }

    /** The panes that are put together at a time: all of a window, or those that it shares with the one before. */
    private static int summedPanes(Window window) {
        long shared = Math.max(0, window.sizeNs - window.stepNs);
        return (int) ((window.counts() ? shared : window.sizeNs) / paneEvents(window));
    }

    private static boolean sumsHand(Window window) {
        return window.counts() && window.sizeNs > paneEvents(window);
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
        return (long) SEGMENTS * (summedPanes(window) / 2);
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
                + (window.counts() ? CountPartials.keptLongs(layout) : 0)
                + (sumsHand(window) ? layout.summaryLongs : 0);
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
            partials.caughtUp();
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
        if (head < 0 || !reserve(slot, head, flow)) {
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

    /** Takes the chunk that the pane will need when it is whole, and sets the timer; both, or none of them. */
    private boolean reserve(int slot, int head, Flow flow) {
        int at = half == 0 ? 0 : 3 * longs + slotOf(rows.get(slot, PANES)) / chunkSlots;
        if (half == 0 || heads.get(head, at) != 0) {
            return arm(slot, flow);
        }
        int chunk = chunks.take();
        if (chunk < 0) {
            return false;
        }
        if (!arm(slot, flow)) {
            chunks.free(chunk);
            return false;
        }
        heads.set(head, at, chunk + 1);
        return true;
    }

    private boolean arm(int slot, Flow flow) {
        if (partials == null) {
            return true;
        }
        long count = count(slot) + 1;
        long inHand = inHand(count);
        boolean isTold = inHand == 0 || isFull(count) || partials.isAtOnce(inHand);
        return isTold || partials.arm(slot, flow.timeNs());
    }

    /** The events of a key that there have been. */
    private long count(int slot) {
        return rows.get(slot, PANES) * paneEvents + rows.get(slot, EVENTS);
    }

    private boolean isFull(long count) {
        return count % (panesOfStep * paneEvents) == 0;
    }

    /** The events of the window in hand, or of the one that is just full, when there have been so many; 0 where the last is in none. */
    private long inHand(long count) {
        long step = panesOfStep * paneEvents;
        long end = (count + step - 1) / step * step;
        return Math.max(0, count - Math.max(0, end - size));
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
            if (sumsHand) {
                clear(page, pane + handAt);
            }
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
            tellAtOnce(slot, flow);
            return;
        }
        rows.set(slot, EVENTS, 0);
        long whole = rows.get(slot, PANES);
        rows.set(slot, PANES, whole + 1);
        boolean isFull = (whole + 1) % panesOfStep == 0;
        if (partials == null) {
            gather(whole, head);
        } else {
            turn(whole, head, isFull);
        }
        if (!isFull) {
            tellAtOnce(slot, flow);
            return;
        }
        results.begin(flow);
        told = (int) Math.min(count(slot), size);
        tell(flow, slot, head, stamp(flow));
        if (partials != null) {
            partials.begin(slot);
        }
        if (follow) {
            heads.free(head);
            rows.release(slot);
            counters.keys = rows.count();
        }
    }

    /** The time of a result that an event brings. */
    private long stamp(Flow flow) {
        return progress.ns() == Progress.END ? flow.timeNs() : Math.max(flow.timeNs(), progress.ns());
    }

    /** Tells of the window in hand, which is not full, where the event in hand is one behind which that is done. */
    private void tellAtOnce(int slot, Flow flow) {
        if (partials == null) {
            return;
        }
        long events = inHand(count(slot));
        if (events > 0 && partials.isAtOnce(events)) {
            partials.cancel(slot);
            results.begin(flow);
            tellInHand(slot, stamp(flow), flow);
        }
    }

    /** A pane is whole: adds it to the window in hand; where that is full puts it together, and the next one begins. */
    private void turn(long pane, int head, boolean isFull) {
        Arrays.fill(window, 0); // also what a fold does not look at: it goes into the state of a key
        if (half > 0 || odd) {
            gather(pane, head);
        } else {
            folds.clear(window, 0);
        }
        long[] page = heads.writable(head);
        int base = heads.base(head);
        slots++;
        if (!sumsHand) {
            if (isFull) {
                folds.keep(window, 0, page, base);
            }
        } else if (isFull) {
            System.arraycopy(page, base + handAt, spare, 0, longs);
            folds.keep(spare, 0, page, base);
            System.arraycopy(window, 0, page, base + handAt, longs);
            System.arraycopy(spare, 0, window, 0, longs);
        } else if (isInHand(pane)) {
            folds.keep(page, base + handAt, page, base);
        }
    }

    /** Whether a pane is of the window in hand, or of the one that it fills: not of the gap, where a step is longer than a window. */
    private boolean isInHand(long pane) {
        return pane % panesOfStep >= panesOfStep - panes;
    }

    /** A pane is whole: puts the panes together that end with it. */
    private void gather(long pane, int head) {
        long[] page = heads.writable(head);
        int base = heads.base(head);
        folds.clear(window, 0);
        if (half > 0 && odd) {
            put(pane - 1, head); // all but the newest pane, as it stood before
        }
        if (half > 0 && !odd) {
            push(pane, head);
            put(pane, head);
        } else {
            folds.keep(window, 0, page, base);
            slots++;
        }
        if (half > 0 && odd) {
            push(pane, head);
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

    /** Sends, at a moment, what the window in hand of a key has until now. */
    private void tellPartial(int slot, long dueNs, Flow flow) {
        keys.keyOf(slot, flow);
        results.begin(flow, dueNs);
        tellInHand(slot, Math.min(dueNs, Progress.END - 1), flow);
    }

    /** The window in hand, which is not full: its panes that are whole, and the one that is not. */
    private void tellInHand(int slot, long stamp, Flow flow) {
        int head = (int) rows.get(slot, HEADS) - 1;
        long[] page = heads.page(head);
        int base = heads.base(head);
        folds.clear(window, 0);
        if (sumsHand) {
            folds.keep(window, 0, page, base + handAt);
        }
        if (rows.get(slot, EVENTS) > 0 && isInHand(rows.get(slot, PANES))) {
            folds.keep(window, 0, page, base);
        }
        slots += 2;
        told = (int) inHand(count(slot));
        tell(flow, slot, head, stamp);
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
