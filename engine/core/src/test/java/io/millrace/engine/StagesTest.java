package io.millrace.engine;

import static io.millrace.engine.ClosingClock.Wait.ENTRIES;
import static io.millrace.engine.ClosingClock.Wait.SINKS;
import static io.millrace.engine.ClosingClock.Wait.STAGES;
import static io.millrace.engine.Trials.IN;
import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import io.millrace.trial.Agenda;
import io.millrace.trial.Num;
import io.millrace.trial.Seeds;
import io.millrace.trial.TrialOp;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A live engine whose topology asks for threads; that its outputs are the same is the order property's, with the operators. */
@Tag("jit")
@Timeout(240)
@Tag("jit")
class StagesTest {
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Output<Num> SECOND = Num.output("second");

    /** in -> first (main) -> out, and behind it second (away) -> second. */
    private static Topology two(Input<Num> in, TrialOp first, TrialOp second) {
        GraphBuilder g = new GraphBuilder("two");
        Port a = g.operator("one", first, null, "Two.java:1", g.source(in, ""));
        g.sink(OUT, a, "");
        Port b = g.operator("two", second, null, "Two.java:2", a);
        g.thread(b, "away");
        g.sink(SECOND, b, "");
        return g.build();
    }

    private static Topology two() {
        return two(IN, TrialOp.pass(1), TrialOp.pass(1));
    }

    @Test
    void shouldCallEachReceiverOnTheThreadOfItsStage() {
        AtomicReference<String> out = new AtomicReference<>();
        AtomicReference<String> second = new AtomicReference<>();
        Setup setup = Engine.of(two())
                .output(OUT, n -> out.set(Thread.currentThread().getName()))
                .output(SECOND, n -> second.set(Thread.currentThread().getName()));
        assertEquals(2, setup.plan().stages().size());
        try (Engine engine = setup.start()) {
            engine.publisher(IN).publish(num(1));
            assertEquals(0, engine.drain(LONG));
        }
        assertEquals("millrace-two-main", out.get());
        assertEquals("millrace-two-away", second.get());
    }

