package io.millrace.bench.jmh;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to keep watch over an engine: an event of seven fields through a filter to an output, all of them put out.
 *
 * <p>Who watches makes objects, and what is made behind them lies elsewhere in a line of memory: that alone makes the very same code
 * up to a tenth quicker or slower, the same way in each JVM. So it is drawn for each fork, and there are several; of those in turns each
 * eight have each place once. What the parameter that is nothing once more differs by is what the way of measuring does, and no more can be told.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 8,
        jvmArgsAppend = {"--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED"})
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class WatchBenchmark {
    /** Nothing, a digest of all outputs, time by node of one entry in 1,024, or nothing once more. */
    @Param({"nothing", "digest", "blame", "again"})
    public String watch;

    /** What the thread used of a core, for an event: a busy machine hardly changes that. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Used {
        /** Of the iteration. */
        public double cpuNs;
    }

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private byte[] inFront;
    private long beganNs;
    private long began;
    private Watched engine;

    /** Starts the host. */
    @Setup
    public void setUp() {
        int turn = Integer.getInteger(Turns.TURN, ThreadLocalRandom.current().nextInt(Watched.LINE_WORDS));
        inFront = new byte[turn % Watched.LINE_WORDS * Long.BYTES];
        engine = new Watched(watch);
    }

    /** Looks at the clock of the thread. */
    @Setup(Level.Iteration)
    public void begin() {
        beganNs = THREADS.getCurrentThreadCpuTime();
        began = engine.published();
    }

    /** Looks again. */
    @TearDown(Level.Iteration)
    public void end(Used used) {
        used.cpuNs = (double) (THREADS.getCurrentThreadCpuTime() - beganNs) / (engine.published() - began);
    }

    /** Publishes a message of 41 bytes. */
    @Benchmark
    public long inline() {
        return engine.publish();
    }
}
