package io.millrace.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.engine.Engine;
import io.millrace.engine.EngineStats;
import io.millrace.engine.EngineStats.NodeStats;
import io.millrace.engine.Health;
import io.millrace.engine.Inline;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Topology;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What a registry reads of an engine. */
class EngineMetricsTest {
    record Event(long id, long seconds) {}

    static final Input<Event> IN = Input.of("in", Event.class)
            .eventTime(Event::seconds, TimeUnit.SECONDS)
            .historic();
    static final Output<Event> OUT = Output.of("out", Event.class);

    private final MockClock clock = new MockClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);

    private static Topology topology() {
        GraphBuilder g = new GraphBuilder("metered");
        g.sink(OUT, g.source(IN, ""), "");
        return g.build();
    }

    private static void refuseOdd(Event e) {
        if (e.id() % 2 == 1) {
            throw new IllegalStateException("odd");
        }
    }

    private double counter(String name, String key, String value) {
        return registry.get(name)
                .tag("topology", "metered")
                .tag(key, value)
                .functionCounter()
                .count();
    }

    private double gauge(String name, String key, String value) {
        return registry.get(name)
                .tag("topology", "metered")
                .tag(key, value)
                .gauge()
                .value();
    }

    @Test
    void shouldReadALiveEngine() {
        try (Engine engine = Engine.of(topology())
                .output(OUT, EngineMetricsTest::refuseOdd)
                .stalledAfter(Duration.ofHours(1)) // a thread that gets no processor is no trouble here
                .start()) {
            new EngineMetrics(engine).bindTo(registry);
            assertEquals(1, gauge("millrace.health", "state", "up"));
            assertTrue(Double.isNaN(gauge("millrace.output.latency", "phi", "0.99")), "nothing was measured yet");
            assertTrue(Double.isNaN(gauge("millrace.input.progress", "input", "in")));
            for (int i = 0; i < 3; i++) {
                engine.publisher(IN).publish(new Event(i, 100 + i), new Header().intendedNs(System.nanoTime()));
            }
            assertEquals(0, engine.drain(Duration.ofSeconds(50)));
            assertEquals(0, counter("millrace.input.events", "input", "in"), "a copy serves a whole scrape");
            clock.add(Duration.ofSeconds(2));
            assertEquals(3, counter("millrace.input.events", "input", "in"));
            assertEquals(3, counter("millrace.output.events", "output", "out"));
            assertEquals(1, counter("millrace.output.failed", "output", "out"));
            assertEquals(102, gauge("millrace.input.progress", "input", "in"));
            assertTrue(gauge("millrace.output.latency", "phi", "0.5") > 0);
            assertEquals(0, gauge("millrace.health", "state", "up"));
            assertEquals(1, gauge("millrace.health", "state", "degraded"));
        }
        clock.add(Duration.ofSeconds(2));
        assertEquals(1, gauge("millrace.health", "state", "closed"));
        assertEquals(3, counter("millrace.input.events", "input", "in"), "a closed engine still says what it did");
    }

    @Test
    void shouldEndAReadDuringWhichItIsClosed() {
        AtomicReference<EngineMetrics> closes = new AtomicReference<>();
        try (Inline inline = Engine.of(topology()).discard(OUT).inline()) {
            Supplier<EngineStats> stats = () -> {
                if (closes.get() == null) {
                    return inline.stats();
                }
                closes.get().close();
                return null; // the owner has no newer copy
            };
            inline.publish(IN, new Event(1, 1));
            EngineMetrics metrics = new EngineMetrics("metered", stats, inline::health, Duration.ZERO);
            metrics.bindTo(registry);
            FunctionCounter read = registry.get("millrace.input.events").functionCounter();
            clock.add(Duration.ofSeconds(2));
            closes.set(metrics);
            assertEquals(1, read.count());
        }
    }

    @Test
    void shouldAskForOneCopyAScrape() {
        AtomicInteger asked = new AtomicInteger();
        try (Inline inline = Engine.of(topology()).discard(OUT).inline()) {
            new EngineMetrics(
                            "metered",
                            () -> {
                                asked.incrementAndGet();
                                return inline.stats();
                            },
                            inline::health,
                            Duration.ofSeconds(5))
                    .bindTo(registry);
            inline.publish(IN, new Event(1, 1));
            clock.add(Duration.ofSeconds(6));
            int before = asked.get();
            for (Meter m : registry.getMeters()) {
                m.measure().forEach(v -> v.getValue());
            }
            assertEquals(before + 1, asked.get());
            assertEquals(1, counter("millrace.node.out", "node", "out"));
            assertEquals(Health.State.UP, inline.health().state());
        }
    }

    /** That a receiver hangs is what meters are read for: health of now, all else of the copy before, and nobody waits for the stage. */
    @Test
    void shouldBeReadWhileAStageStandsStill() throws Exception {
        CountDownLatch there = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (Engine engine = Engine.of(topology())
                .output(OUT, e -> {
                    there.countDown();
                    go.await();
                })
                .stalledAfter(Duration.ofMillis(20))
                .start()) {
            try {
                engine.publisher(IN).publish(new Event(1, 100));
                there.await();
                assertTimeoutPreemptively(Duration.ofSeconds(50), () -> {
                    new EngineMetrics(engine).bindTo(registry);
                    while (gauge("millrace.health", "state", "degraded") == 0) {
                        Thread.onSpinWait();
                    }
                    clock.add(Duration.ofSeconds(2));
                    for (Meter m : registry.getMeters()) {
                        m.measure().forEach(v -> v.getValue());
                    }
                    assertEquals(0, counter("millrace.output.events", "output", "out"));
                });
            } finally {
                go.countDown();
            }
            assertEquals(0, engine.drain(Duration.ofSeconds(50)));
            clock.add(Duration.ofSeconds(2));
            assertEquals(1, counter("millrace.output.events", "output", "out"));
        }
    }

    /** Who reads while another waits for a copy goes on with the one before; a copy that does not come is not asked for by each meter. */
    @Test
    void shouldNotWaitBehindAnotherScrape() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        try (Inline inline = Engine.of(topology()).discard(OUT).inline()) {
            EngineStats first = inline.stats();
            Supplier<EngineStats> slow = () -> {
                if (asked.incrementAndGet() > 1) {
                    awaitQuietly(go);
                    return null;
                }
                return first;
            };
            new EngineMetrics("metered", slow, inline::health, Duration.ofSeconds(1)).bindTo(registry);
            clock.add(Duration.ofSeconds(2));
            Thread waits = new Thread(() -> counter("millrace.output.events", "output", "out"));
            waits.start();
            while (asked.get() < 2) {
                Thread.onSpinWait();
            }
            assertTimeoutPreemptively(
                    Duration.ofSeconds(50), () -> assertEquals(0, counter("millrace.output.events", "output", "out")));
            go.countDown();
            waits.join();
            registry.getMeters().forEach(m -> m.measure().forEach(v -> v.getValue()));
            assertEquals(2, asked.get());
        }
    }

    @Test
    void shouldNotShowANumberThatIsNotKnown() {
        try (Inline inline = Engine.of(topology()).discard(OUT).inline()) {
            EngineStats all = inline.stats();
            List<NodeStats> nodes = all.nodes().stream()
                    .map(n -> new NodeStats(n.name(), -1, -1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0))
                    .toList();
            EngineStats some =
                    new EngineStats(all.sequence(), nodes, all.inputs(), all.outputs(), all.digest(), all.latency());
            new EngineMetrics("metered", () -> some, inline::health, Duration.ofSeconds(1)).bindTo(registry);
            assertTrue(Double.isNaN(counter("millrace.node.in", "node", "out")));
            assertTrue(Double.isNaN(counter("millrace.node.out", "node", "out")));
            assertEquals(2, counter("millrace.node.dead", "node", "out"));
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldNamePercentilesByTheirDecimalFraction() {
        try (Inline inline = Engine.of(topology()).discard(OUT).inline()) {
            of(inline).bindTo(registry);
            assertEquals(
                    List.of("0.5", "0.99", "0.999"),
                    registry.get("millrace.output.latency").meters().stream()
                            .map(m -> m.getId().getTag("phi"))
                            .sorted()
                            .toList());
        }
    }

    /** A binder is made, bound and forgotten; a meter must not lose what it reads when memory is collected. */
    @Test
    void shouldStayReadableWhenNobodyElseHoldsTheBinder() {
        try (Inline inline = Engine.of(topology()).discard(OUT).inline()) {
            inline.publish(IN, new Event(1, 1));
            new EngineMetrics("metered", inline::stats, inline::health, Duration.ZERO).bindTo(registry);
            System.gc();
            assertEquals(1, counter("millrace.input.events", "input", "in"));
            assertEquals(1, gauge("millrace.health", "state", "up"));
        }
    }

    private EngineMetrics of(Inline inline) {
        return new EngineMetrics("metered", inline::stats, inline::health, Duration.ZERO);
    }

    @Test
    void shouldShowTheNextEngineOfATopologyOnceThatOfTheFirstIsClosed() {
        try (Inline first = Engine.of(topology()).discard(OUT).inline();
                Inline second = Engine.of(topology()).discard(OUT).inline()) {
            second.publish(IN, new Event(1, 1));
            EngineMetrics metrics = of(first);
            metrics.bindTo(registry);
            metrics.bindTo(registry);
            int meters = registry.getMeters().size();
            EngineMetrics next = of(second);
            IllegalStateException e = assertThrows(IllegalStateException.class, () -> next.bindTo(registry));
            assertTrue(e.getMessage().contains("of another engine of topology metered"), e.getMessage());
            assertEquals(meters, registry.getMeters().size());
            metrics.close();
            metrics.close();
            assertEquals(List.of(), registry.getMeters());
            next.bindTo(registry);
            assertEquals(1, counter("millrace.input.events", "input", "in"));
            assertEquals(meters, registry.getMeters().size());
        }
    }

    @Test
    void shouldTellEnginesOfATopologyApartByATag() {
        try (Inline first = Engine.of(topology()).discard(OUT).inline();
                Inline second = Engine.of(topology()).discard(OUT).inline()) {
            EngineMetrics one = of(first).tagged(Tags.of("shard", "1"));
            EngineMetrics two = of(second).tagged(Tags.of("shard", "2"));
            second.publish(IN, new Event(1, 1));
            one.bindTo(registry);
            two.bindTo(registry);
            assertEquals(0, counter("millrace.input.events", "shard", "1"));
            assertEquals(1, counter("millrace.input.events", "shard", "2"));
            one.close();
            assertEquals(1, counter("millrace.input.events", "shard", "2"));
            assertEquals(1, registry.get("millrace.input.events").meters().size());
        }
    }

    @Test
    void shouldLetGoOfAnEngineWhenItIsClosed() {
        AtomicReference<Inline> of =
                new AtomicReference<>(Engine.of(topology()).discard(OUT).inline());
        EngineMetrics metrics = new EngineMetrics(
                "metered", () -> of.get().stats(), () -> of.get().health(), Duration.ZERO);
        WeakReference<EngineMetrics> kept = new WeakReference<>(metrics);
        metrics.bindTo(registry);
        metrics.close();
        of.get().close();
        metrics = null;
        for (int i = 0; i < 100 && kept.get() != null; i++) {
            System.gc();
        }
        assertNull(kept.get(), "the registry keeps it");
    }
}
