package io.millrace.operators.window;

import static io.millrace.operators.window.PaneBlocks.BUCKETS;
import static io.millrace.operators.window.PaneBlocks.INDEX;
import static io.millrace.operators.window.PaneBlocks.NONE;
import static io.millrace.operators.window.PaneBlocks.PANE;

import io.millrace.operator.Flow;
import io.millrace.state.Scratch;
import io.millrace.time.Progress;

/** What is told of windows over periods: puts their panes together, and sends what comes of it. */
final class PaneResults {
    /** What stands for the revision of a window that is told later than it was worked out; of one of which nothing can be told. */
    private static final long WORKED_OUT = -1;

    private static final long LOST = -2;

    private final Window window;
    private final Progress progress;
    private final boolean counts;
    private final boolean retracts;
    private final boolean isToldAgain;
    private final Periods periods;
    private final int last;
    private final Summaries summaries;
    private final Results results;
    private final int resultAt;

    /** Whether rows may be taken back. */
    private final boolean ofChanges;

    /** Then: where it stands whether what was told last of a window has not been taken back since. */
    private final int standsAt;

    /** Whether a window is one pane, whose buckets are its result; what is taken back is put together to be told once more. */
    private final boolean isPlain;

    private final PaneBlocks panes;

    /** Where sums of panes are kept; else null. */
    private final PaneTree tree;

    @Scratch("of the entry in hand")
    private int merged;

    PaneResults(
            Window window,
            Periods periods,
            PaneBlocks panes,
            WindowLayout layout,
            Summaries summaries,
            Results results,
            PaneTree tree,
            Progress progress) {
        this.window = window;
        this.progress = progress;
        counts = window.counts();
        retracts = window.retracts;
        isToldAgain = window.isToldAgain();
        ofChanges = layout.ofChanges;
        standsAt = ofChanges ? PaneChanges.standsAt(layout) : -1;
        this.periods = periods;
        last = window.panes() - 1;
        this.summaries = summaries;
        this.results = results;
        isPlain = last == 0 && !retracts && !ofChanges && summaries.isPlain();
        resultAt = BUCKETS + layout.bucketLongs;
        this.panes = panes;
        this.tree = tree;
    }

    /** A pane has other events than it had. */
    void changed(int slot, long index) {
        if (tree != null) {
            tree.changed(slot, index);
        }
    }

    /** A block has been put in. */
    void opened(int id) {
        if (tree != null) {
            tree.opened(id);
        }
    }

    /** A block is about to go; where its window has not ended, a new one may begin with its pane. */
    void forget(int id) {
        if (tree != null) {
            if (isGivenUp(id)) {
                tree.changed(panes.slot(id), panes.get(id, INDEX));
            }
            tree.forget(id);
        }
    }

    /** What is due begins to fire. */
    void begin() {
        merged = 0;
    }

    /** How many panes with events, and sums of them, it has put together. */
    int merged() {
        return merged;
    }

    /** Sends the result of a window at its end: as it stands, or as it stood. */
    void close(Flow flow, int id, long end) {
        if (isToldAgain && panes.get(id, panes.revisionAt) < 0) {
            putWorkedOut(flow, id, end);
        } else {
            put(flow, id, end - 1);
        }
    }

    /** Sends the result of a window as it stands. */
    void put(Flow flow, int id, long stampNs) {
        long[] page = panes.writable(id);
        int base = panes.base(id);
        long start = periods.start(page[base + INDEX]);
        long end = periods.end(page[base + INDEX]);
        if (isToldAgain) {
            page[base + panes.toldAt] = page[base + panes.eventsAt];
        }
        boolean stands = isToldAgain && (ofChanges ? page[base + standsAt] != 0 : page[base + panes.revisionAt] > 0);
        if (ofChanges && isEmpty(id)) {
            if (stands) {
                takeBack(flow, id, stampNs);
            }
            return;
        }
        if (!workOut(flow, id, end == Progress.END ? stampNs : end)) {
            return;
        }
        long revision = isToldAgain ? page[base + panes.revisionAt]++ : 0;
        if (retracts && stands) {
            summaries.restore(page, base + resultAt);
            results.takeBack(flow, start, end, stampNs, revision - 1);
            summaries.answer();
        }
        if (retracts || ofChanges) {
            summaries.keep(page, base + resultAt);
        }
        if (ofChanges) {
            page[base + standsAt] = 1;
        }
        results.send(flow, start, end, stampNs, revision, stands && !retracts);
    }

    /** Whether all rows of a window have been taken back. */
    private boolean isEmpty(int first) {
        long lastPane = panes.get(first, INDEX) + last;
        int id = first;
        while (id != NONE && panes.get(id, INDEX) <= lastPane) {
            if (panes.get(id, PANE) > 0) {
                return false;
            }
            panes.slots++;
            id = panes.nextPane(id);
        }
        return true;
    }

