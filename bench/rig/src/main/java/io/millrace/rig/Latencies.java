package io.millrace.rig;

/**
 * One latency an event, in the order of the events: what the deciding thread writes costs a clock read and a store, and
 * which events stood behind a gap of the publisher can be said afterwards. Written by the deciding thread, read when the
 * system has settled.
 */
public final class Latencies {
    private long[] ns = new long[0];
    private long first;

    /** None yet. */
    public Latencies() {}

    /**
     * Makes room; when the system has settled.
     *
     * @param firstEvent the number of the first event
     * @param events     how many there will be
     */
    public void begin(long firstEvent, int events) {
        if (ns.length < events) {
            ns = new long[events];
        }
        java.util.Arrays.fill(ns, 0);
        first = firstEvent;
    }

    /**
     * The event was decided now.
     *
     * @param event      its number
     * @param intendedNs when it was to be sent; 0: not measured
     */
    public void decided(long event, long intendedNs) {
        if (intendedNs != 0) {
            ns[(int) (event - first)] = System.nanoTime() - intendedNs;
        }
    }

    /**
     * The latency of an event.
     *
     * @param n from 0, since {@link #begin}
     * @return nanoseconds; 0 when it did not reach a decision (it was filtered)
     */
    public long ns(int n) {
        return ns[n];
    }
}
