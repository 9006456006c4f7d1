package io.millrace.operators.window;

import static java.time.Duration.ofNanos;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.EventPattern;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.operators.join.AsOf;
import io.millrace.operators.join.Interval;
import io.millrace.operators.window.Bar.Ev;
import io.millrace.operators.window.Bar.KeyedShape;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import io.millrace.transport.EventSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A late event tells the progress that it was behind, wherever it goes; others tell none. */
class LateProgressTest {
    private static final List<String> EXPECTED = List.of("LATE 1500", "LATE 3000");

    private static Topology topology(boolean otherThread) {
        return Millrace.topology(
                "t",
                t -> t.from(WindowSemanticsTest.IN)
                        .keyBy(Ev::key)
                        .window("w", Window.tumbling(ofNanos(10)))
                        .late(side -> (otherThread ? side.onThread("late").filter(e -> true) : side)
                                .to(WindowSemanticsTest.LATE))
                        .aggregate(KeyedShape::new)
                        .to(WindowSemanticsTest.BARS, KeyedShape::bar));
    }

    private static String text(Meta meta) {
        return meta.reason() + " " + meta.progressNs();
    }

    @Test
    void shouldTellOnTheSameThreadAndOnAnother() {
        for (boolean otherThread : new boolean[] {false, true}) {
            PlanOptions options = PlanOptions.tested();
            TestDriver driver = TestDriver.of(
                    topology(otherThread), otherThread ? options.withThreads().withSmallestRings() : options);
            for (Ev e : events()) {
                driver.send(WindowSemanticsTest.IN, e);
            }
            assertEquals(
                    EXPECTED,
                    driver.metas(WindowSemanticsTest.LATE).stream()
                            .map(LateProgressTest::text)
                            .toList());
            driver.endAll();
            driver.metas(WindowSemanticsTest.BARS).forEach(m -> assertEquals(Long.MIN_VALUE, m.progressNs()));
        }
    }

    @Test
    void shouldTellABlockingSink() {
        List<String> told = new CopyOnWriteArrayList<>();
        EventSink<Ev> sink = new EventSink<>() {
            @Override
            public void on(Ev e, Meta meta) {
                told.add(text(meta));
            }

            @Override
            public void close() {}
        };
        try (Engine engine = Engine.of(topology(false))
                .output(WindowSemanticsTest.LATE, sink, Delivery.blocking())
                .output(WindowSemanticsTest.BARS, bar -> {})
                .start()) {
            for (Ev e : events()) {
                engine.publisher(WindowSemanticsTest.IN).publish(e);
            }
        }
        assertEquals(EXPECTED, told);
    }

    static class Any extends EventPattern<Ev> {
        final Step<Ev> any = begin(e -> true);

        Any() {
            allowedLateness(ofNanos(50)); // what is told is progress, not what the pattern goes by
        }
    }

    private static final Output<Ev> RIGHT = Output.of("late-right", Ev.class);

    private static final Map<String, Function<KeyedStream<Ev>, EventStream<?>>> WORDS = Map.of(
            "join",
            s -> s.join("w", s, Interval.between(ofNanos(0), ofNanos(0)).allowedLateness(ofNanos(50)))
                    .lateTo(WindowSemanticsTest.LATE)
                    .lateRightTo(RIGHT),
            "asOf",
            s -> s.asOf("w", s, AsOf.backward())
                    .lateTo(WindowSemanticsTest.LATE)
                    .lateRightTo(RIGHT),
            "pattern",
            s -> s.pattern("w", ofNanos(10), Any::new).lateTo(WindowSemanticsTest.LATE),
            "dedupe",
            s -> s.dedupe("w", ofNanos(1)).lateTo(WindowSemanticsTest.LATE),
            "conflate",
            s -> s.conflate("w", ofNanos(10)).lateTo(WindowSemanticsTest.LATE));

    @Test
    void shouldTellBehindEachWordThatLeadsLateEventsAside() {
        WORDS.forEach((word, make) -> {
            TestDriver driver = TestDriver.of(Millrace.topology(
                    word,
                    t -> make.apply(t.from(WindowSemanticsTest.IN).keyBy(Ev::key))
                            .filter(e -> false)
                            .to(WindowSemanticsTest.BARS, e -> null)));
            events().forEach(e -> driver.send(WindowSemanticsTest.IN, e));
            List<Output<Ev>> outputs = word.equals("join") || word.equals("asOf")
                    ? List.of(WindowSemanticsTest.LATE, RIGHT)
                    : List.of(WindowSemanticsTest.LATE);
            for (Output<Ev> output : outputs) {
                List<String> told = driver.metas(output).stream()
                        .map(LateProgressTest::text)
                        .toList();
                assertEquals(EXPECTED, told, word + ", " + output.name());
            }
        });
    }

    /** Progress is the largest time less 1,000. */
    private static List<Ev> events() {
        List<Ev> events = new ArrayList<>();
        for (long ns : new long[] {2_500, 1_400, 4_000, 2_900, 3_100}) {
            events.add(new Ev(1, 1, ns));
        }
        return events;
    }
}
