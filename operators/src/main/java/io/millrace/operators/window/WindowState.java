package io.millrace.operators.window;

import io.millrace.event.Reason;
import io.millrace.operator.Flow;

/** The state of all windows of a node: one subclass for each kind of window. One thread. */
abstract class WindowState {
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
