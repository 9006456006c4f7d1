package io.millrace.bench.kill;

import io.millrace.engine.Recovered;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/** What a producer has sent, and knows to be safe: it goes on behind that when its process was killed. One thread's. */
final class Sent {
    private static final long QUICK = 1_200;
    private static final long LONG_PAUSE_NS = 10 * Load.PAUSE_NS;

    private final Instants instants;
    private final int producer;
    private final long first;
    private final long events;
    private final long[] places;
    private final boolean wasEnded;
    private long next;
    private long known;

    /** How many of the last ones have places that were not told. */
    private int untold;

    /**
     * Goes on where the journal is; where there is none nothing of it is null, and it believes what it was told. What was acknowledged must
     * not be sent again: nobody would see that it had been lost.
     */
    Sent(int producer, long events, Recovered has, Instants instants) {
        this.producer = producer;
        this.events = events;
        this.instants = instants;
        first = has == null ? instants.safe(producer) : has.events(Load.INPUTS.get(producer));
        if (first < instants.safe(producer)) {
            throw new IllegalStateException("input " + producer + ": " + instants.safe(producer)
                    + " events were acknowledged, or seen outside, and the journal has " + first);
        }
        wasEnded = has != null && has.hasEnded(Load.INPUTS.get(producer));
        next = first;
        known = first;
        places = new long[(int) Math.max(0, events - first)];
    }

    /** Whether there is nothing to send, and the end was said by a process before. */
    boolean wasEnded() {
        return wasEnded;
    }

    /** Whether there is another one to send. */
    boolean isLeft() {
        return next < events;
    }

    /** How many. */
    long left() {
        return events - next;
    }

    /** The one to send. */
    Load.Numbered event() {
        return event(0);
    }

    /** The one behind so many that are to be sent. */
    Load.Numbered event(int behind) {
        return Load.Numbered.of(producer, next + behind);
    }

    /** It was taken. */
    void sent(long place) {
        int at = (int) (next - first);
        Arrays.fill(places, at - untold, at + 1, place); // it is behind those before it
        untold = 0;
        next++;
    }

    /** So many were taken, and their places are not told: they are in front of that of the next one. */
    void sentTogether(int n) {
        int at = (int) (next - first);
        Arrays.fill(places, at, at + n, Long.MAX_VALUE);
        untold += n;
        next += n;
    }

    /** Until the next burst; in the end seldom, so that what comes by the clock (snapshots) comes before all events have. */
    void rest() {
        LockSupport.parkNanos(next - first < QUICK ? Load.PAUSE_NS : LONG_PAUSE_NS);
    }

    /** What has places up to this one is safe. */
    void safeUpTo(long durable) {
        while (known < next && places[(int) (known - first)] <= durable) {
            known++;
        }
        instants.safe(producer, known);
    }
}
