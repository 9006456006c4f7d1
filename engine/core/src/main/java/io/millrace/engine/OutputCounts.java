package io.millrace.engine;

/**
 * What the sinks of one output have counted, to be asked for at any time. {@code dropped} has one writer, the stage's thread;
 * the others may be counted by several threads of sinks, and are incremented under the lock.
 */
final class OutputCounts {
    private volatile long dropped;
    private volatile long failed;
    private volatile long faults;

    void drop() {
        dropped++;
    }

    synchronized void fail() {
        failed++;
    }

    synchronized void fault() {
        faults++;
    }

    long dropped() {
        return dropped;
    }

    long failed() {
        return failed;
    }

    long faults() {
        return faults;
    }
}
