package io.millrace.operators.window;

import static io.millrace.operators.window.PaneBlocks.BUCKETS;
import static io.millrace.operators.window.PaneBlocks.INDEX;
import static io.millrace.operators.window.PaneBlocks.NONE;
import static io.millrace.operators.window.PaneBlocks.PANE;
import static io.millrace.operators.window.PaneBlocks.SOONEST;

import io.millrace.event.Reason;
import io.millrace.operator.Flow;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operators.Touched;
import io.millrace.state.FiringPace;
import io.millrace.state.KeyedRows;
import io.millrace.state.Scratch;
import io.millrace.state.StateCounters;
import io.millrace.time.Progress;
import io.millrace.time.Times;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Windows over periods of time. The events of a period are folded once, into its pane; a window of n steps begins with a
 * period and covers the panes of it and of the n - 1 behind it.
 *
 * <p>What fires for a window is, in this order: partial results, the result at its end, and with an allowed lateness the
 * end of that, when it is forgotten.
 */
final class PeriodWindows extends WindowState {
    /**
     * Behind so many an entry fires no further window: those that are due at once may have thousands of panes each. Only where the events
     * of an entry make more to be put together it is twice as many as they do, or more and more of them would wait.
     */
    static final int PANES_OF_ENTRY = 4_096;

    private final Window window;
    private final Periods periods;
    private final PeriodInHand period;
    private final boolean counts;
    private final int mostOfKey;
    private final Summaries summaries;
    private final Results results;
    private final PaneResults told;
    private final PaneBlocks panes;

    /** Where rows may be taken back; else null. */
    private final PaneChanges changes;

    private final boolean keepsRows;
    private final KeyedRows rows;
    private final WindowTimers timers;
    private final NewWindows fresh;
    private final FiringPace pace;
    private final int firings;
    private final int steps;

    /** After how long something falls due again without an event; 0 when nothing does. */
    private final long againNs;

    private final boolean keyed;
    private final Progress progress;
    private final NodeContext context;
    private final NodeCounters counters;
    private final Touched touched;
    private final Flow inHand = new Flow();

    /** Where periods without events are told; else null. */
    private final EmptyPeriods empties;

    /** How many of them the last catching up told. */
    private int emptiesTold;

    /** The first window of the event in hand that has not been closed for good. */
    private long lowest;

    @Scratch("of the event in hand: the row of its key, -1 while there is none")
    private int eventSlot;

    PeriodWindows(WindowOperator<?, ?> operator, WindowLayout layout, Results results, NodeContext context) {
        this.results = results;
        this.context = context;
        window = operator.window();
        periods = new Periods(window);
        period = new PeriodInHand(periods, window.latenessNs);
        counts = window.counts();
        mostOfKey = window.mostOfKey();
        summaries = new Summaries(layout);
        keyed = operator.isKeyed();
        progress = context.progress();
        counters = context.counters();
        panes = new PaneBlocks(
                operator,
                columns(operator.window(), operator.keepsSums()),
                window.empty ? EmptyPeriods.LISTED : -1,
                content(operator, layout, operator.keepsSums()),
                window.isToldAgain(),
                context);
        rows = panes.rows;
        changes = layout.ofChanges
                ? new PaneChanges(panes, summaries, layout, operator.rowsAtMost(), context.budget())
                : null;
        keepsRows = operator.rowsAtMost() > 0;
        PaneTree tree = PaneTree.of(operator, layout, panes, summaries, context);
        told = new PaneResults(window, periods, panes, layout, summaries, results, tree, progress);
        timers = new WindowTimers(panes, window, periods, context.budget());
        StateCounters ofRows = keepsRows ? changes.counters() : null;
        StateCounters ofTree = tree == null ? null : tree.counters();
        touched = new Touched(
                counters,
                Stream.of(rows.counters(), panes.counters(), timers.counters(), ofRows, ofTree)
                        .filter(Objects::nonNull)
                        .toArray(StateCounters[]::new));
        fresh = new NewWindows(window, periods, panes, timers, context.progress());
        pace = new FiringPace(context.budget(), FiringPace.FEW);
        firings = window.firingsOfWindow();
        steps = window.steps();
        againNs = window.againNs();
        empties = window.empty
                ? new EmptyPeriods(
                        rows, periods, window.latenessNs, operator.declaredMost(), progress, context.budget())
                : null;
    }