    /** Housekeeping asks for the digest that a journal keeps, and tells the time to stages that are not stuck. */
    @Test
    void shouldMakeNobodyWaitForAStageThatIsStuckWhoOnlyAsks() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        AtomicLong out = new AtomicLong();
        try (Engine engine = Engine.of(two())
                .output(OUT, n -> out.incrementAndGet())
                .output(SECOND, n -> stuck.await())
                .start()) {
            engine.publisher(IN).publish(num(1));
            await("the stage before", () -> out.get() == 1);
            StatsRequest asked = engine.loop().ask();
            assertFalse(engine.loop().isAnswered(asked));
            assertNull(engine.loop().ask(), "one at a time");
            AtomicReference<EngineStats> waited = new AtomicReference<>();
            Thread waits = new Thread(() -> waited.set(engine.stats()));
            waits.start();
            stuck.countDown();
            waits.join();
            assertEquals(1, waited.get().output("second").events(), "though nobody has looked after the one before");
            assertTrue(engine.loop().isAnswered(asked));
            assertEquals(1, asked.stats().output("out").events());
        }
    }

    @Test
    void shouldCopyTheCountersOfAllStagesAtOnePointOfTheOrder() throws Exception {
        try (Engine engine = Engine.of(two())
                .input(IN, new Trials.Counting(0, Long.MAX_VALUE, false)) // never silent
                .discard(OUT)
                .discard(SECOND)
                .ringSlots(64)
                .edgeSlots(16)
                .start()) {
            long last = -1;
            for (int i = 0; i < 200; i++) {
                EngineStats stats = engine.stats();
                long events = stats.inputs().get(0).events();
                assertEquals(events, stats.output("out").events());
                assertEquals(events, stats.output("second").events());
                assertEquals(events, stats.node("two").in());
                assertTrue(stats.sequence() >= last);
                last = stats.sequence();
            }
            await("events", () -> engine.stats().inputs().get(0).events() > 1000);
        }
    }

    @Test
    void shouldNotLetAReceiverWaitForTheOtherStages() {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Engine> engine = new AtomicReference<>();
        CountDownLatch set = new CountDownLatch(1);
        engine.set(Engine.of(two())
                .discard(OUT)
                .output(SECOND, n -> {
                    set.await();
                    thrown.set(assertThrows(IllegalStateException.class, engine.get()::stats));
                })
                .start());
        engine.get().publisher(IN).publish(num(1));
        set.countDown();
        engine.get().close();
        assertTrue(thrown.get().getMessage().contains("from another thread"), thrown.get()::getMessage);
    }

    @Test
    void shouldGiveStatisticsWhenTheStagesHaveEnded() {
        Engine engine = Engine.of(two()).discard(OUT).discard(SECOND).start();
        engine.publisher(IN).publish(num(1));
        engine.close();
        assertEquals(1, engine.stats().output("second").events());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldHaltAllStagesWhenOneFails(boolean first) throws Exception {
        TrialOp fails = TrialOp.of("fails", context -> flow -> {
            if (flow.<Num>value().id() == 100) {
                throw new NoClassDefFoundError("made up");
            }
            return true;
        });
        Engine engine = Engine.of(two(IN, first ? fails : TrialOp.pass(1), first ? TrialOp.pass(1) : fails))
                .input(IN, new Trials.Counting(0, Long.MAX_VALUE, false))
                .discard(OUT)
                .discard(SECOND)
                .edgeSlots(1)
                .ringSlots(64)
                .start();
        await("halted", () -> engine.health().state() == Health.State.HALTED);
        String stage = first ? "main" : "away";
        assertTrue(
                engine.health().why().contains("stage " + stage + ": java.lang.NoClassDefFoundError: made up"),
                () -> engine.health().why());
        Publisher<Num> publisher = engine.publisher(IN);
        String message = assertThrows(EngineStoppedException.class, () -> {
                    while (true) {
                        publisher.publish(num(1)); // never parked for ever before a ring that nobody reads
                    }
                })
                .getMessage();
        assertTrue(message.contains("stage " + stage), message);
        assertThrows(EngineStoppedException.class, () -> engine.drain(LONG));
        engine.close();
        assertEquals(first ? 100 : 101, engine.stats().output("out").events(), 64, "about where it failed");
    }

    @Test
    void shouldRefuseOneSinkForOutputsOfTwoThreads() {
        SinkTrial sink = SinkTrial.sink();
        Setup setup = Engine.of(two()).output(OUT, sink).output(SECOND, sink);
        String message =
                assertThrows(IllegalArgumentException.class, setup::start).getMessage();
        assertEquals(
                "output out and output second are emitted by different stages (see Setup.plan()) and "
                        + "are bound to one sink, so the order of its calls would not be defined; bind a "
                        + "separate sink to each output, or put both into one stage with onThread(..)",
                message);
        Setup inline = Engine.of(two()).output(OUT, sink).output(SECOND, sink);
        inline.inline().close(); // one thread there
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldRefuseOneReceiverForOutputsOfTwoThreads(boolean blocking) {
        Receiver<Num> receiver = n -> {};
        Delivery delivery = blocking ? Delivery.blocking() : Delivery.inline();
        Setup setup = Engine.of(two()).output(OUT, receiver).output(SECOND, receiver, delivery);
        String message =
                assertThrows(IllegalArgumentException.class, setup::start).getMessage();
        assertTrue(message.contains("bound to one receiver"), message);
        Engine.of(two())
                .output(OUT, receiver)
                .output(SECOND, receiver, delivery)
                .inline()
                .close();
    }

    @Test
    void shouldNotLetTheThreadOfASinkWaitForStagesThatMayWaitForIt() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Engine> engine = new AtomicReference<>();
        CountDownLatch set = new CountDownLatch(1);
        engine.set(Engine.of(two())
                .discard(OUT)
                .output(
                        SECOND,
                        n -> {
                            set.await();
                            if (n.id() == 1) {
                                thrown.set(assertThrows(IllegalStateException.class, engine.get()::stats));
                            }
                        },
                        Delivery.blocking().slots(16))
                .start());
        set.countDown();
        for (int i = 0; i < 200; i++) {
            engine.get().publisher(IN).publish(num(i));
        }
        engine.get().close();
        assertTrue(thrown.get().getMessage().contains("thread of a blocking sink"), thrown.get()::getMessage);
    }

    /** A flush that a drain wants, behind an entry that sets a timer, is no reason to forget the tick for it. */
    @Test
    void shouldBeToldTheTimeOfWhatIsDueWhileOthersDrain() throws Exception {
        Input<Num> live = Num.input("live").live().idleAfter(Duration.ofMillis(1));
        List<Long> fired = new ArrayList<>();
        TrialOp timers = Agenda.timers(64, n -> n.timeNs() + 100_000);
        try (Engine engine = Engine.of(Trials.one(live, timers))
                .output(OUT, n -> fired.add(n.id()))
                .tickEvery(Duration.ofHours(1))
                .start()) {
            Thread drains = new Thread(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    engine.drain(LONG);
                }
            });
            drains.start();
            Publisher<Num> publisher = engine.publisher(live);
            for (int i = 0; i < 40; i++) {
                publisher.publish(new Num(-1, HostClock.epochNs()));
                publisher.publish(new Num(i, HostClock.epochNs()));
                long n = 2L * i + 2;
                await("timer " + i, () -> engine.stats().output("out").events() == n);
            }
            drains.interrupt();
            drains.join();
        }
        assertEquals(80, fired.size());
    }

    /** A stage that has read all and has firings left must not spin before a ring that another stage keeps full. */
    @Test
    void shouldFlushItsSinksWhileAnotherStageKeepsTheRingFull() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        SinkTrial sink = SinkTrial.sink();
        AtomicLong flushes = new AtomicLong();
        sink.inFlush = flushes::incrementAndGet;
        Input<Num> live = Num.input("live").live();
        GraphBuilder g = new GraphBuilder("two");
        TrialOp one = Agenda.timers(1, n -> n.timeNs() - 1); // one an entry: many are left
        g.sink(OUT, g.operator("one", one, null, "", g.source(live, "")), "");
        Port away = g.operator("two", TrialOp.pass(1), null, "", g.source(live, ""));
        g.thread(away, "away");
        g.sink(SECOND, away, "");
        Engine engine = Engine.of(g.build())
                .output(OUT, sink)
                .output(SECOND, n -> open.await())
                .ringSlots(64)
                .tickEvery(Duration.ofHours(1)) // else ticks may take the places of the events
                .start();
        long now = HostClock.epochNs();
        for (int i = 0; i < 30; i++) {
            engine.publisher(live).publish(new Num(i, now + i));
        }
        await("a flush before the other stage goes on", () -> flushes.get() > 0);
        open.countDown();
        assertEquals(0, engine.drain(LONG));
        engine.close();
    }

    /** Whoever waits for the end is told of a flush that fails in that very moment, each time. */
    @Test
    void shouldNeverTakeAFailedFlushForTheEnd() {
        Seeds.each(0, 300, "failToFlush(%d)", StagesTest::failToFlush);
    }

    private static void failToFlush(long run) throws Exception {
        SinkTrial sink = SinkTrial.sink();
        sink.inFlush = () -> {
            throw new IOException("disk full");
        };
        Engine engine = Engine.of(two())
                .input(IN, new Trials.Counting(0, 1, true))
                .output(OUT, sink)
                .discard(SECOND)
                .start();
        assertThrows(EngineStoppedException.class, () -> engine.awaitEnd(LONG), "run " + run);
        assertThrows(EngineStoppedException.class, engine::close);
    }

    /** It is the thread of the stage before it that comes first. */
    @Test
    void shouldNotBlameAStageThatHasDoneAllForOneThatHangs() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        CountDownLatch inHand = new CountDownLatch(1);
        Engine engine = Engine.of(two())
                .discard(OUT)
                .output(SECOND, n -> {
                    inHand.countDown();
                    open.await();
                })
                .stopDeadline(Duration.ofMillis(50))
                .tickEvery(Duration.ofHours(1)) // else the stage before has always something to do
                .placement((role, name, body) -> {
                    body.run();
                    if (name.equals("main")) {
                        open.await(); // as one that gets no processor
                    }
                })
                .start();
        long at = engine.publisher(IN).publish(num(1));
        inHand.await(); // not only when the deadline has passed
        await("the stage before is done", () -> engine.loop().stages().get(0).evaluated() >= at);
        String lost = assertThrows(EngineStoppedException.class, engine::close).getMessage();
        assertTrue(lost.startsWith("closing engine two: stage away: its last "), lost);
        assertTrue(lost.endsWith("; its thread has not finished the current entry"), lost);
        open.countDown();
        await("its threads end", () -> alive("millrace-two").isEmpty());
    }

    @Test
    void shouldWaitForTheSinksOfStagesThatHaveEndedWhenAnotherHangs() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        CountDownLatch waitsForSinks = new CountDownLatch(1);
        SinkTrial slow = SinkTrial.sink().blocking(Delivery.blocking().slots(64));
        slow.inOn = () -> {
            waitsForSinks.await();
            Thread.sleep(2); // for who wrongly does not wait for it
        };
        Engine engine = Engine.of(two())
                .output(OUT, slow)
                .output(SECOND, n -> open.await())
                .stopDeadline(Duration.ofMillis(50))
                .closesBy(ClosingClock.plain()
                        .usesUp(ENTRIES, STAGES)
                        .before(STAGES, () -> await("one has ended", () -> !isAlive("millrace-two-main")))
                        .before(SINKS, waitsForSinks::countDown))
                .start();
        for (int i = 0; i < 20; i++) {
            engine.publisher(IN).publish(num(i));
        }
        String lost = assertThrows(EngineStoppedException.class, engine::close).getMessage();
        assertTrue(lost.contains("stage away"), lost);
        assertEquals(1, slow.closed, "it had all it was handed");
        assertEquals(20, slow.seen.size());
        open.countDown();
        await("its threads end", () -> alive("millrace-two").isEmpty());
    }

    @Test
    void shouldNameTheStageThatDoesNotReturn() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        List<Long> got = new ArrayList<>();
        Engine engine = Engine.of(two())
                .output(OUT, n -> open.await())
                .output(SECOND, n -> got.add(n.id()))
                .stopDeadline(Duration.ofMillis(50))
                .tickEvery(Duration.ofHours(1))
                .start();
        for (int i = 0; i < 40; i++) {
            engine.publisher(IN).publish(num(i));
        }
        String lost = assertThrows(EngineStoppedException.class, engine::close).getMessage();
        assertTrue(
                lost.matches(".*stage main: its last 4\\d entries were not processed within PT0.05S.*"),
                lost); // ticks too
        assertFalse(lost.contains("away"), lost);
        open.countDown();
        await("goes on behind it", () -> engine.health().state() == Health.State.CLOSED && got.size() == 40);
        await("its threads end", () -> alive("millrace-two").isEmpty());
    }

    @Test
    void shouldEndAllStagesAtOnePlaceWhoeverStillPublishes() {
        Seeds.each(0, 300, "endWhilePublished(%d)", StagesTest::endWhilePublished);
    }

    private static void endWhilePublished(long run) throws Exception {
        Engine engine = Engine.of(two())
                .discard(OUT)
                .discard(SECOND)
                .tickEvery(Duration.ofNanos(10_000))
                .start();
        Publisher<Num> publisher = engine.publisher(IN);
        Thread publishes = new Thread(() -> {
            try {
                while (true) {
                    publisher.publish(num(1));
                }
            } catch (EngineStoppedException e) {
                // what it waits for
            }
        });
        publishes.start();
        LockSupport.parkNanos(100_000);
        engine.close();
        publishes.join();
        EngineStats stats = engine.stats();
        assertEquals(stats.output("out").events(), stats.output("second").events(), "run " + run);
        assertEquals(List.of(), alive("millrace-two"), "run " + run);
    }

    private static boolean isAlive(String thread) {
        return alive(thread).contains(thread);
    }

    private static List<String> alive(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(n -> n.startsWith(prefix))
                .toList();
    }

    @Test
    void shouldFireOnTicksInEachStage() throws Exception {
        List<String> fired = new ArrayList<>();
        long before = HostClock.epochNs();
        TrialOp timers = Agenda.timers(64, n -> n.timeNs() + 1_000_000);
        try (Engine engine = Engine.of(
                        two(Num.input("live").live().idleAfter(Duration.ofMillis(1)), TrialOp.pass(1), timers))
                .discard(OUT)
                .output(SECOND, n -> fired.add("at " + n.id()))
                .tickEvery(Duration.ofHours(1)) // only those that something waits for
                .start()) {
            engine.publisher(engineInput(engine)).publish(new Num(7, before));
            await("fired", () -> !fired.isEmpty());
        }
        assertEquals(List.of("at 7"), fired);
    }

    @SuppressWarnings("unchecked")
    private static Input<Num> engineInput(Engine engine) {
        return (Input<Num>) engine.topology().inputs().get(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldLoseNothingWhenInterruptedAgainAndAgain(boolean blocking) throws Exception {
        List<Long> out = new ArrayList<>();
        List<Long> second = new ArrayList<>();
        Delivery delivery = blocking ? Delivery.blocking().slots(16) : Delivery.inline();
        Engine engine = Engine.of(two())
                .output(OUT, n -> out.add(n.id()), delivery)
                .output(SECOND, n -> second.add(n.id()), delivery)
                .ringSlots(64)
                .edgeSlots(1)
                .start();
        List<Thread> threads = Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith("millrace-two-"))
                .toList();
        assertTrue(threads.size() >= 3, threads::toString);
        Publisher<Num> publisher = engine.publisher(IN);
        for (int i = 0; i < 5000; i++) {
            publisher.publish(num(i));
            threads.get(i % threads.size()).interrupt();
        }
        assertEquals(0, engine.drain(LONG));
        engine.close();
        assertEquals(5000, out.size());
        assertEquals(out, second);
        for (int i = 0; i < 5000; i++) {
            assertEquals(i, out.get(i));
        }
    }
}
