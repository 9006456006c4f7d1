package io.millrace.engine;

import static io.millrace.engine.ClosingClock.Wait.ENTRIES;
import static io.millrace.engine.ClosingClock.Wait.SINKS;
import static io.millrace.engine.Trials.IN;
import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.event.DeadLetter;
import io.millrace.event.Header;
import io.millrace.event.InPlaceInput;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import io.millrace.trial.Agenda;
import io.millrace.trial.Cell;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A blocking sink gets what an inline one gets, on a thread of its own, and the engine waits for it no longer than declared. */
@Tag("jit")
@Timeout(240)
class BlockingSinkTest {
    private static final Topology PASS = one(TrialOp.pass(1));

    @Test
    void shouldHandOverWhatAnInlineSinkSees() throws Exception {
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            boolean live = seed % 2 == 0;
            Topology topology = seed % 4 < 2 ? one(TrialOp.several(1 + random.nextInt(4))) : one(Agenda.buckets(3, 50));
            List<String> oracle = new ArrayList<>();
            Random slowness = new Random(seed + 1);
            SinkTrial sink = SinkTrial.sink().blocking(Delivery.blocking().slots(2 << random.nextInt(5)));
            sink.inOn = () -> {
                if (slowness.nextInt(50) == 0) {
                    LockSupport.parkNanos(50_000);
                }
            };
            Setup setup = Engine.of(topology)
                    .outputWithMeta(OUT, (n, m) -> oracle.add(SinkTrial.text(n, m)))
                    .output(OUT, sink)
                    .ringSlots(64);
            int events = random.nextInt(600);
            try (AutoCloseable host = live ? setup.start() : setup.inline()) {
                Publisher<Num> publisher = host instanceof Engine e ? e.publisher(IN) : ((Inline) host).publisher(IN);
                Header header = new Header();
                for (int i = 0; i < events; i++) {
                    header.clear().correlationId(random.nextInt(3));
                    if (random.nextBoolean()) {
                        header.intendedNs(1 + i).marked();
                    }
                    publisher.publish(new Num(i, i), header);
                }
                publisher.end();
            }
            assertEquals(oracle, sink.seen, "seed " + seed);
            assertEquals(1, sink.closed);
            assertTrue(sink.threads.isEmpty() || Set.copyOf(sink.threads).size() == 1, "one thread");
            assertFalse(sink.threads.contains(Thread.currentThread()));
        }
    }

    @Test
    void shouldKeepTheOrderOfTwoOutputsOfOneSink() {
        Output<Num> second = Num.output("second");
        GraphBuilder g = new GraphBuilder("two");
        g.sink(OUT, g.source(IN, ""), "");
        g.sink(second, g.source(IN, ""), "");
        Topology t = g.build();
        SinkTrial sink = SinkTrial.sink().blocking(Delivery.blocking());
        Inline inline = Engine.of(t).output(OUT, sink).output(second, sink).inline();
        inline.publish(IN, num(1));
        inline.publish(IN, num(2));
        inline.close();
        assertEquals(
                List.of("1 q0.0", "1 q0.0", "2 q1.0", "2 q1.0"),
                sink.seen.stream().map(s -> s.substring(0, 6)).toList());
        assertEquals(1, sink.closed);
        Setup twoWays = Engine.of(t).output(OUT, sink).output(second, sink, Delivery.inline());
        assertTrue(assertThrows(IllegalArgumentException.class, twoWays::inline)
                .getMessage()
                .contains("output second are bound to one sink with different deliveries"));
    }

    @Test
    void shouldMakeTheEngineWaitWhenItsRingIsFull() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        SinkTrial sink = SinkTrial.sink().blocking(Delivery.blocking().slots(4));
        sink.inOn = open::await;
        AtomicLong evaluated = new AtomicLong();
        Engine engine = Engine.of(PASS)
                .output(OUT, n -> evaluated.incrementAndGet())
                .output(OUT, sink)
                .start();
        for (int i = 0; i < 100; i++) {
            engine.publisher(IN).publish(num(i));
        }
        await("four in the ring, one of them in hand", () -> evaluated.get() >= 5);
        Thread.sleep(5); // for an engine that wrongly goes on
        assertEquals(5, evaluated.get(), "it waits");
        assertTrue(engine.drain(Duration.ofMillis(1)) > 0);
        open.countDown();
        engine.close();
        assertEquals(100, sink.seen.size());
        assertEquals(0, engine.stats().output("out").dropped());
        assertEquals("closed", engine.health().why());
    }

    /** The engine waits for the sink, so the sink must not wait for the engine. */
    @Test
    void shouldNotWaitForRoomThatOnlyItselfCanMake() {
        AtomicReference<Publisher<Num>> back = new AtomicReference<>();
        AtomicLong got = new AtomicLong();
        SinkTrial sink = new SinkTrial() {
            @Override
            public void on(Num n, Meta m) {
                got.incrementAndGet();
                if (n.id() == 1) { // more than input ring and sink's ring hold together
                    for (int i = 0; i < 200; i++) {
                        back.get().publish(num(2));
                    }
                }
            }
        };
        sink.delivery = Delivery.blocking().slots(4);
        Engine engine = Engine.of(PASS)
                .output(OUT, sink)
                .ringSlots(64)
                .tickEvery(Duration.ofHours(1))
                .start();
        back.set(engine.publisher(IN));
        engine.publisher(IN).publish(num(1));
        assertEquals(0, engine.drain(Duration.ofSeconds(50)));
        DeadLetter letter = engine.deadLetters().last(1).get(0);
        assertTrue(letter.cause().contains("publish was called on the thread of a blocking sink"), letter::cause);
        engine.close();
        assertTrue(got.get() > 4, "what found room came out: " + got);
    }

    @Test
    void shouldDropTheNewestAndCountWhereDeclared() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        SinkTrial sink = SinkTrial.sink();
        sink.inOn = open::await;
        Inline inline = Engine.of(PASS)
                .output(OUT, sink, Delivery.blocking().slots(8).dropNewest())
                .inline();
        for (int i = 0; i < 20; i++) {
            inline.publish(IN, num(i));
        }
        assertEquals(12, inline.stats().output("out").dropped(), "eight stand in the ring");
        assertEquals(Health.State.DEGRADED, inline.health().state());
        assertEquals(
                "output out: 12 events dropped because a blocking sink was too slow",
                inline.health().why());
        open.countDown();
        await("taken", () -> sink.seen.size() == 8);
        inline.publish(IN, num(20));
        inline.close();
        assertEquals(9, sink.seen.size());
        assertTrue(sink.seen.get(8).startsWith("20 q20.0"), sink.seen.get(8));
        assertEquals(20 + 1, inline.stats().output("out").events());
    }

    @Test
    void shouldMakeDeadLettersThatCanBeRedriven() throws Exception {
        AtomicLong broken = new AtomicLong(1);
        List<Long> got = new ArrayList<>();
        Engine engine = Engine.of(PASS)
                .output(
                        OUT,
                        n -> {
                            if (n.id() == 7 && broken.get() == 1) {
                                throw new java.io.IOException("no line");
                            }
                            got.add(n.id());
                        },
                        Delivery.blocking())
                .start();
        for (int i = 5; i < 10; i++) {
            engine.publisher(IN).publish(num(i));
        }
        await("a letter", () -> engine.deadLetters().total(Reason.OPERATOR_ERROR) == 1);
        String letter = engine.deadLetters().last(1).get(0).toString();
        assertTrue(letter.contains("out") && letter.contains("no line") && letter.contains("id=7"), letter);
        broken.set(0);
        assertEquals(1, engine.deadLetters().redrive("out"));
        engine.close();
        assertEquals(List.of(5L, 6L, 8L, 9L, 7L), got);
        assertEquals(1, engine.stats().output("out").failed());
    }

    @Test
    void shouldSayWhatAStuckSinkHasNotTakenWhenTimeIsUp() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        for (boolean full : new boolean[] {false, true}) {
            SinkTrial sink = SinkTrial.sink().blocking(Delivery.blocking().slots(16));
            sink.inOn = never::await;
            ClosingClock clock = ClosingClock.plain().usesUp(SINKS);
            Engine engine = Engine.of(PASS)
                    .output(OUT, sink)
                    .stopDeadline(Duration.ofMillis(100))
                    .closesBy(full ? clock.usesUp(ENTRIES) : clock)
                    .start();
            int events = full ? 40 : 10;
            for (int i = 0; i < events; i++) {
                engine.publisher(IN).publish(num(i));
            }
            EngineStoppedException lost = assertThrows(EngineStoppedException.class, engine::close);
            String expected = "output out: its sink SinkTrial has not taken its last " + (full ? 16 : 10)
                    + " events and closed within the stop deadline of PT0.1S";
            assertTrue(lost.getMessage().contains(expected), lost.getMessage());
            assertTrue(engine.health().why().contains(expected), engine.health().why());
            await("interrupted, it ends", () -> sink.closed == 1);
            if (full) {
                assertEquals(24, engine.stats().output("out").dropped(), "what the ring could not hold");
            }
        }
    }

    @Test
    void shouldHaltBothHostsWhenTheMachineFailsOnItsThread() throws Exception {
        SinkTrial sink = SinkTrial.sink().blocking(Delivery.blocking().slots(2).countFailures());
        CountDownLatch filled = new CountDownLatch(1);
        sink.inOn = () -> {
            filled.await();
            throw new StackOverflowError("in a sink");
        };
        Engine engine = Engine.of(PASS).output(OUT, sink).start();
        for (int i = 0; i < 50; i++) {
            engine.publisher(IN).publish(num(i));
        }
        filled.countDown();
        await("halted, though it waited for room", () -> engine.health().state() == Health.State.HALTED);
        String expected = "output out: its sink SinkTrial failed: java.lang.StackOverflowError: in a sink";
        assertTrue(engine.health().why().startsWith(expected), engine.health().why());
        assertThrows(EngineStoppedException.class, engine::close);

        Inline inline = Engine.of(PASS).output(OUT, sink).inline();
        inline.publish(IN, num(1));
        await("halted", () -> inline.health().state() == Health.State.HALTED);
        assertThrows(EngineStoppedException.class, () -> inline.publish(IN, num(2)));
        assertThrows(EngineStoppedException.class, inline::close);
        assertEquals(2, sink.closed);
    }

    @Test
    void shouldFlushWhenThereIsNothingElseToDo() throws Exception {
        SinkTrial sink = SinkTrial.sink().blocking(Delivery.blocking());
        Inline inline = Engine.of(PASS).output(OUT, sink).inline();
        inline.publish(IN, num(1));
        await("flushed", () -> sink.flushed == 1);
        Thread.sleep(5); // for one that wrongly flushes again
        assertEquals(1, sink.flushed, "once, until there is more");
        inline.close();
        assertEquals(1, sink.flushed, "close flushes by itself");
    }

    @Test
    void shouldAllocateNothingOnTheEnginesThread() throws Exception {
        InPlaceInput<Cell, Cell> in = Cell.input("cells");
        Output<Cell> out = Cell.output("cells-out");
        GraphBuilder g = new GraphBuilder("cells");
        g.sink(out, g.source(in, ""), "");
        AtomicLong got = new AtomicLong();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Inline inline = Engine.of(g.build())
                .output(out, c -> got.addAndGet(c.id()), Delivery.blocking().slots(4096))
                .inline()) {
            Claims<Cell> claims = inline.claims(in);
            long empty = threads.getCurrentThreadAllocatedBytes();
            long probe = threads.getCurrentThreadAllocatedBytes() - empty;
            long least = Long.MAX_VALUE; // the compiler may stop by in one of the runs
            for (int run = 0; run < 10; run++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                publish(claims, 100_000);
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before - probe);
            }
            assertEquals(0, least);
        }
        assertEquals(1_000_000, got.get());
    }

    private static void publish(Claims<Cell> claims, int n) {
        for (int i = 0; i < n; i++) {
            claims.claim().id(1).timeNs(1);
            claims.commit();
        }
    }

    @Test
    void shouldRefuseSettingsThatMeanNothing() {
        assertThrows(IllegalStateException.class, () -> Delivery.inline().slots(4));
        assertThrows(IllegalStateException.class, () -> Delivery.inline().dropNewest());
        assertThrows(IllegalArgumentException.class, () -> Delivery.blocking().slots(3));
        assertEquals(
                "blocking, 4 slots, drops newest, failures are counted",
                Delivery.blocking().slots(4).dropNewest().countFailures().toString());
        assertEquals("inline, a failure halts", Delivery.inline().toString());
        assertThrows(IllegalArgumentException.class, () -> Engine.of(PASS).stopDeadline(Duration.ZERO));
    }
}