    /** Columns of a key beside those of its windows. */
    static int columns(Window window, boolean keepsSums) {
        return (window.empty ? EmptyPeriods.COLUMNS : 0) + (keepsSums ? PaneTree.COLUMNS : 0);
    }

    /** Longs of a window that are its own. */
    static int content(WindowOperator<?, ?> operator, WindowLayout layout, boolean keepsSums) {
        Window window = operator.window();
        boolean keeps = layout.ofChanges || window.retracts || window.empty && window.steps() > 1;
        return layout.bucketLongs
                + (keeps ? Summaries.keptLongs(layout.cells.length) : 0)
                + (layout.ofChanges ? PaneChanges.longs(operator.rowsAtMost() > 0) : 0)
                + (keepsSums ? PaneTree.longs(layout) : 0);
    }

    // ---- before an event

    @Override
    Reason before(Flow flow) {
        if (!periods.find(flow.timeNs())) {
            return Reason.OUT_OF_RANGE;
        }
        period.see();
        if (progress.ns() >= period.newestForgetNs) {
            return Reason.LATE;
        }
        begin();
        lowest = progress.ns() < period.oldestForgetNs ? period.oldest : firstOpen();
        eventSlot = panes.find(flow);
        if (eventSlot >= 0 && isBehind(eventSlot)) {
            catchUpFor(flow);
        }
        return null;
    }

    private long firstOpen() {
        long first = period.oldest;
        while (isClosed(first)) {
            first += periods.stride;
        }
        return first;
    }

    private void catchUpFor(Flow flow) {
        inHand.copyFrom(flow);
        if (catchUp(eventSlot, mostOfKey, flow)) {
            setApart(eventSlot, period.index, flow);
        }
        pace.caughtUp(nextDueNs() <= progress.ns());
        count();
        flow.copyFrom(inHand);
        eventSlot = panes.find(flow); // with its last window a key goes
    }

    private boolean isClosed(long index) {
        return progress.ns() >= forgetNs(periods.end(index));
    }

    /** Whether something may be due for a key. */
    private boolean isBehind(int slot) {
        return rows.get(slot, SOONEST) <= progress.ns() || empties != null && empties.dueNs(slot) <= progress.ns();
    }

    /** Fires what is due for a key, in order: all of its windows, at most so many periods without events. Is something left? */
    private boolean catchUp(int slot, int most, Flow flow) {
        int fired = 0;
        int empty = 0;
        boolean more = true;
        while (more && empty <= most) {
            int id = rows.get(slot, SOONEST) <= progress.ns() ? timers.firstDue(slot, progress.ns()) : NONE;
            long emptyNs = empties == null ? Long.MAX_VALUE : empties.dueNs(slot);
            if (id != NONE && panes.get(id, panes.dueAt) <= emptyNs) {
                fired++;
                more = !fireNow(id, flow);
            } else if (emptyNs > progress.ns()) {
                more = false;
            } else if (empty++ < most) {
                fired++;
                long index = empties.nextOf(slot);
                empties.passed(slot, index);
                fireEmpty(slot, index, flow);
            }
        }
        emptiesTold = Math.min(empty, most);
        counters.firings += fired;
        counters.maxFirings = Math.max(counters.maxFirings, fired);
        return more;
    }

    /** Answers whether the key of the window is forgotten with it. */
    private boolean fireNow(int id, Flow flow) {
        timers.cancel(id);
        return fire(id, panes.get(id, panes.dueAt), progress.ns(), flow);
    }

