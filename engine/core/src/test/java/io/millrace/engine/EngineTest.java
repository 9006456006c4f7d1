package io.millrace.engine;

import static io.millrace.engine.Trials.IN;
import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Topology;
import io.millrace.trial.Agenda;
import io.millrace.trial.Num;
import io.millrace.trial.Seeds;
import io.millrace.trial.TrialOp;
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

/** The live engine loses nothing and ends. */
@Tag("jit")
@Timeout(240)
class EngineTest {
    private static final Duration LONG = Duration.ofSeconds(50);

    @Test
    void shouldProcessAllThatWasPublishedBeforeCloseReturns() throws Exception {
        for (int round = 0; round < 60; round++) {
            Random random = new Random(round);
            int publishers = 1 + random.nextInt(3);
            int each = 50 + random.nextInt(400);
            List<Long> got = new ArrayList<>();
            Engine engine = Engine.of(one(TrialOp.pass(1)))
                    .output(OUT, n -> {
                        if (n.id() % 97 == 0) {
                            LockSupport.parkNanos(20_000);
                        }
                        got.add(n.id());
                    })
                    .ringSlots(64)
                    .waiting(round % 2 == 0 ? Waiting.ADAPTIVE : Waiting.YIELDING)
                    .start();
            List<Thread> threads = new ArrayList<>();
            for (int p = 0; p < publishers; p++) {
                long base = p * 1_000_000L;
                Thread t = new Thread(() -> {
                    Publisher<Num> publisher = engine.publisher(IN);
                    for (int i = 0; i < each; i++) {
                        publisher.publish(num(base + i));
                    }
                });
                threads.add(t);
                t.start();
            }
            for (Thread t : threads) {
                t.join();
            }
            engine.close();
            assertEquals((long) publishers * each, got.size(), "round " + round);
            for (int p = 0; p < publishers; p++) {
                long base = p * 1_000_000L;
                List<Long> own = got.stream()
                        .filter(id -> id / 1_000_000L == base / 1_000_000L)
                        .toList();
                for (int i = 0; i < each; i++) {
                    assertEquals(base + i, own.get(i), "in the order of its publisher, round " + round);
                }
            }
        }
    }

    @Test
    void shouldProcessWhatWasAcceptedAlsoWhileItCloses() {
        Seeds.each(0, 150, "closeWhilePublished(%d)", EngineTest::closeWhilePublished);
    }

