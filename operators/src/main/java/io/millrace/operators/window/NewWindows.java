package io.millrace.operators.window;

import static io.millrace.operators.window.PaneBlocks.INDEX;
import static io.millrace.operators.window.PaneBlocks.NONE;

import io.millrace.time.Progress;

/** Opens what an event needs: the windows over periods that it is in and that are not there yet, and its pane. All or none. */
final class NewWindows {
    private final Window window;
    private final Periods periods;
    private final PaneBlocks panes;
    private final WindowTimers timers;
    private final Progress progress;
    private final int mostOfKey;
    private final int[] fresh;
    private final long[] freshIndex;

    /** Whether an event is in one window, which begins with its period. */
    private final boolean isOne;

    private int opened;
    private long eventNs;

    NewWindows(Window window, Periods periods, PaneBlocks panes, WindowTimers timers, Progress progress) {
        this.window = window;
        this.periods = periods;
        this.panes = panes;
        this.timers = timers;
        this.progress = progress;
        mostOfKey = window.mostOfKey();
        isOne = window.panes() == 1;
        fresh = new int[window.steps() + 1];
        freshIndex = new long[window.steps() + 1];
    }

    /** The blocks that the last event has opened; one of them may be a pane with which no window begins. */
    int opened() {
        return opened;
    }

    /** One of them. */
    int id(int i) {
        return fresh[i];
    }

    /**
     * Opens what is not there. Of an event behind all that there is those are the windows behind the newest: the event of that has opened
     * the others, as far as they are not closed.
     *
     * @param lowest the first window of the event that has not been closed for good
     * @param index  its period
     * @return false when there is no room for all of it
     */
    boolean open(int slot, long lowest, long index, long timeNs) {
        eventNs = timeNs;
        opened = 0;
        if (isOne && panes.windows(slot) == 0) {
            return openOnly(slot, index);
        }
        int newest = panes.newest(slot);
        boolean isBehind = newest != NONE && panes.get(newest, INDEX) < index;
        int below = isBehind ? newest : panes.below(slot, lowest);
        long from = isBehind ? Math.max(lowest, periods.newest(panes.get(newest, INDEX)) + periods.stride) : lowest;
        int windows = findMissing(panes.behind(slot, below), from, index);
        int missing = windows;
        if (!periods.isWindow(index) && (isBehind || panes.at(slot, index) == NONE)) {
            freshIndex[missing++] = index; // it may be there: all its rows may have been taken back
        }
        if (panes.windows(slot) + windows > mostOfKey || !take(slot, missing)) {
            return false;
        }
        int before = below;
        for (int i = 0; i < missing; i++) {
            int next = panes.behind(slot, before);
            while (next != NONE && panes.get(next, INDEX) < freshIndex[i]) {
                before = next;
                next = panes.newer(before);
            }
            if (periods.isWindow(freshIndex[i])) {
                panes.insert(slot, before, next, fresh[i]);
                if (progress.ns() < periods.end(freshIndex[i])) {
                    panes.isUntold(slot, fresh[i]);
                }
            } else {
                panes.insertPane(slot, before, next, fresh[i]);
            }
            before = fresh[i];
        }
        opened = missing;
        return true;
    }

    /** What most events need that open anything: the only window of a key. */
    private boolean openOnly(int slot, long index) {
        freshIndex[0] = index;
        panes.slots += 2; // of what there could be
        if (!take(slot, 1)) {
            return false;
        }
        panes.insertOnly(slot, fresh[0]);
        opened = 1;
        return true;
    }

    /** Finds the windows that are not there, from the first block on that may be one of them. */
    private int findMissing(int from, long lowest, long index) {
        int missing = 0;
        int id = from;
        for (long i = lowest; i <= index; i += periods.stride) {
            while (id != NONE && panes.get(id, INDEX) < i) {
                id = panes.newer(id);
            }
            if (id == NONE || panes.get(id, INDEX) != i) {
                freshIndex[missing++] = i;
            }
            panes.slots++;
        }
        return missing;
    }

    /** Takes blocks and sets their timers; all or none. */
    private boolean take(int slot, int n) {
        for (int i = 0; i < n; i++) {
            int id = panes.take(slot);
            if (id == NONE || !setFirst(id, freshIndex[i])) {
                if (id != NONE) {
                    panes.free(id);
                }
                giveBack(i);
                return false;
            }
            fresh[i] = id;
            panes.set(id, INDEX, freshIndex[i]);
        }
        return true;
    }

    private boolean setFirst(int id, long index) {
        if (periods.isWindow(index)) {
            return timers.set(id, firstDueNs(index));
        }
        panes.set(id, panes.dueAt, Long.MAX_VALUE); // a pane goes with the window in front of it
        return true;
    }

    private void giveBack(int n) {
        for (int i = 0; i < n; i++) {
            timers.cancel(fresh[i]);
            panes.free(fresh[i]);
        }
    }

    /** When a new window is to be looked at: at its first moment beyond progress, or, when its end has passed, after that. */
    private long firstDueNs(long index) {
        long end = periods.end(index);
        // a window that has no start of its own begins with its first event
        boolean endless = window.kind == Window.Kind.GLOBAL;
        long start = endless ? eventNs : periods.start(index);
        boolean isOver = progress.ns() >= end;
        return isOver ? Window.forgetNs(end, window.latenessNs) : periods.moment(start, end, progress.ns());
    }
}
