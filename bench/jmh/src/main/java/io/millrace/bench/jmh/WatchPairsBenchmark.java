package io.millrace.bench.jmh;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
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
 * What it costs to keep watch over an engine, by pairs: two engines in one JVM, one that is watched and one that is not, take blocks of
 * events in turns, a few milliseconds each. What a machine has become meanwhile is then the same for both, and the median of the ratios of all
 * pairs is told ({@code percent}); what the two differ by for other reasons, where their objects lie and what was compiled first, is
 * drawn anew in each fork. {@code again} is a second engine that is not watched: what it differs by cannot be told from nothing. Both share what the
 * JVM has compiled of hosts and publishers, so a branch that watching takes there is in the code of both; what watching itself does is not.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
        value = 16,
        jvmArgsAppend = {"--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED"})
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 3, time = 1)
public class WatchPairsBenchmark {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Events of one engine before the other has its turn. */
    private static final int BLOCK = 1 << 15;

    private static final int MOST_PAIRS = 1 << 16;

    /** What the second engine has. */
    @Param({"again", "blame", "digest"})
    public String watch;

    /** How much more of a core the second engine used. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Beside {
        /** By the median of the iteration's pairs. */
        public double percent;
    }

    private final double[] ratios = new double[MOST_PAIRS];
    private final byte[][] between = new byte[2][];
    private Watched plain;
    private Watched watched;
    private int pairs;

    /** Starts both, either of them first. */
    @Setup
    public void setUp() {
        boolean plainFirst = ThreadLocalRandom.current().nextBoolean();
        plain = plainFirst ? engine("nothing", 0) : null;
        watched = engine(watch, 1);
        plain = plainFirst ? plain : engine("nothing", 0);
    }

    private Watched engine(String what, int which) {
        between[which] = new byte[ThreadLocalRandom.current().nextInt(Watched.LINE_WORDS) * Long.BYTES];
        return new Watched(what);
    }

    /** Begins a list of pairs. */
    @Setup(Level.Iteration)
    public void begin() {
        pairs = 0;
    }

    /** Tells what lies in the middle of it. */
    @TearDown(Level.Iteration)
    public void end(Beside beside) {
        Arrays.sort(ratios, 0, pairs);
        beside.percent = 100 * (ratios[pairs / 2] - 1);
    }

    /** A block of each, the second engine first every second time. */
    @Benchmark
    public void pair() {
        boolean swapped = (pairs & 1) == 1;
        double first = cpuNs(swapped ? watched : plain);
        double second = cpuNs(swapped ? plain : watched);
        if (pairs < MOST_PAIRS) {
            ratios[pairs++] = swapped ? first / second : second / first;
        }
    }

    private static long cpuNs(Watched engine) {
        long beganNs = THREADS.getCurrentThreadCpuTime();
        engine.publish(BLOCK);
        return THREADS.getCurrentThreadCpuTime() - beganNs;
    }
}
