package io.millrace.bench.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.millrace.engine.EngineStats.OutputStats;
import io.millrace.engine.Inline;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Param;

/** Each benchmark runs with each of its parameters: what fails in a fork fails far from whoever changed a word. */
class ParamsTest {
    private static final long STATE_BYTES = 16L << 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 20;
    private static final int EVENTS = 3_000;

    /** As many at least: what is held for 20 ms comes out. */
    private static final int ROUNDS_MIN = 3;

    /** They put something out when a second is over. */
    private static final Set<String> LATER = Set.of("window", "process");

    private static List<String> of(Class<?> benchmark, String field) throws NoSuchFieldException {
        return List.of(benchmark.getField(field).getAnnotation(Param.class).value());
    }

    static Stream<String> operators() throws NoSuchFieldException {
        return of(OperatorBenchmark.class, "operator").stream();
    }

    /** As the benchmark does; what an event allocates is looked at where something may still be compiled, so that the least of some rounds counts. */
    @ParameterizedTest
    @MethodSource("operators")
    void shouldMakeEachOperator(String operator) {
        OperatorBenchmark benchmark = new OperatorBenchmark();
        benchmark.operator = operator;
        Inline inline = benchmark.start(STATE_BYTES);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS_MIN || round < ROUNDS && least > 0; round++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            long probe = THREADS.getCurrentThreadAllocatedBytes() - before;
            before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < EVENTS; i++) {
                benchmark.event();
            }
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before - probe);
        }
        assertEquals(0, Math.max(0, least), "bytes for " + EVENTS + " events");
        assertEquals(0, inline.deadLetters().total());
        long out =
                inline.stats().outputs().stream().mapToLong(OutputStats::events).sum();
        assertEquals(!LATER.contains(operator), out > 0, out + " events came out");
        benchmark.tearDown();
    }

    static Stream<String> watches() throws NoSuchFieldException {
        return of(WatchBenchmark.class, "watch").stream();
    }

    @ParameterizedTest
    @MethodSource("watches")
    void shouldRunWithEachWayToWatch(String watch) {
        WatchBenchmark benchmark = new WatchBenchmark();
        benchmark.watch = watch;
        benchmark.setUp();
        benchmark.inline();
    }
}
