package io.millrace.rig;

import java.util.Arrays;

/**
 * One latency an event, in the order of the events: what the deciding thread writes costs a clock read and a store, and
 * which events stood behind a gap of the publisher can be said afterwards. Written by the deciding thread, read when the
 * system has settled.
 */
public final class Latencies {
    private long[] ns = new long[0];
    private long first;
    private int events;

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
        Arrays.fill(ns, 0);
        first = firstEvent;
        this.events = events;
    }

    /**
     * The event was decided now.
     *
     * @param event      its number
     * @param intendedNs when it was to be sent; 0: not measured
     * @throws IllegalArgumentException when the run has no event of that number
     */
    public void decided(long event, long intendedNs) {
        if (intendedNs != 0) {
            long took = System.nanoTime() - intendedNs;
            ns[place(event)] = took == 0 ? 1 : took; // 0 is none at all, and the clock may have stood still
        }
    }

    private int place(long event) {
        long place = event - first;
        if (place < 0 || place >= events) {
            throw new IllegalArgumentException("event " + event + " was decided, which is none of this run, " + first
                    + " to " + (first + events - 1) + "; decide an event by the number that it was published with");
        }
        return (int) place;
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
