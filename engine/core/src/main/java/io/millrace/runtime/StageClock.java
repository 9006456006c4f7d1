package io.millrace.runtime;

/** The smallest due time of a stage, so that an entry which makes nothing due costs one comparison. One thread. */
final class StageClock {
    private long nextDueNs = Long.MAX_VALUE;
    private boolean overdue;

    long nextDueNs() {
        return nextDueNs;
    }

    void due(long dueNs) {
        if (dueNs < nextDueNs) {
            nextDueNs = dueNs;
        }
    }

    /** Something was set that progress has passed already: it does not wait for progress to move once more. */
    void overdue() {
        overdue = true;
    }

    boolean isOverdue() {
        return overdue;
    }

    void reset(long dueNs) {
        nextDueNs = dueNs;
        overdue = false;
    }
}
