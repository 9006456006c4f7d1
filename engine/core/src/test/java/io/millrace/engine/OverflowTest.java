package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.InPlaceInput;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Topology;
import io.millrace.trial.Cell;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An event that finds no room is not lost in silence: it waits, is refused, or is dropped and counted, as declared. */
@Timeout(240)
class OverflowTest {
    private static final Input<Num> IN =
            Num.input("in").historic(); // no ticks: each entry is an event, or tells of drops
    private static final Topology PASS = one(IN, TrialOp.pass(1));
    private static final InPlaceInput<Cell, Cell> CELLS = Cell.input("cells");
    private static final Output<Cell> CELLS_OUT = Cell.output("cells-out");

    @Test
    void shouldPutARunOfDropsInFrontOfTheNextEventThatFindsRoom() throws Exception {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            Semaphore gate = new Semaphore(0);
            List<Long> got = Collections.synchronizedList(new ArrayList<>());
            List<Long> accepted = new ArrayList<>();
            Engine engine = Engine.of(PASS)
                    .output(OUT, n -> {
                        gate.acquire();
                        got.add(n.id());
                    })
                    .overflow(IN, Overflow.DROP_NEWEST)
                    .ringSlots(64)
                    .stalledAfter(Duration.ofHours(1)) // its receiver stands still for as long as this thread does
                    .start();
            Publisher<Num> publisher = engine.publisher(IN);
            long expectedPlace = 0;
            long dropped = 0;
            boolean run = false;
            for (int i = 0; i < 600; i++) {
                if (random.nextInt(40) == 0) {
                    gate.release(random.nextInt(50));
                    Thread.yield();
                }
                long q = publisher.publish(num(i));
                if (q == Publisher.DROPPED) {
                    dropped++;
                    run = true;
                } else {
                    assertEquals(expectedPlace + (run ? 1 : 0), q, "one entry in front, seed " + seed + " event " + i);
                    expectedPlace = q + 1;
                    run = false;
                    accepted.add((long) i);
                }
            }
            assertTrue(dropped > 0, "seed " + seed);
            assertEquals(Health.State.DEGRADED, engine.health().state());
            assertEquals(
                    "input in: " + dropped + " events dropped because there was no room for them",
                    engine.health().why());
            gate.release(1000);
            engine.drain(Duration.ofSeconds(50));
            engine.close();
            assertEquals(accepted, got, "seed " + seed);
            assertEquals(dropped, engine.stats().inputs().get(0).dropped(), "the last run too, seed " + seed);
            assertEquals(accepted.size(), engine.stats().inputs().get(0).events());
        }
    }

    @Test
    void shouldLoseNoDropFromTheCountWithSeveralPublishers() throws Exception {
        AtomicLong accepted = new AtomicLong();
        AtomicLong dropped = new AtomicLong();
        AtomicLong got = new AtomicLong();
        Engine engine = Engine.of(PASS)
                .output(OUT, n -> {
                    got.incrementAndGet();
                    Thread.yield();
                })
                .overflow(IN, Overflow.DROP_NEWEST)
                .ringSlots(64)
                .start();
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < 3; p++) {
            boolean batches = p == 2;
            Thread t = new Thread(() -> {
                Publisher<Num> publisher = engine.publisher(IN);
                for (int i = 0; i < 20_000; i++) {
                    if (batches) {
                        int taken = publisher.publishBatch(List.of(num(i), num(i), num(i)));
                        accepted.addAndGet(taken);
                        dropped.addAndGet(3 - taken);
                    } else {
                        (publisher.publish(num(i)) >= 0 ? accepted : dropped).incrementAndGet();
                    }
                }
            });
            threads.add(t);
            t.start();
        }
        for (Thread t : threads) {
            t.join();
        }
        engine.close();
        assertEquals(100_000, accepted.get() + dropped.get());
        assertEquals(accepted.get(), got.get());
        assertEquals(dropped.get(), engine.stats().inputs().get(0).dropped());
    }

    /** Publishers go on dropping until the engine tells them that it closes. */
    @Test
    void shouldTellTheOrderOfDropsUpToTheLastWhenItCloses() throws Exception {
        MemoryJournal journal = new MemoryJournal();
        AtomicLong dropped = new AtomicLong();
        Engine engine = Engine.of(PASS)
                .output(OUT, n -> LockSupport.parkNanos(10_000))
                .overflow(IN, Overflow.DROP_NEWEST)
                .ringSlots(64)
                .journal(journal)
                .start();
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < 2; p++) {
            Thread t = new Thread(() -> {
                Publisher<Num> publisher = engine.publisher(IN);
                assertThrows(EngineStoppedException.class, () -> {
                    for (int i = 0; ; i++) {
                        dropped.addAndGet(publisher.publish(num(i)) == Publisher.DROPPED ? 1 : 0);
                    }
                });
            });
            threads.add(t);
            t.start();
        }
        await("dropped", () -> dropped.get() > 1000);
        engine.close();
        for (Thread t : threads) {
            t.join();
        }
        assertEquals(dropped.get(), engine.stats().inputs().get(0).dropped());
        try (Engine again = Engine.of(PASS)
                .discard(OUT)
                .overflow(IN, Overflow.DROP_NEWEST)
                .journal(journal)
                .start()) {
            assertEquals(dropped.get(), again.stats().inputs().get(0).dropped(), "in the order, which the journal has");
        }
    }

    /** Who alarms on what is dropped must not wait until an event gets in again; what a journal has brought back counts once. */
    @Test
    void shouldCountWhatIsDroppedBeforeTheOrderIsTold() throws Exception {
        MemoryJournal journal = new MemoryJournal();
        long all = 0;
        for (int start = 1; start <= 2; start++) {
            CountDownLatch open = new CountDownLatch(1);
            try (Engine engine = Engine.of(PASS)
                    .output(OUT, n -> open.await())
                    .overflow(IN, Overflow.DROP_NEWEST)
                    .ringSlots(64)
                    .journal(journal)
                    .start()) {
                Publisher<Num> publisher = engine.publisher(IN);
                long dropped = 0;
                for (int i = 0; i < 1_000 || dropped == 0; i++) {
                    dropped += publisher.publish(num(i)) == Publisher.DROPPED ? 1 : 0;
                }
                String why = engine.health().why();
                assertTrue(
                        why.contains("input in: " + dropped + " events dropped because there was no room for them"),
                        why);
                open.countDown();
                all += dropped;
                assertEquals(all, engine.stats().inputs().get(0).dropped(), "start " + start);
                assertEquals(0, engine.drain(Duration.ofSeconds(50)));
                publisher.publish(num(1)); // with what it tells
                assertEquals(0, engine.drain(Duration.ofSeconds(50)));
                assertEquals(all, engine.stats().inputs().get(0).dropped(), "start " + start);
            }
        }
    }

    @Test
    void shouldCountOnceWhatAJournalHasBroughtBackInline() throws Exception {
        MemoryJournal journal = new MemoryJournal();
        long all = 0;
        for (int start = 1; start <= 2; start++) {
            try (Inline inline = Engine.of(PASS)
                    .discard(OUT)
                    .overflow(IN, Overflow.DROP_NEWEST)
                    .inboxSlots(64)
                    .journal(journal)
                    .inline()) {
                inline.doWork(0); // whose it is
                Thread other = new Thread(() -> {
                    for (int i = 0; i < 100; i++) {
                        inline.inbox(IN).put(num(i));
                    }
                });
                other.start();
                other.join();
                all += 36;
                assertEquals(all, inline.stats().inputs().get(0).dropped(), "start " + start);
            }
        }
    }

    /** The receiver does not return before time has run out, so there is no room for an entry about them. */
    @Test
    void shouldCountDropsForWhichThereIsNoPlaceWhenItCloses() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        Engine engine = Engine.of(PASS)
                .output(OUT, n -> open.await())
                .overflow(IN, Overflow.DROP_NEWEST)
                .ringSlots(64)
                .stopDeadline(Duration.ofMillis(10))
                .start();
        Publisher<Num> publisher = engine.publisher(IN);
        for (int i = 0; i < 100; i++) {
            publisher.publish(num(i));
        }
        assertThrows(EngineStoppedException.class, engine::close);
        open.countDown();
        assertEquals(36, engine.stats().inputs().get(0).dropped());
    }

    @Test
    void shouldRefuseWhereDeclared() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        Engine engine = Engine.of(PASS)
                .output(OUT, n -> open.await())
                .overflow(IN, Overflow.REFUSE)
                .ringSlots(64)
                .start();
        Publisher<Num> publisher = engine.publisher(IN);
        RefusedException full = assertThrows(RefusedException.class, () -> {
            for (int i = 0; i < 100; i++) {
                publisher.publish(num(i));
            }
        });
        assertEquals(Reason.OVER_BOUND, full.reason());
        assertEquals(-1, full.index());
        assertEquals(
                "input in: the ring of engine trial is full, and its overflow policy is to refuse; "
                        + "publish again later",
                full.getMessage());
        assertEquals(Publisher.FULL, publisher.tryPublish(num(1), null));
        RefusedException second =
                assertThrows(RefusedException.class, () -> publisher.publishBatch(List.of(num(1), num(2)), null));
        assertEquals(0, second.index());
        open.countDown();
        assertEquals(0, engine.drain(Duration.ofSeconds(50)));
        assertTrue(publisher.publish(num(1)) >= 64);
        engine.close();
        assertEquals(3, engine.stats().inputs().get(0).refused());
        assertEquals(0, engine.stats().inputs().get(0).dropped());
    }

    /** An error of a class is refused and counted as an exception is; one of the machine is nobody's event. */
    @Test
    void shouldRefuseAnEventWhoseKeyFailsWithAnError() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        try (Engine engine = Engine.of(PASS)
                .output(OUT, n -> open.await())
                .overflow(IN, Overflow.conflate(OverflowTest::keyThatFails, 3))
                .ringSlots(64)
                .start()) {
            Publisher<Num> publisher = engine.publisher(IN);
            for (int i = 0; publisher.publish(num(7)) != Publisher.WAITING; i++) {
                assertTrue(i < 1_000, "the ring is full");
            }
            RefusedException refused = assertThrows(RefusedException.class, () -> publisher.publish(num(1)));
            assertEquals(Reason.OPERATOR_ERROR, refused.reason());
            assertTrue(refused.getMessage().contains("NoSuchFieldError: was there"), refused.getMessage());
            assertThrows(RefusedException.class, () -> publisher.publishBatch(List.of(num(7), num(1))));
            assertThrows(StackOverflowError.class, () -> publisher.publish(num(2)));
            open.countDown();
            assertEquals(0, engine.drain(Duration.ofSeconds(50)));
            assertEquals(2, engine.stats().inputs().get(0).refused());
        }
    }

    private static long keyThatFails(Num n) {
        if (n.id() == 1) {
            throw new NoSuchFieldError("was there");
        }
        if (n.id() == 2) {
            throw new StackOverflowError();
        }
        return n.id();
    }

    @Test
    void shouldCountWhatDoesNotFitItsLayout() {
        try (Engine engine = Engine.of(cells()).discard(CELLS_OUT).start();
                Inline inline = Engine.of(cells()).discard(CELLS_OUT).inline()) {
            for (Claims<Cell> claims : List.of(engine.claims(CELLS), inline.claims(CELLS))) {
                claims.claim().id(1).says(99);
                assertEquals(
                        Reason.MALFORMED,
                        assertThrows(RefusedException.class, claims::commit).reason());
            }
            assertEquals(1, engine.stats().inputs().get(0).refused());
            assertEquals(1, inline.stats().inputs().get(0).refused());
        }
    }

    private static Topology cells() {
        GraphBuilder g = new GraphBuilder("cells");
        g.sink(CELLS_OUT, g.source(CELLS, ""), "");
        return g.build();
    }

    @Test
    void shouldHoldForSourcesToo() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        AtomicLong got = new AtomicLong();
        try (Engine engine = Engine.of(PASS)
                .input(IN, new Trials.Counting(0, 1000, true))
                .output(OUT, n -> {
                    open.await();
                    got.incrementAndGet();
                })
                .overflow(IN, Overflow.DROP_NEWEST)
                .ringSlots(64)
                .start()) {
            await("dropped", () -> engine.health().why().contains("936 events dropped"));
            open.countDown();
            assertTrue(engine.awaitEnd(Duration.ofSeconds(50)));
            assertEquals(64, got.get());
            assertEquals(936, engine.stats().inputs().get(0).dropped(), "told before the end of the input");
        }
    }

    @Test
    void shouldRefuseInputsOfOtherTopologies() {
        assertThrows(IllegalArgumentException.class, () -> Engine.of(PASS).overflow(Num.input("in"), Overflow.BLOCK));
    }
}
