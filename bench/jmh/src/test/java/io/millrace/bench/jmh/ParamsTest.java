package io.millrace.bench.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.engine.EngineStats.OutputStats;
import io.millrace.engine.Inline;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.annotations.Param;

/** Each benchmark runs with each of its parameters: what fails in a fork fails far from whoever changed a word. */
class ParamsTest {
    private static final long STATE_BYTES = 16L << 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int EVENTS = 3_000;

    /** So long a round without garbage is waited for, while code is compiled; none but the first is needed where there is none. */
    private static final long PATIENCE_NS = 10_000_000_000L;

    /** As many at least: what is held for 20 ms comes out. */
    private static final int ROUNDS_MIN = 3;

    /** They put something out when a second is over. */
    private static final Set<String> LATER = Set.of("window", "process");

    /** Each event finds its row, or is answered: one comes out for each. */
    private static final Set<String> EACH =
            Set.of("lookup", "tableJoin", "score", "with", "async", "map", "lookBack", "flatMap", "joinProbe");

    /** What it keeps is found by nobody. */
    private static final String NONE = "joinInsert";

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
        try {
            long events = runUntilNothingIsAllocated(benchmark);
            long before = LATER.contains(operator) ? out(inline) : 0;
            if (LATER.contains(operator)) {
                benchmark.skipTwoSeconds();
                benchmark.event();
            }
            assertEquals(0, inline.deadLetters().total());
            long out = out(inline) - before;
            boolean isRight = EACH.contains(operator) ? out == events : operator.equals(NONE) ? out == 0 : out > 0;
            assertTrue(isRight, out + " of " + events + " events came out");
        } finally {
            benchmark.tearDown();
        }
    }

    /** Answers how many events there were; a round is as many, of which the first few may be held for 20 ms. */
    private static long runUntilNothingIsAllocated(OperatorBenchmark benchmark) {
        long least = Long.MAX_VALUE;
        long events = 0;
        long untilNs = System.nanoTime() + PATIENCE_NS;
        for (int round = 0; round < ROUNDS_MIN || least > 0 && System.nanoTime() < untilNs; round++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            long probe = THREADS.getCurrentThreadAllocatedBytes() - before;
            before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < EVENTS; i++) {
                benchmark.event();
            }
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before - probe);
            events += EVENTS;
        }
        assertEquals(0, Math.max(0, least), "bytes for " + EVENTS + " events");
        return events;
    }

    /** Of the output that the operator is there for: neither requests, nor what is left over. */
    private static long out(Inline inline) {
        return inline.stats().outputs().stream()
                .filter(o -> o.name().equals("out") || o.name().equals("same"))
                .mapToLong(OutputStats::events)
                .sum();
    }

    static Stream<String> watches() throws NoSuchFieldException {
        return of(WatchBenchmark.class, "watch").stream();
    }

    /** It closes until all are closed. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldCloseEachWindowThatIsOpen() {
        WindowCloseBenchmark benchmark = new WindowCloseBenchmark();
        benchmark.setUp();
        for (int round = 1; round <= 2; round++) {
            benchmark.open();
            assertEquals(round * (long) WindowCloseBenchmark.WINDOWS, benchmark.close());
        }
        benchmark.tearDown();
    }

    /** It waits for the other side. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldPublishAndConsumeApart() {
        RingBenchmark benchmark = new RingBenchmark();
        RingBenchmark.Still still = new RingBenchmark.Still();
        RingBenchmark.Full full = new RingBenchmark.Full();
        still.setUp();
        full.setUp();
        for (int round = 1; round <= 3; round++) { // more than the ring holds
            still.begin();
            assertEquals((long) round * RingBenchmark.EVENTS, benchmark.publish(still));
            still.open();
            full.begin();
            assertEquals(round, benchmark.consume(full), "all of it, each time");
        }
        still.tearDown();
        full.tearDown();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cards", "ids"})
    void shouldFindAKeyByEachTable(String of) {
        KeyedStateBenchmark benchmark = new KeyedStateBenchmark();
        benchmark.of = of;
        benchmark.keys = 10_000;
        benchmark.setUp();
        assertEquals(1, benchmark.hand());
        assertEquals(1, benchmark.find());
        assertEquals(1, benchmark.acquire(), "of another key");
    }

    @Test
    void shouldScoreARow() throws Exception {
        ScoreBenchmark benchmark = new ScoreBenchmark();
        benchmark.trees = 20;
        benchmark.setUp();
        assertTrue(Double.isFinite(benchmark.raw()));
        double probability = benchmark.probability();
        assertTrue(probability > 0 && probability < 1, "" + probability);
    }

    @Test
    void shouldPublishEncodeAndDecode() {
        PublishBenchmark benchmark = new PublishBenchmark();
        benchmark.setUp();
        long amount = 2; // two have been made
        assertEquals(amount++, benchmark.roundTripRecord());
        assertEquals(amount++, benchmark.roundTripSbe());
        assertTrue(benchmark.encodeRecord() > 0 && benchmark.encodeSbe() > 0);
        long first = 7 ^ 1_700_000_000_000L ^ 3; // of event 0
        assertEquals(first, benchmark.decodeRecord());
        assertEquals(1 ^ 1 ^ 7 ^ 1_700_000_000_000L ^ 1 ^ 1 ^ 3, benchmark.decodeSbe());
        long entry = benchmark.inlineRecord();
        assertEquals(entry, benchmark.inlineSbe(), "each the first of an engine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"peek", "map"})
    void shouldRunEachFormOfAChain(String kind) {
        ChainBenchmark benchmark = new ChainBenchmark();
        benchmark.kind = kind;
        benchmark.operators = 3;
        benchmark.setUp();
        long hand = benchmark.hand();
        assertTrue(hand != 0);
        long both = benchmark.core();
        assertTrue(both > hand, "they add to one sum");
        long three = benchmark.handEncoded();
        assertTrue(three > both);
        assertTrue(benchmark.inline() > three);
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