    /** A window that has been told has no rows any more: so there is no such result. */
    private void takeBack(Flow flow, int id, long stampNs) {
        long[] page = panes.writable(id);
        int base = panes.base(id);
        page[base + standsAt] = 0;
        summaries.restore(page, base + resultAt);
        results.takeBack(
                flow,
                periods.start(page[base + INDEX]),
                periods.end(page[base + INDEX]),
                stampNs,
                page[base + panes.revisionAt] - 1);
    }

    /** Writes the result of a window into the cells; says so where that cannot be, and answers false. */
    private boolean workOut(Flow flow, int first, long endNs) {
        if (isPlain && panes.get(first, PANE) > 0) {
            panes.slots++;
            summaries.answerPlain(panes.page(first), panes.base(first) + BUCKETS);
            return true;
        }
        try {
            gather(first, panes.get(first, INDEX) + last);
            if (summaries.isInRange()) {
                summaries.answer();
                return true;
            }
        } catch (Throwable t) {
            results.failed(flow, endNs, t);
            return false;
        }
        results.refuse(
                flow, endNs, "a sum of the window does not fit 64 bits, though those of its parts do: these are kept");
        return false;
    }

    /** Puts the panes of a window together. */
    private void gather(int first, long lastPane) {
        if (tree != null) {
            merged += tree.gather(first, lastPane);
            return;
        }
        summaries.begin();
        int id = first;
        while (id != NONE && panes.get(id, INDEX) <= lastPane) {
            if (panes.get(id, PANE) > 0) {
                summaries.take(panes.page(id), panes.base(id) + BUCKETS);
                merged++;
            }
            panes.slots++;
            id = panes.nextPane(id);
        }
    }

    /** Keeps the result of a window as it stands, to be sent in its turn. */
    void workOutAhead(int id, long end, Flow flow) {
        panes.keyOf(panes.slot(id), flow);
        results.begin(flow, end);
        boolean can = workOut(flow, id, end);
        panes.set(id, panes.revisionAt, can ? WORKED_OUT : LOST);
        if (can) {
            summaries.keep(panes.writable(id), panes.base(id) + resultAt);
        }
    }

    private void putWorkedOut(Flow flow, int id, long end) {
        if (panes.get(id, panes.revisionAt) == WORKED_OUT) {
            summaries.restore(panes.page(id), panes.base(id) + resultAt);
            results.send(flow, periods.start(panes.get(id, INDEX)), end, end - 1, 0, false);
        }
        panes.set(id, panes.revisionAt, 1);
    }

    /** Sends the result of nothing. */
    void putEmpty(Flow flow, long start, long end) {
        try {
            summaries.begin();
            summaries.answer();
        } catch (Throwable t) {
            results.failed(flow, end, t);
            return;
        }
        results.send(flow, start, end, end - 1, 0, false);
    }

    /** A window that is opened behind its end had an empty result before: told, or yet to be told. */
    void wasEmpty(int id, boolean told) {
        try {
            summaries.begin();
            summaries.answer();
        } catch (Throwable t) {
            return; // it has been reported, and there is no such result
        }
        panes.set(id, panes.revisionAt, 1);
        panes.set(id, panes.toldAt, told ? 0 : -1);
        if (retracts) {
            summaries.keep(panes.writable(id), panes.base(id) + resultAt);
        }
    }

    // ---- at once

    /**
     * Tells what an event has changed, where it is to be told at once: in each of its windows, the oldest first.
     *
     * @param pane   of the event
     * @param lowest its first window that has not been closed for good
     */
    void tell(Flow flow, int pane, long lowest) {
        if (!counts && progress.ns() < periods.end(lowest)) {
            return;
        }
        results.begin(flow);
        long nowNs = Math.max(flow.timeNs(), progress.ns());
        int id = pane;
        int older = panes.older(id);
        while (older != NONE && panes.get(older, INDEX) >= lowest) {
            id = older;
            older = panes.older(id);
        }
        while (id != pane) {
            tellOne(flow, id, nowNs);
            id = panes.newer(id);
        }
        tellOne(flow, pane, nowNs);
    }

    /** A window without an end is told with the time of the event, which is not behind progress. */
    private void tellOne(Flow flow, int id, long nowNs) {
        if (!periods.isWindow(panes.get(id, INDEX)) || isGivenUp(id)) {
            return;
        }
        long events = panes.get(id, panes.eventsAt) + 1;
        panes.set(id, panes.eventsAt, events);
        long end = periods.end(panes.get(id, INDEX));
        if (panes.get(id, panes.toldAt) < 0) {
            putEmpty(flow, periods.start(panes.get(id, INDEX)), end);
        }
        boolean due = window.every > 0 && events % window.every == 0;
        if (window.onUpdate || due || progress.ns() >= end) {
            put(flow, id, window.kind == Window.Kind.GLOBAL ? nowNs : end - 1);
        }
    }

    /** Whether there was no room for the next timer of a window, so that it has none. */
    boolean isGivenUp(int id) {
        return panes.get(id, panes.dueAt) == Long.MAX_VALUE && periods.isWindow(panes.get(id, INDEX));
    }
}
