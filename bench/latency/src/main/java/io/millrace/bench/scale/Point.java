package io.millrace.bench.scale;

import com.sun.management.ThreadMXBean;
import io.millrace.rig.Median;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;

/**
 * One point of one dimension, measured in this JVM: time of the thread's core an event, engine and loop by turns, each the
 * median of its runs after one to warm up.
 *
 * @param oursNs    of the engine
 * @param handNs    of the loop
 * @param oursBytes that the engine's thread allocated an event
 * @param right     whether both have put out the same
 */
public record Point(double oursNs, double handNs, double oursBytes, boolean right) {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /**
     * Measures.
     *
     * @param dimension what is made larger
     * @param value     how large
     * @param events    a run
     * @param runs      that count
     */
    public static Point measure(Dimension dimension, long value, long events, int runs) {
        Pair pair = dimension.of(value);
        pair.load();
        run(pair::ours, 0, events);
        run(pair::hand, 0, events);
        List<Double> ours = new ArrayList<>();
        List<Double> hand = new ArrayList<>();
        List<Double> bytes = new ArrayList<>();
        for (int run = 1; run <= runs; run++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            ours.add(run(pair::ours, run * events, (run + 1) * events));
            bytes.add((double) (THREADS.getCurrentThreadAllocatedBytes() - before) / events);
            hand.add(run(pair::hand, run * events, (run + 1) * events));
        }
        return new Point(
                Median.of(ours).median(),
                Median.of(hand).median(),
                Median.of(bytes).median(),
                pair.oursAnswer().equals(pair.handAnswer()));
    }

    private static double run(LongConsumer event, long from, long to) {
        long beforeNs = THREADS.getCurrentThreadCpuTime();
        for (long i = from; i < to; i++) {
            event.accept(i);
        }
        return (double) (THREADS.getCurrentThreadCpuTime() - beforeNs) / (to - from);
    }

    /** For another process. */
    public String words() {
        return String.format(Locale.ROOT, "%.2f %.2f %.3f %s", oursNs, handNs, oursBytes, right);
    }

    /** Reads {@link #words}. */
    public static Point of(String words) {
        String[] word = words.split(" ");
        return new Point(
                Double.parseDouble(word[0]),
                Double.parseDouble(word[1]),
                Double.parseDouble(word[2]),
                Boolean.parseBoolean(word[3]));
    }
}