    /**
     * More is due for the key of an event than fires before it. The event must not get into the results of windows that have ended:
     * those that are closed are worked out now and told in their turn; those that the event revises are told now, since they come
     * before their revision.
     */
    private void setApart(int slot, long index, Flow flow) {
        int below = panes.below(slot, periods.oldest(index));
        int id = panes.behind(slot, below);
        while (id != NONE && panes.get(id, INDEX) <= index) {
            int next = panes.newer(id);
            long end = periods.end(panes.get(id, INDEX));
            if (end <= progress.ns() && panes.get(id, panes.dueAt) == end && panes.get(id, panes.revisionAt) == 0) {
                if (isClosed(panes.get(id, INDEX))) {
                    told.workOutAhead(id, end, flow);
                } else {
                    fireNow(id, flow);
                }
            }
            id = next;
        }
    }

    // ---- an event

    @Override
    Reason prepare(Flow flow, long[] values) {
        if (!summaries.hasOwn()) {
            return null;
        }
        int pane = paneOfEvent();
        boolean fits = pane != NONE
                ? summaries.addAside(panes.page(pane), panes.base(pane) + BUCKETS, values)
                : summaries.openAside(values);
        return fits ? null : Reason.OUT_OF_RANGE;
    }

    @Override
    Reason take(Flow flow, long[] values) {
        int pane = paneOfEvent();
        int row = keepsRows ? changes.take(pane) : 0;
        Reason reason = row < 0 ? Reason.OVER_BOUND : null;
        if (reason == null && pane != NONE) {
            reason = add(pane, values);
        } else if (reason == null) {
            pane = open(flow, values);
            reason = pane == NONE ? Reason.OVER_BOUND : null;
        }
        if (keepsRows && row >= 0) {
            changes.keep(row, reason == null ? pane : NONE, values);
        }
        if (reason == null) {
            took(flow, pane);
        }
        count();
        return reason;
    }

    /** The pane of the event in hand, where it has events. */
    private int paneOfEvent() {
        int pane = eventSlot < 0 ? NONE : panes.at(eventSlot, period.index);
        return pane != NONE && panes.get(pane, PANE) > 0 ? pane : NONE;
    }

    @Override
    boolean takeBack(Flow flow, long[] values) {
        int pane = paneOfEvent();
        boolean isThere = pane != NONE && changes.takeOut(pane, values);
        if (isThere) {
            took(flow, pane);
        }
        count();
        return isThere;
    }

    private void took(Flow flow, int pane) {
        told.changed(eventSlot, period.index);
        if (lowest > period.oldest) {
            counters.partlyLate++;
        }
        if (empties != null) {
            sawEvent(eventSlot, period.index);
        }
        if (counts || progress.ns() >= period.oldestEndNs) {
            told.tell(flow, pane, lowest);
        }
    }

    /** A pane has its first event: all windows that it is in, and no more than there are steps in one, will put it together. */
    private void begins(int pane) {
        panes.set(pane, PANE, 1);
        if (steps > 1) {
            panes.passTo(pane);
            pace.addedWork(steps);
        }
    }

    private void begin() {
        panes.slots = 0;
        touched.begin();
    }

    private void count() {
        counters.keys = rows.count();
        touched.also(panes.slots);
        panes.slots = 0;
        touched.end();
    }

    private Reason add(int pane, long[] values) {
        long[] page = panes.writable(pane);
        int base = panes.base(pane);
        if (!summaries.fits(page, base + BUCKETS, values)) {
            return Reason.OUT_OF_RANGE;
        }
        summaries.add(page, base + BUCKETS, values);
        page[base + PANE]++;
        return null;
    }

