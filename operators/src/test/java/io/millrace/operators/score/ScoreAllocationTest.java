package io.millrace.operators.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Scoring allocates nothing, whatever stands in the row. */
class ScoreAllocationTest {
    private static final int ROWS = 1_000_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Read after each run, so that no run can be left out as unused. */
    private double sink;

    @Test
    void shouldAllocateNothingPerRowOfTrees() {
        RandomTrees trees = new RandomTrees(3, 15, 20, 31);
        assertAllocatesNothing(
                ModelText.read(trees.text()),
                IntStream.range(0, 1_024).mapToObj(i -> trees.row()).toArray(double[][]::new));
    }

    @Test
    void shouldAllocateNothingPerRowOfWeights() {
        LinearModel logOdds = LinearModel.intercept(1).plus("a", 2).plus("b", 3, 0);
        assertAllocatesNothing(LogisticModel.of(logOdds), new double[][] {{1, 2}, {3, Double.NaN}, {Double.NaN, 4}});
    }

    private void assertAllocatesNothing(Model model, double[][] rows) {
        score(model, rows, 50_000);
        long probe = allocatedBytes(model, rows, 0);
        // The JVM itself adds a few hundred bytes now and then; what a row allocates comes again in every run.
        long least = Long.MAX_VALUE;
        for (int run = 0; run < 3 && least > 0; run++) {
            least = Math.min(least, allocatedBytes(model, rows, ROWS) - probe);
        }
        assertEquals(0, least);
        assertNotEquals(0.0, sink);
    }

    private long allocatedBytes(Model model, double[][] rows, int count) {
        long id = Thread.currentThread().getId();
        long before = THREADS.getThreadAllocatedBytes(id);
        score(model, rows, count);
        return THREADS.getThreadAllocatedBytes(id) - before;
    }

    private void score(Model model, double[][] rows, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += model.probability(model.raw(rows[i % rows.length]));
        }
        sink = sum + 1;
    }
}
