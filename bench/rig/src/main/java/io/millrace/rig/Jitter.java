package io.millrace.rig;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Reads the clock in an empty loop and records what lies between two reads. One thread. */
public final class Jitter implements Runnable {
    private static final long WARM_UP_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final long ns;
    private final Histogram gaps = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
    private long lostNs;

    /**
     * A watch, after half a second of warm-up.
     *
     * @param seconds its length
     */
    public Jitter(long seconds) {
        ns = TimeUnit.SECONDS.toNanos(seconds);
    }

    @Override
    public void run() {
        watch(WARM_UP_NS);
        gaps.reset();
        lostNs = 0;
        watch(ns);
    }

    private void watch(long lengthNs) {
        long startNs = System.nanoTime();
        long beforeNs = startNs;
        while (beforeNs - startNs < lengthNs) {
            long nowNs = System.nanoTime();
            long gapNs = nowNs - beforeNs;
            if (gapNs > 1_000) {
                gaps.recordValue(gapNs);
                lostNs += gapNs;
            }
            beforeNs = nowNs;
        }
    }

    /**
     * Gaps longer than this.
     *
     * @param gapNs how long
     * @return how many a second
     */
    public double perSecondAbove(long gapNs) {
        return gaps.getCountBetweenValues(gapNs, gaps.getHighestTrackableValue()) * 1e9 / ns;
    }

    /**
     * All gaps longer than 1 µs.
     *
     * @return in ns
     */
    public Histogram gaps() {
        return gaps;
    }

    /**
     * The longest gap.
     *
     * @return ns
     */
    public long maxNs() {
        return gaps.getMaxValue();
    }

    /**
     * The part of the time that went in gaps of more than 1 µs.
     *
     * @return 0 to 1
     */
    public double lost() {
        return (double) lostNs / ns;
    }
}