    /** Makes the pane of an event, and what else it needs; {@link PaneBlocks#NONE} when there is no room for all of it. */
    private int open(Flow flow, long[] values) {
        boolean isNew = eventSlot < 0;
        int slot = isNew ? panes.acquire(flow) : eventSlot;
        if (slot < 0) {
            return NONE;
        }
        boolean isOpen = fresh.open(slot, lowest, period.index, flow.timeNs());
        for (int i = 0; i < fresh.opened(); i++) {
            told.opened(fresh.id(i));
            if (periods.isWindow(panes.get(fresh.id(i), INDEX))) {
                opened(fresh.id(i));
            }
        }
        if (!isOpen) {
            if (isNew) {
                rows.release(slot);
            }
            return NONE;
        }
        eventSlot = slot;
        int pane = panes.at(slot, period.index);
        summaries.open(panes.writable(pane), panes.base(pane) + BUCKETS, values);
        begins(pane);
        return pane;
    }

    private void opened(int id) {
        context.due(panes.get(id, panes.dueAt));
        pace.added(firings);
        if (empties != null) {
            openedLate(id);
        }
    }

    /** Of a window that has ended it may have been told that nothing is in it. */
    private void openedLate(int id) {
        int slot = panes.slot(id);
        long index = panes.get(id, INDEX);
        if (progress.ns() >= periods.end(index) && empties.has(slot, index)) {
            told.wasEmpty(id, !empties.isUntold(slot, index));
        }
    }

    // ---- when

    private long forgetNs(long end) {
        return Window.forgetNs(end, window.latenessNs);
    }

    /** Sets the next timer of a window; without room for it, which is rare, it is given up. Answers as {@link #fire}. */
    private boolean armAgain(int id, long due, Flow flow) {
        int slot = panes.slot(id);
        if (!timers.setAgain(id, due)) {
            panes.keyOf(slot, flow);
            results.begin(flow, due);
            results.giveUp(flow, detail(Reason.OVER_BOUND));
            panes.set(id, panes.dueAt, Long.MAX_VALUE);
            return panes.older(id) == NONE && remove(id); // else older windows have its pane
        }
        rows.set(slot, SOONEST, Math.min(rows.get(slot, SOONEST), due));
        context.due(due);
        return false;
    }

    // ---- firing

    @Override
    long nextDueNs() {
        return empties == null ? timers.nextDueNs() : Math.min(timers.nextDueNs(), empties.nextDueNs());
    }

    @Override
    int fire(long progressNs, int most, Flow flow) {
        int share = isLate(progressNs) ? most : pace.most(progressNs >= Progress.END, most);
        long panesMost = pace.mostWork(PANES_OF_ENTRY);
        int fired = 0;
        begin();
        told.begin();
        while (fired < share && told.merged() < panesMost && fireNext(progressNs, flow)) {
            fired++;
        }
        pace.fired(fired, nextDueNs() <= progressNs);
        count();
        return fired;
    }

    /**
     * Whether more falls due again and again than is told in between, whatever events come: partial results, and periods without events.
     */
    private boolean isLate(long progressNs) {
        return progressNs != Progress.END && againNs > 0 && nextDueNs() <= Times.minus(progressNs, againNs);
    }

    /** Of what ends at one moment windows with events come first. */
    private boolean fireNext(long progressNs, Flow flow) {
        if (empties != null && empties.nextDueNs() < timers.nextDueNs()) {
            return empties.nextDueNs() <= progressNs && visit(flow);
        }
        int id = timers.pop(progressNs);
        if (id != NONE) {
            fire(id, timers.dueNs(), progressNs, flow);
        }
        return id != NONE;
    }

    /** Fires a window whose timer has been taken; answers whether its key has none any more. */
    private boolean fire(int id, long dueNs, long progressNs, Flow flow) {
        long index = panes.get(id, INDEX);
        long end = periods.end(index);
        boolean changed = !counts || panes.get(id, panes.eventsAt) != panes.get(id, panes.toldAt);
        if (dueNs <= end && changed) {
            panes.keyOf(panes.slot(id), flow);
            begin(flow, dueNs);
            if (dueNs < end) {
                told.put(flow, id, dueNs);
            } else {
                told.close(flow, id, end);
            }
        }
        if (empties != null && dueNs == end) {
            empties.passed(panes.slot(id), index);
        }
        if (dueNs < end) {
            return armAgain(id, periods.moment(periods.start(index), end, progressNs), flow);
        }
        if (dueNs == end && forgetNs(end) > end) {
            return armAgain(id, forgetNs(end), flow);
        }
        return remove(id);
    }

