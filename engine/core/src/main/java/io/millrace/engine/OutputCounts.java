package io.millrace.engine;

/**
 * What the sinks of one output have counted, to be asked for at any time. {@code dropped} and {@code
 * missed} have one writer, the stage's thread; the others may be counted by several threads of sinks, and are incremented under the lock.
 */
final class OutputCounts {
    private volatile long dropped;
    private volatile long missed;
    private volatile long skipped;
    private volatile long failed;
    private volatile long faults;

    void drop() {
        dropped++;
    }

    /** An untethered sink had no room. */
    void miss() {
        missed++;
    }

    /** An untethered sink was handed them and will not take them. */
    synchronized void skip(long events) {
        skipped += events;
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

    long missed() {
        return missed + skipped;
    }

    long failed() {
        return failed;
    }

    long faults() {
        return faults;
    }

    /** Tells what did not reach a receiver. */
    void tell(String output, Troubles to) {
        long gone = missed();
        String why = output + gone + " events missed by an untethered sink that was too slow";
        to.past(output + "missed", gone, gone == 0 ? null : why);
        gone = dropped();
        why = output + gone + " events dropped because a blocking sink was too slow";
        to.past(output + "dropped", gone, gone == 0 ? null : why);
    }
}
