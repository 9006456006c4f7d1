package io.millrace.engine;

import static io.millrace.engine.Trials.IN;
import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.DeadLetter;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.journal.JournalException;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import io.millrace.transport.EventSource;
import io.millrace.trial.Agenda;
import io.millrace.trial.Num;
import io.millrace.trial.Seeds;
import io.millrace.trial.TrialOp;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts end as they say, tell what went wrong, and let time pass. */
@Tag("jit")
@Timeout(240)
class LifeTest {
    private static final Duration LONG = Duration.ofSeconds(50);

    /** Longer than a test may take, and an end all the same. */
    private static final Duration FAR = Duration.ofMinutes(10);

    private static final Topology PASS = one(TrialOp.pass(1));

    // ---- what a wait answers

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNotSayThatAllIsDoneBeforeTheSinksHaveFlushed(boolean blocking) throws Exception {
        SinkTrial sink = SinkTrial.sink();
        sink.delivery = blocking ? Delivery.blocking() : Delivery.inline();
        sink.inFlush = () -> {
            Thread.sleep(30); // for who wrongly does not wait for it
            if (!sink.seen.isEmpty()) {
                throw new IOException("disk full");
            }
        };
        Engine engine = Engine.of(PASS)
                .input(IN, new Trials.Counting(0, 10, true))
                .output(OUT, sink)
                .start();
        EngineStoppedException thrown = assertThrows(EngineStoppedException.class, () -> engine.awaitEnd(LONG));
        assertTrue(thrown.getMessage().contains("disk full"), thrown.getMessage());
        assertThrows(EngineStoppedException.class, () -> engine.awaitEnd(LONG), "again after the halt");
        assertThrows(EngineStoppedException.class, () -> engine.drain(LONG), "again after the halt");
        assertThrows(EngineStoppedException.class, engine::close);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldFlushWhatADrainWaitsForAlsoWhileMoreComes(boolean blocking) throws Exception {
        AtomicLong taken = new AtomicLong();
        AtomicLong flushed = new AtomicLong();
        SinkTrial sink = new SinkTrial() {
            @Override
            public void on(Num n, io.millrace.event.Meta m) {
                taken.incrementAndGet();
            }
        };
        sink.delivery = blocking ? Delivery.blocking() : Delivery.inline();
        sink.inFlush = () -> flushed.set(taken.get());
        Engine engine = Engine.of(PASS)
                .input(IN, new Trials.Counting(0, Long.MAX_VALUE, false)) // never silent
                .output(OUT, sink)
                .ringSlots(64)
                .start();
        for (int i = 0; i < 20; i++) {
            await("more", () -> taken.get() > flushed.get());
            long before = taken.get();
            assertEquals(0, engine.drain(LONG));
            assertTrue(flushed.get() >= before, flushed.get() + " of " + before);
        }
        engine.close();
    }

    @Test
    void shouldTellOneWhoWaitsForASilentSourceThatTheEngineHasHalted() throws Exception {
        Engine engine = Engine.of(PASS)
                .input(IN, new Trials.Counting(0, 1, false))
                .output(OUT, n -> {
                    throw new StackOverflowError("made up");
                })
                .start();
        assertThrows(EngineStoppedException.class, () -> engine.awaitEnd(LONG));
        engine.close();
    }

    // ---- sources

    /** Brings 0 to 4, of which one has a time that no layout holds. */
    private static EventSource<Num> withOneOutOfRange() {
        return new EventSource<>() {
            private int at;

            @Override
            public boolean isFinite() {
                return true;
            }

            @Override
            public int poll(Target<? super Num> target, int most) {
                if (at == 5) {
                    return ENDED;
                }
                target.take(num(at++), null);
                return 1;
            }

            @Override
            public void close() {}
        };
    }

    /** In seconds of an id that only one of them has: more than a time can hold. */
    private static Input<Num> refusing(long id) {
        return Input.of("in", Num.TYPE).eventTime(n -> n.id() == id ? Long.MAX_VALUE : n.timeNs(), TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldMakeADeadLetterOfWhatASourceBringsAndIsRefused(boolean live) throws Exception {
        Input<Num> in = refusing(1);
        List<Long> got = new ArrayList<>();
        Setup setup = Engine.of(one(in, TrialOp.pass(1)))
                .input(in, withOneOutOfRange())
                .output(OUT, n -> got.add(n.id()));
        DeadLetters letters;
        EngineStats stats;
        if (live) {
            try (Engine engine = setup.start()) {
                assertTrue(engine.awaitEnd(LONG));
                assertEquals(List.of(), engine.sourceFailures());
                letters = engine.deadLetters();
                stats = engine.stats();
            }
        } else {
            try (Inline engine = setup.inline()) {
                engine.run();
                letters = engine.deadLetters();
                stats = engine.stats();
            }
        }
        assertEquals(List.of(0L, 2L, 3L, 4L), got);
        assertEquals(1, letters.total());
        DeadLetter letter = letters.last(1).get(0);
        assertEquals("in", letter.node());
        assertEquals(Reason.OUT_OF_RANGE, letter.reason());
        assertTrue(letter.cause().contains("9223372036854775807"), letter.cause());
        assertEquals(0, letters.redrive("in"), "there is nothing to publish again");
        assertEquals(1, stats.inputs().get(0).refused());
    }

    @Test
    void shouldNotWaitForASourceThatClosesTheEngine() throws Exception {
        AtomicReference<Engine> engine = new AtomicReference<>();
        Thread main = Thread.currentThread();
        CountDownLatch closing = new CountDownLatch(1);
        CountDownLatch returned = new CountDownLatch(1);
        EventSource<Num> source = new Trials.Counting(0, 0, false) {
            @Override
            public int poll(Target<? super Num> target, int most) throws Exception {
                closing.countDown();
                Trials.awaitClosing(main);
                engine.get().close();
                returned.countDown();
                return 0;
            }
        };
        CountDownLatch set = new CountDownLatch(1);
        EventSource<Num> waits = new Trials.Counting(0, 0, false) {
            private final EventSource<Num> then = source;

            @Override
            public int poll(Target<? super Num> target, int most) throws Exception {
                set.await();
                return then.poll(target, most);
            }
        };
        engine.set(Engine.of(PASS)
                .input(IN, waits)
                .discard(OUT)
                .stopDeadline(FAR) // whoever waits for the other waits so long
                .start());
        set.countDown();
        closing.await();
        engine.get().close();
        returned.await();
        assertEquals(Health.State.CLOSED, engine.get().health().state());
    }

    @Test
    void shouldNotWaitForASinksThreadThatClosesTheEngine() throws Exception {
        AtomicReference<Engine> engine = new AtomicReference<>();
        Thread main = Thread.currentThread();
        CountDownLatch closing = new CountDownLatch(1);
        SinkTrial sink = SinkTrial.sink().blocking(Delivery.blocking());
        sink.inOn = () -> {
            closing.countDown();
            Trials.awaitClosing(main);
            engine.get().close();
        };
        engine.set(Engine.of(PASS).output(OUT, sink).stopDeadline(FAR).start());
        engine.get().publisher(IN).publish(num(1));
        closing.await();
        engine.get().close();
        assertEquals(1, sink.seen.size());
        assertEquals(1, sink.closed);
    }

    // ---- time

    @Test
    void shouldTickWhenSomethingIsDueAndNotOnlyEachPeriod() throws Exception {
        Input<Num> in = Num.input("in").idleAfter(Duration.ofMillis(20));
        AtomicLong fired = new AtomicLong();
        try (Engine engine = Engine.of(one(in, Agenda.buckets(100, 1_000_000)))
                .output(OUT, n -> fired.incrementAndGet())
                .tickEvery(Duration.ofHours(1))
                .start()) {
            engine.publisher(in).publish(new Num(1, HostClock.epochNs()));
            await("the window closes without a further event", () -> fired.get() == 1);
            assertTrue(
                    engine.stats().sequence() < 50,
                    "no flood of ticks: " + engine.stats().sequence());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldLetTimePassWhileTheInlineHostRuns(boolean onDemand) throws Exception {
        Input<Num> in = Num.input("in").idleAfter(Duration.ofMillis(20));
        AtomicLong fired = new AtomicLong();
        SinkTrial sink = SinkTrial.sink();
        EventSource<Num> source = new Trials.Counting(0, 1, false) {
            private boolean sent;

            @Override
            public int poll(Target<? super Num> target, int most) throws Exception {
                if (!sent) {
                    sent = true;
                    target.take(new Num(1, HostClock.epochNs()), (Header) null);
                    return 1;
                }
                return sink.seen.size() == 1 && sink.flushed > 0 ? ENDED : 0;
            }
        };
        try (Inline engine = Engine.of(one(in, Agenda.buckets(100, 1_000_000)))
                .input(in, source)
                .output(OUT, sink)
                .tickEvery(onDemand ? Duration.ofHours(1) : Duration.ofMillis(1))
                .inline()) {
            engine.doWork(HostClock.epochNs()); // the clock is known
            engine.run();
            assertEquals(1, sink.seen.size());
        }
        assertEquals(0, fired.get());
    }

    // ---- statistics

    @Test
    void shouldAnswerAllWhoAskForStatisticsWhileItEnds() {
        Seeds.each(0, 300, "askWhileItEnds(%d)", LifeTest::askWhileItEnds);
    }

    private static void askWhileItEnds(long round) throws Exception {
        Engine engine = Engine.of(PASS).discard(OUT).start();
        List<Thread> asking = new ArrayList<>();
        CountDownLatch begun = new CountDownLatch(3);
        for (int i = 0; i < 3; i++) {
            Thread t = new Thread(() -> {
                for (int k = 0; k < 20; k++) {
                    engine.stats();
                    begun.countDown();
                }
            });
            asking.add(t);
            t.start();
        }
        begun.await();
        engine.close();
        for (Thread t : asking) {
            t.join(50_000);
            assertFalse(t.isAlive(), "round " + round);
        }
    }

    // ---- interrupts

    @Test
    void shouldTakeBackTheInterruptOfOneWhoWaitsAndGiveItBackAfterwards() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        try (Engine engine =
                Engine.of(PASS).output(OUT, n -> open.await()).ringSlots(64).start()) {
            AtomicLong interruptedAfter = new AtomicLong();
            Thread publishes = new Thread(() -> {
                Publisher<Num> publisher = engine.publisher(IN);
                while (!Thread.currentThread().isInterrupted()) {
                    publisher.publish(num(1));
                }
                interruptedAfter.incrementAndGet();
            });
            Thread drains = new Thread(() -> {
                engine.drain(LONG);
                interruptedAfter.addAndGet(Thread.interrupted() ? 1 : 0);
            });
            publishes.start();
            await("the ring is full", () -> publishes.getState() == Thread.State.TIMED_WAITING);
            drains.start();
            await("it waits", () -> drains.getState() == Thread.State.TIMED_WAITING);
            publishes.interrupt();
            drains.interrupt();
            await("it can wait again", () -> !publishes.isInterrupted() && !drains.isInterrupted());
            open.countDown();
            publishes.join();
            drains.join();
            assertEquals(2, interruptedAfter.get(), "kept for the callers");
        }
    }

    // ---- setups

    @Test
    void shouldSayOfASetupThatCouldNotStartThatItsSinksAreGone() {
        SinkTrial taken = SinkTrial.sink();
        taken.inResume = () -> {
            throw new IllegalStateException("the file is taken");
        };
        taken.inBegin = taken.inResume;
        for (MemoryJournal journal : new MemoryJournal[] {null, new MemoryJournal()}) {
            Setup setup = Engine.of(PASS).output(OUT, taken);
            Setup kept = journal == null ? setup : setup.journal(journal);
            String first = assertThrows(RuntimeException.class, kept::start).getMessage();
            assertTrue(first.contains("the file is taken"), first);
            for (Executable again : List.<Executable>of(kept::start, kept::inline)) {
                String message =
                        assertThrows(IllegalStateException.class, again).getMessage();
                assertTrue(message.contains("was started before"), message);
                assertTrue(message.contains("even if its start failed"), message);
            }
        }
    }

    /** Its sinks have not been asked for anything. */
    @Test
    void shouldStartWhereAJournalWasInUse() {
        MemoryJournal journal = new MemoryJournal();
        journal.inUse = true;
        Setup setup = Engine.of(PASS).output(OUT, SinkTrial.sink()).journal(journal);
        assertThrows(JournalException.class, setup::start);
        journal.inUse = false;
        setup.start().close();
    }

    @Test
    void shouldNotShareSourcesAndSinksBetweenHosts() {
        Trials.Counting source = new Trials.Counting(0, 1, true);
        Setup setup = Engine.of(PASS).input(IN, source).discard(OUT);
        setup.start().close();
        String message = assertThrows(IllegalStateException.class, setup::start).getMessage();
        assertTrue(message.contains("has sources or sinks and was started before"), message);
        assertThrows(IllegalStateException.class, setup::inline);
        assertEquals(1, source.closed);

        SinkTrial sink = SinkTrial.sink();
        Setup withSink = Engine.of(PASS).output(OUT, sink);
        withSink.inline().close();
        assertThrows(IllegalStateException.class, withSink::inline);
        assertEquals(1, sink.closed);

        Setup receivers = Engine.of(PASS).output(OUT, n -> {}, Delivery.blocking());
        receivers.start().close();
        receivers.start().close();
    }

    @Test
    void shouldBeReadyForAnotherTryWhenItCouldNotStart() {
        Output<Num> second = Num.output("second");
        GraphBuilder g = new GraphBuilder("two");
        g.sink(OUT, g.source(IN, ""), "");
        g.sink(second, g.source(IN, ""), "");
        Setup setup =
                Engine.of(g.build()).input(IN, new Trials.Counting(0, 1, true)).discard(OUT);
        assertThrows(IllegalStateException.class, setup::start);
        setup.discard(second).start().close();
    }
}
