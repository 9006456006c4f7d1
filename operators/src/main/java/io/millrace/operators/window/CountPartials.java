package io.millrace.operators.window;

import io.millrace.operator.Flow;
import io.millrace.operator.NodeContext;
import io.millrace.state.FiringPace;
import io.millrace.state.KeyedRows;
import io.millrace.state.StateCounters;
import io.millrace.state.TimerHeap;
import io.millrace.time.Progress;
import io.millrace.time.Times;

/**
 * When results come of windows of so many events that are not full, and what has been told of the one of a key that is in hand. Moments count
 * from the epoch, since such a window has no start in time; a key has a timer while something of it is untold.
 */
final class CountPartials {
    /*
     * Row, behind the columns of CountWindows: | timer | revision |
     * Kept:                                    | bounds of the result told last: first, end | that result … |
     */
    static final int COLUMNS = 2;

    private static final int TIMER = CountWindows.COLUMNS;
    private static final int REVISION = TIMER + 1;

    private final long earlyNs;
    private final boolean onUpdate;
    private final int every;
    private final boolean retracts;
    private final KeyedRows rows;
    private final TimerHeap heap;
    private final FiringPace pace;
    private final Summaries summaries;
    private final Results results;
    private final Progress progress;
    private final NodeContext context;

    CountPartials(Window window, KeyedRows rows, Summaries summaries, Results results, NodeContext context) {
        earlyNs = window.earlyNs;
        onUpdate = window.onUpdate;
        every = window.every;
        retracts = window.retracts;
        this.rows = rows;
        this.summaries = summaries;
        this.results = results;
        this.context = context;
        heap = new TimerHeap(context.budget(), 0);
        pace = new FiringPace(context.budget(), FiringPace.FEW);
        progress = context.progress();
    }

    /** Longs of what is kept of a result. */
    static int keptLongs(WindowLayout layout) {
        return 2 + Summaries.keptLongs(layout.cells.length);
    }

    // ---- when

    /** Whether a partial result of some key is due. */
    boolean isBehind() {
        return heap.nextDueNs() <= progress.ns();
    }

    /** One has been sent before an event. */
    void caughtUp() {
        pace.caughtUp(isBehind());
    }

    /** When the partial result of a key is due; {@link Long#MAX_VALUE} when none is to come. */
    long dueNs(int slot) {
        return heap.dueNs(rows.get(slot, TIMER));
    }

    /** Whether a window that holds so many events, and is not full, is told at once. */
    boolean isAtOnce(long events) {
        return onUpdate || every > 0 && events % every == 0;
    }

    /** An event makes a partial result come, unless one is to come; false when there is no room for that. */
    boolean arm(int slot, long timeNs) {
        if (earlyNs == 0 || heap.isSet(rows.get(slot, TIMER))) {
            return true;
        }
        long seen = Math.max(progress.ns(), timeNs);
        long due = Times.plus(seen, earlyNs - Math.floorMod(seen, earlyNs));
        long timer = heap.set(due, slot);
        if (timer < 0) {
            return false;
        }
        rows.set(slot, TIMER, timer);
        pace.added(1);
        context.due(due);
        return true;
    }

    /** Nothing of a key is untold. */
    void cancel(int slot) {
        heap.cancel(rows.get(slot, TIMER));
    }

    long nextDueNs() {
        return heap.nextDueNs();
    }

    /** How many partial results an entry may send. */
    int share(long progressNs, int most) {
        return pace.most(progressNs >= Progress.END, most);
    }

    /** Takes the key whose partial result is due first; -1 when none is. */
    int pop(long progressNs) {
        return heap.pop(progressNs) ? (int) heap.payload() : -1;
    }

    /** When it was due. */
    long poppedNs() {
        return heap.dueNs();
    }

    StateCounters counters() {
        return heap.counters();
    }

    void fired(int firings, long progressNs) {
        pace.fired(firings, heap.nextDueNs() <= progressNs);
    }

    // ---- what

    /** Sends the result of sums, which the cells hold, of the window of a key; takes back what was told of other bounds. */
    void send(Flow flow, int slot, long start, long end, long stamp, long[] sums, long[] kept, int at) {
        long revision = rows.get(slot, REVISION);
        boolean isMoved = kept[at] != start || kept[at + 1] != end;
        boolean takesBack = revision > 0 && (isMoved || retracts);
        if (takesBack) {
            summaries.restore(kept, at + 2);
            results.takeBack(flow, kept[at], kept[at + 1], stamp, revision - 1);
            summaries.answer(sums, 0);
        }
        kept[at] = start;
        kept[at + 1] = end;
        summaries.keep(kept, at + 2);
        rows.set(slot, REVISION, revision + 1);
        results.send(flow, start, end, stamp, revision, revision > 0 && !takesBack);
    }

    /** The window of a key is full: nothing of it is untold, and the next one begins. */
    void begin(int slot) {
        cancel(slot);
        rows.set(slot, REVISION, 0);
    }
}
