package io.millrace.runtime;

import org.HdrHistogram.Histogram;

/**
 * What was noted of sampled events, one after another, before it goes into histograms. Recording a time touches three or four
 * lines of memory that nothing has touched since the last sample; a note goes behind the one before. So the times of several
 * samples are recorded together, of not so many that this takes longer than an event may. For the stage's thread;
 * allocates nothing.
 */
final class BlameNotes {
    /** From so many notes on they are recorded behind an event. */
    private static final int MANY = 64;

    /** An event that comes when there are nearly as many has room for its beginning, hop, calls and end. */
    private static final int ROOM = MANY + Blame.MARKS + 3;

    // in the place of a node
    private static final int BEGUN = -1;
    private static final int HOP = -2;
    private static final int ENDED = -3;

    /** Added to a node that was called by what another one fires. */
    private static final int FIRED = 1 << 30;

    private final Histogram hop;
    private final Histogram[] own;
    private final Histogram[] since;
    private final int[] what = new int[ROOM];
    private final long[] ns = new long[ROOM];
    private int n;

    /** Where the event in hand begins. */
    private int first;

    BlameNotes(Histogram hop, Histogram[] own, Histogram[] since) {
        this.hop = hop;
        this.own = own;
        this.since = since;
    }

    private void add(int code, long atNs) {
        what[n] = code;
        ns[n++] = atNs;
    }

    /** A stage takes an event, or goes on with it, which counts from a time on. */
    void begin(long fromNs) {
        first = n;
        if (n >= MANY) {
            record(); // user code has thrown, so that nobody has ended the one before
        }
        add(BEGUN, fromNs);
    }

    void hop(long nowNs) {
        add(HOP, nowNs);
    }

    void called(int node, boolean fired, long nowNs) {
        add(fired ? node | FIRED : node, nowNs);
    }

    void end(long nowNs) {
        add(ENDED, nowNs);
    }

    // ---- of the event in hand

    /** The place of the call that has taken longest, and the first of those; negative where there is none. */
    int longest(long nowNs) {
        int longest = -1;
        for (int i = first; i < n; i++) {
            if (what[i] >= 0 && (longest < 0 || tookNs(i, nowNs) > tookNs(longest, nowNs))) {
                longest = i;
            }
        }
        return longest;
    }

    long tookNs(int place, long nowNs) {
        return (place + 1 < n ? ns[place + 1] : nowNs) - ns[place];
    }

    int node(int place) {
        return what[place] & ~FIRED;
    }

    // ---- into histograms

    void recordIfMany() {
        if (n >= MANY) {
            recordUnless(false);
        }
    }

    /** All, or all but those of the event in hand: a receiver of it may ask for statistics. */
    void recordUnless(boolean inHand) {
        if (!inHand) {
            first = n;
        }
        record();
    }

    /** All in front of the event in hand, whose notes are kept. */
    private void record() {
        long fromNs = 0;
        for (int i = 0; i < first; i++) {
            if (what[i] == BEGUN) {
                fromNs = ns[i];
            } else if (what[i] == HOP) {
                Blame.record(hop, ns[i] - fromNs);
            } else if (what[i] >= 0) {
                recordCall(i, fromNs);
            }
        }
        n -= first;
        System.arraycopy(what, first, what, 0, n);
        System.arraycopy(ns, first, ns, 0, n);
        first = 0;
    }

    /** A call that an exception has ended has no own time. */
    private void recordCall(int i, long fromNs) {
        int node = node(i);
        if ((what[i] & FIRED) == 0) {
            Blame.record(since[node], ns[i] - fromNs);
        }
        if (i + 1 < first && what[i + 1] != BEGUN) {
            Blame.record(own[node], ns[i + 1] - ns[i]);
        }
    }
}
