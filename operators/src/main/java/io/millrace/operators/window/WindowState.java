package io.millrace.operators.window;

import io.millrace.event.Reason;
import io.millrace.operator.Flow;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.state.FiringPace;
import io.millrace.state.Scratch;
import io.millrace.time.Progress;

/** The state of all windows of a node: one subclass for each kind of window. One thread. */
abstract class WindowState {
    final Progress progress;
    final NodeCounters counters;
    private final int ofEntry;
    private final int ofEvent;

    @Scratch("of the event in hand: how many fired before it")
    private int fired;

    WindowState(WindowOperator<?, ?> operator, NodeContext context) {
        progress = context.progress();
        counters = context.counters();
        ofEntry = operator.maxFirings();
        ofEvent = operator.window().firingsOfEvent();
    }

    /** So many of the key of an event have fired before it. */
    final void firedBefore(int firings) {
        fired = firings;
        counters.firings += firings;
        counters.maxFirings = Math.max(counters.maxFirings, firings);
    }

    /** Fires for an event that was taken, of whatever key, what is owed beyond what the next entry fires, as far as one event may cause it. */
    final void fireOwed(FiringPace pace, Flow flow) {
        int owed = pace.beyond(ofEntry);
        if (owed > 0) {
            fireOwed(Math.min(owed, ofEvent - fired), pace, flow);
        }
    }

    private void fireOwed(int most, FiringPace pace, Flow flow) {
        int more = 0;
        while (more < most && fireNext(progress.ns(), flow)) {
            more++;
        }
        if (more > 0) {
            pace.firedBeyond(more, nextDueNs() <= progress.ns());
            counters.firings += more;
            counters.maxFirings = Math.max(counters.maxFirings, more);
        }
    }

    /** Fires the first of all that is due; false when nothing is. */
    abstract boolean fireNext(long progressNs, Flow flow);

    /**
     * Judges an event by its time and fires what is due for its key.
     *
     * @return why it cannot be taken; null when it can
     */
    abstract Reason before(Flow flow);

    /**
     * Adds up what an event that {@link #before} found well will make, aside: aggregates of users' own may throw here, and
     * nothing has changed then. Those that come in {@link #take}, if any, are the same calls again.
     *
     * @return why one of them does not take it; null when all do
     */
    Reason prepare(Flow flow, long[] values) {
        return null;
    }

    /**
     * Takes an event that {@link #before} found well, and sends what it causes.
     *
     * @return why it could not be taken, and then nothing has changed; null when it was
     */
    abstract Reason take(Flow flow, long[] values);

    /**
     * Takes a row that was taken before, and that {@link #before} found well, out again, and sends what that causes.
     *
     * @return false where it is not there, and then nothing has changed
     */
    boolean takeBack(Flow flow, long[] values) {
        throw new AssertionError("no changes");
    }

    /**
     * Takes a row of the table that says which keys have results also for periods without events.
     *
     * @return why it could not be taken; null when it was
     */
    Reason row(Flow flow, boolean deletes) {
        throw new AssertionError("no table");
    }

    /** What a reason means here. */
    abstract String detail(Reason reason);

    /** The events of the result in hand, where windows are of so many. */
    int told() {
        return 0;
    }

    abstract long nextDueNs();

    abstract int fire(long progressNs, int most, Flow flow);
}