    private void begin(Flow flow, long dueNs) {
        if (window.retracts) {
            results.begin(flow, dueNs);
        } else {
            results.beginOnly(flow, dueNs);
        }
    }

    /**
     * Takes a window out, and what stands behind it and no window that is open has: a pane with which none begins, and windows that were
     * given up. Answers whether its key is forgotten with it.
     */
    private boolean remove(int id) {
        boolean isOldest = panes.older(id) == NONE;
        boolean forgotten;
        int next = id;
        do {
            int window = next;
            next = panes.newer(window);
            if (next != NONE && !periods.isWindow(panes.get(next, INDEX))) {
                int pane = next;
                next = panes.newer(pane);
                panes.passNoMoreTo(pane);
                forget(pane);
                panes.removePane(pane);
            }
            if (!isOldest) {
                panes.passNoMoreTo(window);
            }
            forget(window);
            forgotten = panes.remove(window);
        } while (!forgotten && isOldest && next != NONE && told.isGivenUp(next));
        return forgotten;
    }

    private void forget(int pane) {
        told.forget(pane);
        if (keepsRows) {
            changes.forget(pane);
        }
    }

    // ---- periods in which nothing was

    private void sawEvent(int slot, long index) {
        if (!keyed && !empties.isListed(slot)) {
            empties.watch(slot, lowest); // from the first event on
        }
        empties.saw(periods.newest(index));
        context.due(empties.nextDueNs());
    }

    @Override
    Reason row(Flow flow, boolean deletes) {
        if (empties.areOver()) {
            return null;
        }
        begin();
        int slot = panes.find(flow);
        if (deletes) {
            if (slot >= 0) {
                empties.undeclare(slot);
            }
        } else if (!empties.hasRoomFor(slot)) {
            return Reason.OVER_BOUND;
        } else {
            slot = panes.acquire(flow);
            if (slot < 0 || !declare(slot, flow)) {
                return Reason.OVER_BOUND;
            }
        }
        count();
        context.due(empties.nextDueNs());
        return null;
    }

    /**
     * What has been told of a key until now is told first, so that there is one gap to remember and no more. Both times together
     * tell no more periods without events than a key may have windows: that is what is promised of an entry.
     */
    private boolean declare(int slot, Flow flow) {
        inHand.copyFrom(flow);
        int most = mostOfKey;
        if (empties.isListed(slot) && isBehind(slot)) {
            catchUp(slot, most, flow);
            most -= emptiesTold;
        }
        boolean can = empties.declare(slot);
        if (can && isBehind(slot)) {
            catchUp(slot, most, flow);
            empties.remember(slot);
        }
        flow.copyFrom(inHand);
        return can;
    }

    private boolean visit(Flow flow) {
        int slot = empties.visit();
        if (slot >= 0) {
            fireEmpty(slot, empties.told, flow);
        }
        context.due(empties.nextDueNs());
        return true;
    }

    /**
     * The turn of a period of a key that has none with events; but one may have been told ahead of its turn, and a day that a
     * zone has left out of its calendar is none.
     */
    private void fireEmpty(int slot, long index, Flow flow) {
        long end = periods.end(index);
        if (periods.start(index) < end && panes.at(slot, index) == NONE) {
            panes.keyOf(slot, flow);
            results.begin(flow, end);
            told.putEmpty(flow, periods.start(index), end);
        }
    }

    @Override
    String detail(Reason reason) {
        return switch (reason) {
            case OVER_BOUND ->
                "no room for one more key or window, or too much of its key waits: raise their bound or the state budget";
            case OUT_OF_RANGE ->
                "a sum does not fit 64 bits, or the windows of its time are not within the range of time";
            default -> null;
        };
    }
}
