package io.millrace.runtime;

import io.millrace.state.Saved;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.time.Progress;

/** The smallest due times of a stage, so that an entry which makes nothing due costs one comparison. One thread. */
final class StageClock implements Saved {
    /** The largest clock that a tick has told. */
    private final Progress ticks = new Progress();

    private long nextDueNs = Long.MAX_VALUE;
    private long nextTickDueNs = Long.MAX_VALUE;
    private boolean overdue;

    @Override
    public void save(StateWriter to) {
        to.putLong(ticks.ns());
        to.putLong(nextDueNs);
        to.putLong(nextTickDueNs);
        to.putBoolean(overdue);
    }

    @Override
    public void load(StateReader from) {
        ticks.advanceTo(from.getLong());
        nextDueNs = from.getLong();
        nextTickDueNs = from.getLong();
        overdue = from.getBoolean();
    }

    Progress ticks() {
        return ticks;
    }

    /** By progress. */
    long nextDueNs() {
        return nextDueNs;
    }

    /** By the clock. */
    long nextTickDueNs() {
        return nextTickDueNs;
    }

    boolean isTickDue() {
        return nextTickDueNs <= ticks.ns();
    }

    void due(long dueNs) {
        if (dueNs < nextDueNs) {
            nextDueNs = dueNs;
        }
    }

    void tickDue(long dueNs) {
        if (dueNs < nextTickDueNs) {
            nextTickDueNs = dueNs;
        }
    }

    /** Something was set that progress has passed already: it does not wait for progress to move once more. */
    void overdue() {
        overdue = true;
    }

    boolean isOverdue() {
        return overdue;
    }

    void reset(long dueNs, long tickDueNs) {
        nextDueNs = dueNs;
        nextTickDueNs = tickDueNs;
        overdue = false;
    }
}