    private static void closeWhilePublished(long round) throws Exception {
        AtomicLong got = new AtomicLong();
        AtomicLong accepted = new AtomicLong();
        Engine engine = Engine.of(one(TrialOp.pass(1)))
                .output(OUT, n -> got.incrementAndGet())
                .ringSlots(64)
                .start();
        CountDownLatch begun = new CountDownLatch(2);
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < 2; p++) {
            Thread t = new Thread(() -> {
                Publisher<Num> publisher = engine.publisher(IN);
                try {
                    for (int i = 0; ; i++) {
                        publisher.publish(num(i));
                        accepted.incrementAndGet();
                        begun.countDown();
                    }
                } catch (EngineStoppedException e) {
                    // what was accepted before must have been processed
                }
            });
            threads.add(t);
            t.start();
        }
        begun.await();
        engine.close();
        for (Thread t : threads) {
            t.join();
        }
        assertEquals(accepted.get(), got.get(), "round " + round);
    }

    @Test
    void shouldBlockOnAFullRingAndGoOn() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        AtomicLong got = new AtomicLong();
        try (Engine engine = Engine.of(one(TrialOp.pass(1)))
                .output(OUT, n -> {
                    open.await();
                    got.incrementAndGet();
                })
                .ringSlots(64)
                .tickEvery(Duration.ofHours(1)) // else ticks take places, as many as the machine stands still for
                .start()) {
            AtomicLong published = new AtomicLong();
            Thread t = new Thread(() -> {
                Publisher<Num> publisher = engine.publisher(IN);
                for (int i = 0; i < 1000; i++) {
                    publisher.publish(num(i));
                    published.incrementAndGet();
                }
            });
            t.start();
            await("the ring is full", () -> t.getState() == Thread.State.TIMED_WAITING && published.get() >= 60);
            assertTrue(published.get() <= 64 + 1, "it waits: " + published.get());
            assertEquals(Publisher.FULL, engine.publisher(IN).tryPublish(num(7), null), "no room");
            open.countDown();
            t.join();
            assertEquals(0, engine.drain(LONG));
            assertEquals(1000, got.get());
            assertTrue(engine.publisher(IN).tryPublish(num(7), null) >= 1000);
        }
        assertEquals(1001, got.get());
    }

    @Test
    void shouldGivePlacesInOrder() throws Exception {
        try (Engine engine = start(one(TrialOp.pass(1)), n -> {})) {
            Publisher<Num> publisher = engine.publisher(IN);
            long last = publisher.publish(num(1));
            for (int i = 0; i < 200; i++) {
                long q = publisher.publish(num(i));
                assertTrue(q > last);
                last = q;
            }
        }
    }

    private static Engine start(Topology t, Receiver<Num> receiver) {
        return Engine.of(t)
                .output(OUT, receiver)
                .ringSlots(64)
                .tickEvery(Duration.ofHours(1)) // ticks take places, as many as the machine stands still for
                .stalledAfter(Duration.ofHours(1))
                .start();
    }

    // ---- the engine's own thread

    @Test
    void shouldLoseNothingByInterrupts() throws Exception {
        AtomicLong got = new AtomicLong();
        AtomicReference<Thread> own = new AtomicReference<>();
        Engine engine = start(one(TrialOp.pass(1)), n -> {
            own.set(Thread.currentThread());
            got.incrementAndGet();
        });
        Publisher<Num> publisher = engine.publisher(IN);
        publisher.publish(num(0));
        await("the first", () -> own.get() != null);
        Thread housekeeping = thread("millrace-trial-housekeeping");
        for (int i = 0; i < 10_000; i++) {
            own.get().interrupt();
            housekeeping.interrupt();
            publisher.publish(num(i));
        }
        assertEquals(0, engine.drain(LONG));
        assertEquals(10_001, got.get());
        assertEquals(Health.State.UP, engine.health().state());
        engine.close();
    }

    private static Thread thread(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().equals(name))
                .findAny()
                .orElseThrow();
    }

    @Test
    void shouldNotWaitForItselfInsideAReceiver() throws Exception {
        AtomicReference<Engine> engine = new AtomicReference<>();
        AtomicReference<String> drain = new AtomicReference<>();
        AtomicReference<EngineStats> stats = new AtomicReference<>();
        CountDownLatch started = new CountDownLatch(1);
        AtomicLong got = new AtomicLong();
        AtomicLong published = new AtomicLong();
        engine.set(start(one(TrialOp.pass(1)), n -> {
            started.await();
            got.incrementAndGet();
            if (n.id() == 1) {
                stats.set(engine.get().stats());
                drain.set(assertThrows(
                                IllegalStateException.class, () -> engine.get().drain(LONG))
                        .getMessage());
                Publisher<Num> own = engine.get().publisher(IN);
                for (int i = 0; i < 100; i++) {
                    own.publish(num(2)); // the ring takes 64
                    published.incrementAndGet();
                }
            }
        }));
        engine.get().publisher(IN).publish(num(1));
        started.countDown();
        await("all", () -> engine.get().deadLetters().total() == 1);
        assertEquals(0, engine.get().drain(LONG));
        assertTrue(drain.get().contains("from inside a receiver"), drain.get());
        assertEquals(1, stats.get().output("out").events());
        String cause = engine.get().deadLetters().last(1).get(0).cause();
        assertTrue(cause.contains("publish was called on the engine's own thread"), cause);
        assertTrue(published.get() > 0);
        assertEquals(1 + published.get(), got.get());
        engine.get().close();
    }

    @Test
    void shouldStopWhenAReceiverClosesIt() throws Exception {
        AtomicReference<Engine> engine = new AtomicReference<>();
        CountDownLatch started = new CountDownLatch(1);
        AtomicLong got = new AtomicLong();
        AtomicLong published = new AtomicLong();
        engine.set(start(one(TrialOp.pass(1)), n -> {
            started.await();
            got.incrementAndGet();
            engine.get().close();
        }));
        engine.get().publisher(IN).publish(num(1));
        engine.get().publisher(IN).publish(num(2));
        started.countDown();
        await("closed", () -> engine.get().health().state() == Health.State.CLOSED);
        engine.get().close();
        assertEquals(2, got.get(), "what was published has been processed");
    }

    // ---- close and drain are no end of input

    @Test
    void shouldLeaveWindowsOpenAtDrainAndClose() {
        List<Long> fired = new ArrayList<>();
        Engine engine = Engine.of(one(Num.input("in").historic(), Agenda.buckets(100, 10)))
                .output(OUT, n -> fired.add(n.id()))
                .start();
        @SuppressWarnings("unchecked")
        Input<Num> in = (Input<Num>) engine.topology().inputs().get(0);
        engine.publisher(in).publish(new Num(1, 5));
        engine.publisher(in).publish(new Num(2, 10));
        assertEquals(0, engine.drain(LONG));
        engine.close();
        assertEquals(List.of(1L), fired);
    }

    @Test
    void shouldSettleWhatIsLeftToFireWhenInputHasEnded() {
        List<Long> fired = new ArrayList<>();
        Input<Num> in = Num.input("in").historic();
        Engine engine = Engine.of(one(in, Agenda.buckets(3, 10)))
                .output(OUT, n -> fired.add(n.id()))
                .start();
        Publisher<Num> publisher = engine.publisher(in);
        for (int i = 0; i < 1000; i++) {
            publisher.publish(new Num(i, 5));
        }
        publisher.end();
        publisher.end();
        assertEquals(0, engine.drain(LONG));
        assertEquals(1000, fired.size());
        engine.close();
    }

    @Test
    void shouldLeaveMoreThanAnEntryFiresToTheNextEventsWhereNothingIsLive() {
        List<Long> fired = new ArrayList<>();
        Input<Num> in = Num.input("in").historic();
        try (Engine engine = Engine.of(one(in, Agenda.buckets(3, 10)))
                .output(OUT, n -> fired.add(n.id()))
                .start()) {
            Publisher<Num> publisher = engine.publisher(in);
            for (int i = 0; i < 7; i++) {
                publisher.publish(new Num(i, 5));
            }
            publisher.publish(new Num(7, 10));
            assertEquals(0, engine.drain(LONG), "what is left is not told");
            assertEquals(0, engine.drain(LONG));
            assertEquals(List.of(0L, 1L, 2L), fired);
            publisher.publish(new Num(8, 10));
            engine.drain(LONG);
            assertEquals(6, fired.size());
            publisher.end();
            engine.drain(LONG);
            assertEquals(9, fired.size(), "and the bucket of the last two");
        }
    }

    @Test
    void shouldTellLiveInputsTheTime() throws Exception {
        Input<Num> in = Num.input("in").idleAfter(Duration.ofMillis(20));
        AtomicLong fired = new AtomicLong();
        try (Engine engine = Engine.of(one(in, Agenda.buckets(100, 1_000_000)))
                .output(OUT, n -> fired.incrementAndGet())
                .tickEvery(Duration.ofMillis(1))
                .start()) {
            engine.publisher(in).publish(new Num(1, HostClock.epochNs()));
            await("the window closes without a further event", () -> fired.get() == 1);
        }
    }

    // ---- life

    @Test
    void shouldStartAndStopManyTimesAndLeaveNoThread() throws Exception {
        Topology t = one(TrialOp.pass(1));
        AtomicLong got = new AtomicLong();
        Set<Thread> ofOthers = Thread.getAllStackTraces().keySet();
        for (int i = 0; i < 300; i++) {
            try (Engine engine = start(t, n -> got.incrementAndGet())) {
                if (i % 3 != 0) {
                    engine.publisher(IN).publish(num(i));
                }
            }
        }
        assertEquals(200, got.get());
        assertEquals(
                List.of(),
                Thread.getAllStackTraces().keySet().stream()
                        .filter(x -> x.getName().startsWith("millrace-trial") && !ofOthers.contains(x))
                        .toList());
    }

    @Test
    void shouldCloseCompletelyAlsoWhenTheCallerIsInterrupted() {
        AtomicLong got = new AtomicLong();
        AtomicReference<Thread> own = new AtomicReference<>();
        Engine engine = start(one(TrialOp.pass(1)), n -> {
            own.set(Thread.currentThread());
            LockSupport.parkNanos(1_000_000);
            got.incrementAndGet();
        });
        for (int i = 0; i < 40; i++) {
            engine.publisher(IN).publish(num(i));
        }
        Thread.currentThread().interrupt();
        engine.close();
        assertTrue(Thread.interrupted(), "kept for the caller");
        assertEquals(40, got.get());
        assertFalse(own.get().isAlive());
    }

    @Test
    void shouldLetASecondCallerOfCloseWaitForTheFirst() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        AtomicLong got = new AtomicLong();
        Engine engine = start(one(TrialOp.pass(1)), n -> {
            open.await();
            got.incrementAndGet();
        });
        engine.publisher(IN).publish(num(1));
        Thread first = new Thread(engine::close);
        Thread second = new Thread(engine::close);
        first.start();
        second.start();
        Thread.sleep(20); // for one that wrongly returns to do so; however long or short, a sound engine passes
        assertTrue(first.isAlive() && second.isAlive(), "neither returns before what was published is processed");
        open.countDown();
        first.join();
        second.join();
        assertEquals(1, got.get());
        assertEquals(0, engine.drain(LONG), "nothing to wait for any more");
    }

    @Test
    void shouldListOutputsWithoutAReceiver() {
        IllegalStateException thrown = assertThrows(
                IllegalStateException.class,
                () -> Engine.of(one(TrialOp.pass(1))).start());
        assertEquals(
                "topology trial: outputs without a receiver: [out: Num]; bind each with output(..), "
                        + "or call discard(..)",
                thrown.getMessage());
        Engine.of(one(TrialOp.pass(1))).discard(OUT).start().close();
        assertThrows(
                IllegalArgumentException.class,
                () -> Engine.of(one(TrialOp.pass(1))).output(Num.output("out"), n -> {}));
    }

    // ---- statistics

    @Test
    void shouldGiveConsistentStatisticsUnderLoad() throws Exception {
        Input<Num> in = Num.input("in").historic(); // no ticks: each entry is an event
        Output<Num> side = Num.output("side");
        GraphBuilder g = new GraphBuilder("stats");
        g.sink(OUT, g.source(in, ""), "");
        g.sink(side, g.source(in, ""), "");
        Engine engine =
                Engine.of(g.build()).discard(OUT).discard(side).ringSlots(64).start();
        AtomicLong asked = new AtomicLong();
        AtomicLong published = new AtomicLong();
        Thread load = new Thread(() -> {
            Publisher<Num> publisher = engine.publisher(in);
            while (published.get() < 100_000 || asked.get() < 20) {
                publisher.publish(num(published.getAndIncrement()));
            }
        });
        load.start();
        long last = -1;
        while (load.isAlive()) {
            EngineStats stats = engine.stats();
            long events = stats.inputs().get(0).events();
            assertEquals(events, stats.output("out").events(), "between two entries");
            assertEquals(events, stats.output("side").events(), "between two entries");
            assertEquals(events, stats.sequence() + 1);
            assertTrue(stats.sequence() >= last);
            last = stats.sequence();
            asked.incrementAndGet();
        }
        load.join();
        engine.close();
        EngineStats closed = engine.stats();
        assertEquals(published.get(), closed.output("out").events(), "also after close");
        assertEquals(published.get(), closed.node("out").out());
        assertNull(closed.node("none"));
    }

    @Test
    void shouldLetterWhatIsStillSetAsideWhenItCloses() {
        Input<Num> in = Num.input("in").historic().maxAhead(Duration.ofNanos(100));
        List<Long> got = new ArrayList<>();
        Engine engine = Engine.of(one(in, TrialOp.pass(1)))
                .output(OUT, n -> got.add(n.id()))
                .start();
        Publisher<Num> publisher = engine.publisher(in);
        publisher.publish(new Num(1, 0));
        publisher.publish(new Num(2, 10_000));
        engine.close();
        assertEquals(List.of(1L), got);
        assertEquals(1, engine.deadLetters().total());
        assertEquals(Reason.AHEAD, engine.deadLetters().last(1).get(0).reason());
        assertEquals(1, engine.stats().inputs().get(0).ahead());
    }
}
