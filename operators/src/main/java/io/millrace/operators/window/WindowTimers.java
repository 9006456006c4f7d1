package io.millrace.operators.window;

import static io.millrace.operators.window.PaneBlocks.INDEX;
import static io.millrace.operators.window.PaneBlocks.NONE;

import io.millrace.state.DueLists;
import io.millrace.state.StateBudget;
import io.millrace.state.StateCounters;

/** When windows are to be looked at: a timer each, in the order of (due, set order). */
final class WindowTimers {
    private final PaneBlocks panes;
    private final Periods periods;
    private final DueLists lists;

    /** Whether windows of a key may be due at one moment though they begin one behind the other. */
    private final boolean early;

    WindowTimers(PaneBlocks panes, Window window, Periods periods, StateBudget budget) {
        this.panes = panes;
        this.periods = periods;
        early = window.earlyNs > 0;
        lists = new DueLists(panes, budget);
    }

    /** Sets the first timer of a window; false when there is no room for it. */
    boolean set(int id, long dueNs) {
        boolean set = lists.set(dueNs, id);
        if (set) {
            panes.set(id, panes.dueAt, dueNs);
        }
        return set;
    }

    /** Sets the next one; there is room for it when there is none for a first one, nearly always. */
    boolean setAgain(int id, long dueNs) {
        boolean set = lists.setAgain(dueNs, id);
        if (set) {
            panes.set(id, panes.dueAt, dueNs);
        }
        return set;
    }

    /** Takes the timer of a window out of its turn; there may be none. */
    void cancel(int id) {
        lists.cancel(id);
    }

    StateCounters counters() {
        return lists.counters();
    }

    long nextDueNs() {
        return lists.nextDueNs();
    }

    /** Takes the first timer when it is due: answers its window, {@link PaneBlocks#NONE} when none is. */
    int pop(long upToNs) {
        if (!lists.pop(upToNs)) {
            return NONE;
        }
        askAhead();
        return early ? firstOfKey(lists.timer()) : lists.timer();
    }

    /** When the timer that was taken last was due. */
    long dueNs() {
        return lists.dueNs();
    }

    /**
     * Asks memory for the window after next, and for the place of the key of the next, which has come by now: each firing would wait
     * for both otherwise.
     */
    private void askAhead() {
        int next = lists.next();
        if (next != NONE) {
            panes.touchKey(next);
            int afterNext = lists.behind(next);
            if (afterNext != NONE) {
                panes.touch(afterNext);
            }
        }
    }

    /**
     * Of windows of one key that are due at one moment the oldest is first, whatever was set first: that hangs on when they were
     * fired last. The one whose turn it was takes its place.
     */
    private int firstOfKey(int id) {
        int first = firstOfKey(id, panes.get(id, panes.dueAt));
        if (first != id) {
            lists.replace(first, id);
        }
        return first;
    }

    /** Of those that have been told one may be due then, and it is the oldest: they are forgotten one behind the other. */
    private int firstOfKey(int id, long due) {
        int slot = panes.slot(id);
        int oldest = panes.oldest(slot);
        if (panes.get(oldest, panes.dueAt) == due) {
            return oldest;
        }
        long index = panes.get(id, INDEX);
        int first = firstUntold(slot);
        while (first != NONE && panes.get(first, INDEX) < index && panes.get(first, panes.dueAt) != due) {
            first = panes.newer(first);
            panes.slots++;
        }
        return first == NONE || panes.get(first, INDEX) > index ? id : first;
    }

    /** The window of a key that is due first at a time; none when none is, and then its row says when one will be. */
    int firstDue(int slot, long ns) {
        int found = panes.oldest(slot); // of those that have been told and are kept the first to be forgotten
        long soonest = found == NONE ? Long.MAX_VALUE : panes.get(found, panes.dueAt);
        int id = firstUntold(slot);
        while (id != NONE) {
            long[] page = panes.page(id);
            int base = panes.base(id);
            panes.slots++;
            if (page[base + panes.dueAt] < soonest) {
                soonest = page[base + panes.dueAt];
                found = id;
            }
            id = panes.newer(id);
            if (!early || id != NONE && periods.start(panes.get(id, INDEX)) >= soonest) {
                break; // those behind it end later, and partial results come behind their starts
            }
        }
        panes.rows.set(slot, PaneBlocks.SOONEST, soonest);
        return soonest <= ns ? found : NONE;
    }

    /** The oldest window of a key that has not ended, or of which that has not been told; {@link PaneBlocks#NONE} when there is none. */
    int firstUntold(int slot) {
        int last = NONE;
        int id = panes.untold(slot);
        panes.slots++;
        while (id != NONE && panes.get(id, panes.dueAt) > periods.end(panes.get(id, INDEX))) {
            last = id;
            id = panes.newer(id);
            panes.slots++;
        }
        if (last != NONE) {
            panes.untold(slot, id == NONE ? last : id);
        }
        return id;
    }
}
