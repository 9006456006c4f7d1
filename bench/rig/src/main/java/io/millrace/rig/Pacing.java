package io.millrace.rig;

import io.millrace.metric.Held;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * An open-loop run: event k is due at start + k / rate whatever happens, and its latency counts from then. One thread, which
 * spins between the events.
 *
 * <p>The loop watches its own gaps: more than {@value #GAP_NS} ns between two clock reads with nothing in between means that
 * the machine took the core away. Events that became due in such a gap, and those published behind them until the loop has
 * caught up with the schedule, are marked. What a system does to its publisher stands between other clock reads and is never
 * taken for a gap.
 */
public final class Pacing {
    static final long GAP_NS = 5_000;

    /** A latency an event is kept until a run is over: this part of a heap may be theirs. */
    private static final int HEAP_SHARE = 4;

    private final Target system;
    private final Latencies latencies;
    private final long firstEvent;
    private final long rate;
    private final int burst;
    private final int events;
    private final BitSet behind;

    private long gaps;
    private long gapNs;
    private long gapNsMax;

    /**
     * A run that has not begun.
     *
     * @param system     what it publishes to
     * @param latencies  where that writes when an event was decided
     * @param firstEvent the number of the first event
     * @param rate       events a second
     * @param seconds    how long
     */
    public Pacing(Target system, Latencies latencies, long firstEvent, long rate, long seconds) {
        this(system, latencies, firstEvent, rate, seconds, 1);
    }

    /**
     * A run that has not begun, in which several events are due at a time: at the rate all the same, and so rarer.
     *
     * @param system     what it publishes to
     * @param latencies  where that writes when an event was decided
     * @param firstEvent the number of the first event
     * @param rate       events a second
     * @param seconds    how long
     * @param burst      how many are due together, each of them with that time
     */
    public Pacing(Target system, Latencies latencies, long firstEvent, long rate, long seconds, int burst) {
        this.burst = burst;
        this.system = system;
        this.latencies = latencies;
        this.firstEvent = firstEvent;
        this.rate = rate;
        requireRoom(rate, seconds, Long.MAX_VALUE);
        this.events = (int) (rate * seconds);
        this.behind = new BitSet(events);
        behind.set(events); // takes all its memory now
        behind.clear(events);
    }

    /**
     * Checks that a heap holds a run: {@value Long#BYTES} bytes an event, in a quarter of it.
     *
     * @param rate      events a second
     * @param seconds   how long
     * @param heapBytes of the JVM that it is to run in
     * @throws IllegalArgumentException with the figures, when it does not
     */
    public static void requireRoom(long rate, long seconds, long heapBytes) {
        long most = Math.min(heapBytes / HEAP_SHARE / Long.BYTES, Integer.MAX_VALUE - Long.BYTES);
        if (rate > most / seconds) {
            throw new IllegalArgumentException(rate + " events a second for " + seconds + " s are "
                    + rate * seconds + " latencies of " + Long.BYTES + " bytes, of which the heap holds " + most
                    + "; take fewer seconds, a lower rate or more heap");
        }
    }

    /**
     * Runs it.
     *
     * @return what it gave
     */
    public Paced run() {
        latencies.begin(firstEvent, events);
        long startNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1);
        publishAll(startNs);
        system.settle();
        long elapsedNs = System.nanoTime() - startNs;
        boolean held = Held.at(elapsedNs - due(events));
        Histogram all = new Histogram(3);
        Histogram clear = new Histogram(3);
        int marked = record(latencies, events, behind, all, clear);
        return new Paced(all, clear, held, elapsedNs, marked, gaps, gapNs, gapNsMax);
    }

    /**
     * Answers how many of those that were decided stood behind a gap: of others there is no latency that it could have spoilt. An event without a
     * latency is passed over, be it that it was filtered or that the system has not told: how many there have to be is for the caller to know.
     */
    static int record(Latencies latencies, int events, BitSet behind, Histogram all, Histogram clear) {
        int marked = 0;
        for (int k = 0; k < events; k++) {
            long ns = latencies.ns(k);
            if (ns <= 0) {
                continue;
            }
            all.recordValue(ns);
            if (behind.get(k)) {
                marked++;
            } else {
                clear.recordValue(ns);
            }
        }
        return marked;
    }

    private long due(long k) {
        return (k - k % burst) * 1_000_000_000L / rate;
    }

    private void publishAll(long startNs) {
        boolean late = false;
        long nowNs = System.nanoTime();
        for (int k = 0; k < events; k++) {
            long intendedNs = startNs + due(k);
            if (nowNs < intendedNs) {
                late = false;
                do {
                    Thread.onSpinWait();
                    long readNs = System.nanoTime();
                    if (readNs - nowNs > GAP_NS) {
                        gap(readNs - nowNs);
                        late = readNs >= intendedNs;
                    }
                    nowNs = readNs;
                } while (nowNs < intendedNs);
            }
            if (late) {
                behind.set(k);
            }
            system.publish(firstEvent + k, intendedNs);
            if (burst > 1 && (k % burst == burst - 1 || k == events - 1)) {
                system.burstEnds();
            }
            nowNs = System.nanoTime();
        }
    }

    private void gap(long ns) {
        gaps++;
        gapNs += ns;
        gapNsMax = Math.max(gapNsMax, ns);
    }

    /**
     * How many events it has.
     *
     * @return rate times seconds
     */
    public int events() {
        return events;
    }
}
