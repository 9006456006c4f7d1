package io.millrace.rig;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/** Reads the clock in an empty loop and records what lies between two reads. One thread. */
public final class Jitter implements Runnable {
    private static final long WARM_UP_NS = TimeUnit.MILLISECONDS.toNanos(500);

    /** For how long the floor beside a table of latencies is watched; none where it is 0. */
    private static final long FLOOR_MS = Long.getLong("millrace.jitter.ms", 1_000);

    private static final int CORES_AT_MOST = 2;

    private final long ns;
    private final long warmUpNs;
    private final Histogram gaps = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
    private long lostNs;

    /**
     * A watch, after half a second of warm-up.
     *
     * @param seconds its length
     */
    public Jitter(long seconds) {
        this(TimeUnit.SECONDS.toNanos(seconds), WARM_UP_NS);
    }

    private Jitter(long ns, long warmUpNs) {
        this.ns = ns;
        this.warmUpNs = warmUpNs;
    }

    /**
     * The floor of latencies in a line: on two cores, where there are as many, threads that only read the clock.
     *
     * @return empty where it is not asked for
     */
    static String floor() {
        if (FLOOR_MS <= 0) {
            return "";
        }
        int cores = Math.min(CORES_AT_MOST, Runtime.getRuntime().availableProcessors());
        List<Jitter> watches = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < cores; i++) {
            long lengthNs = TimeUnit.MILLISECONDS.toNanos(FLOOR_MS);
            watches.add(new Jitter(lengthNs, Math.min(WARM_UP_NS, lengthNs)));
            threads.add(new Thread(watches.get(i), "jitter-" + i));
        }
        threads.forEach(Thread::start);
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "not known: interrupted";
        }
        return String.format(
                Locale.ROOT,
                "%.0f gaps/s over 5 us, %.0f over 100 us, longest %.0f us, %.1f %% lost (%d threads, %d ms)",
                mean(watches, w -> w.perSecondAbove(5_000)),
                mean(watches, w -> w.perSecondAbove(100_000)),
                watches.stream().mapToLong(Jitter::maxNs).max().orElse(0) / 1e3,
                100 * mean(watches, Jitter::lost),
                cores,
                FLOOR_MS);
    }

    private static double mean(List<Jitter> watches, ToDoubleFunction<Jitter> of) {
        return watches.stream().mapToDouble(of).average().orElse(0);
    }

    @Override
    public void run() {
        watch(warmUpNs);
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
