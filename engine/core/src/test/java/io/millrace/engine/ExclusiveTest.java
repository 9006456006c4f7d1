package io.millrace.engine;

import static io.millrace.engine.ClosingClock.Wait.OWNER;
import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.event.DeadLetter;
import io.millrace.event.Header;
import io.millrace.event.InPlaceInput;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.RefusedException;
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
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One thread publishes: cheaper claims, slots filled in place, and what others want published goes by way of it. */
@Tag("jit")
@Timeout(240)
class ExclusiveTest {
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Input<Num> IN = Num.input("in").historic(); // no ticks
    private static final Topology PASS = one(IN, TrialOp.pass(1));
    private static final InPlaceInput<Cell, Cell> CELLS = Cell.input("cells").historic();
    private static final Output<Cell> CELLS_OUT = Cell.output("cells-out");

    private static Topology cells() {
        GraphBuilder g = new GraphBuilder("cells");
        g.sink(CELLS_OUT, g.source(CELLS, ""), "");
        return g.build();
    }

    private static Throwable thrownBy(Runnable call, String thread) throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread t = new Thread(
                () -> {
                    try {
                        call.run();
                    } catch (Throwable e) {
                        thrown.set(e);
                    }
                },
                thread);
        t.start();
        t.join();
        return thrown.get();
    }

    // ---- who publishes

    @Test
    void shouldRefuseAnotherThreadNamingBoth() throws Exception {
        AtomicLong got = new AtomicLong();
        Engine engine = Engine.of(PASS)
                .output(OUT, n -> got.incrementAndGet())
                .exclusive()
                .start();
        Publisher<Num> publisher = engine.publisher(IN);
        publisher.publish(num(1));
        List<Runnable> calls = List.of(
                () -> publisher.publish(num(2)),
                () -> engine.publisher(IN).tryPublish(num(2), null),
                () -> engine.publisher(IN).publishBatch(List.of(num(2))),
                () -> engine.publisher(IN).end(),
                engine::doWork);
        for (Runnable call : calls) {
            Throwable refused = thrownBy(call, "stranger");
            assertNotNull(refused);
            assertTrue(refused.getMessage().contains("stranger"), refused.toString());
            assertTrue(refused.getMessage().contains(Thread.currentThread().getName()), refused.toString());
        }
        assertEquals(0, engine.drain(LONG));
        engine.close();
        assertEquals(1, got.get());
    }

    @Test
    void shouldPassToAnotherThreadWhenTheFirstHasEnded() throws Exception {
        List<Long> got = Collections.synchronizedList(new ArrayList<>());
        try (Engine engine = Engine.of(cells())
                .output(CELLS_OUT, c -> got.add(c.id()))
                .exclusive()
                .start()) {
            Thread first = new Thread(() -> {
                Claims<Cell> claims = engine.claims(CELLS);
                claims.claim().id(1).timeNs(1);
                claims.commit();
                claims.claim().id(2); // and it ends in the middle
            });
            first.start();
            first.join();
            Claims<Cell> claims = engine.claims(CELLS);
            claims.claim().id(3).timeNs(1);
            assertEquals(2, claims.commit(), "behind a void entry");
        }
        assertEquals(List.of(1L, 3L), got);
    }

    @Test
    void shouldGiveTheSameEntriesAsSeveralPublishersWould() {
        for (int seed = 0; seed < 30; seed++) {
            List<List<String>> seen = new ArrayList<>();
            for (boolean exclusive : new boolean[] {false, true}) {
                Random random = new Random(seed);
                List<String> out = Collections.synchronizedList(new ArrayList<>());
                seen.add(out);
                Setup setup = Engine.of(one(IN, seed % 2 == 0 ? TrialOp.several(2) : Agenda.buckets(3, 40)))
                        .outputWithMeta(OUT, (n, m) -> out.add(SinkTrial.text(n, m)))
                        .ringSlots(64);
                try (Engine engine = exclusive ? setup.exclusive().start() : setup.start()) {
                    Publisher<Num> p = engine.publisher(IN);
                    Header header = new Header();
                    for (int i = 0; i < 500; i++) {
                        header.clear().correlationId(random.nextInt(3));
                        if (random.nextInt(3) == 0) {
                            p.publishBatch(List.of(num(i), new Num(-i, i)), header);
                        } else {
                            p.publish(new Num(i, i), header);
                        }
                    }
                }
            }
            assertEquals(seen.get(0), seen.get(1), "seed " + seed);
        }
    }

    // ---- what others want published

    @Test
    void shouldLetTicksInWhenItPublishesOrWorks() throws Exception {
        Input<Num> live = Num.input("live").idleAfter(Duration.ofMillis(5));
        AtomicLong fired = new AtomicLong();
        try (Engine engine = Engine.of(one(live, Agenda.buckets(100, 1_000_000)))
                .output(OUT, n -> fired.incrementAndGet())
                .tickEvery(Duration.ofMillis(1))
                .exclusive()
                .start()) {
            engine.publisher(live).publish(new Num(1, HostClock.epochNs()));
            Thread.sleep(30); // many ticks long, for one that is wrongly let in; a sound engine passes at any length
            assertEquals(0, fired.get(), "time stands still while it is silent");
            await("the window closes", () -> {
                engine.doWork();
                return fired.get() == 1;
            });
        }
    }

    @Test
    void shouldRedriveFromAnyThread() throws Exception {
        AtomicLong broken = new AtomicLong(1);
        List<Long> got = Collections.synchronizedList(new ArrayList<>());
        Engine engine = Engine.of(PASS)
                .output(OUT, n -> {
                    if (broken.get() == 1) {
                        throw new IllegalStateException("broken");
                    }
                    got.add(n.id());
                })
                .exclusive()
                .start();
        Publisher<Num> publisher = engine.publisher(IN);
        publisher.publish(num(1));
        publisher.publish(num(2));
        assertEquals(0, engine.drain(LONG));
        broken.set(0);
        assertEquals(null, thrownBy(() -> engine.deadLetters().redrive("out"), "operations"));
        publisher.publish(num(3));
        engine.close();
        assertEquals(List.of(1L, 2L, 3L), got, "what waited goes first");
    }

    /** Room aside is made by the one that publishes, which may wait for room that only the receiver's stage makes. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNotWaitForRoomAsideInsideAReceiver(boolean blocking) {
        int letters = 1_100; // more than there is room for
        AtomicReference<Engine> own = new AtomicReference<>();
        Receiver<Num> redriving = n -> {
            if (n.id() >= 0) {
                throw new IllegalStateException("broken");
            }
            own.get().deadLetters().redrive("out");
        };
        Setup setup = Engine.of(PASS).keepDeadLetters(2 * letters).exclusive();
        try (Engine engine = (blocking
                        ? setup.output(OUT, redriving, Delivery.blocking().slots(4))
                        : setup.output(OUT, redriving))
                .start()) {
            own.set(engine);
            Publisher<Num> publisher = engine.publisher(IN);
            for (int i = 0; i < letters; i++) {
                publisher.publish(num(i));
            }
            publisher.publish(num(-1));
            assertEquals(0, engine.drain(LONG));
            assertEquals(letters + 1, engine.deadLetters().total());
            DeadLetter last = engine.deadLetters().last(1).get(0);
            assertTrue(last.cause().contains("redrive from another thread"), last::cause);
        }
    }

    @Test
    void shouldPublishAtCloseWhatStillWaitsAside() throws Exception {
        AtomicLong broken = new AtomicLong(1);
        List<Long> got = Collections.synchronizedList(new ArrayList<>());
        Engine engine = Engine.of(PASS)
                .output(OUT, n -> {
                    if (broken.get() == 1) {
                        throw new IllegalStateException("broken");
                    }
                    got.add(n.id());
                })
                .keepDeadLetters(100)
                .exclusive()
                .start();
        for (int i = 0; i < 50; i++) {
            engine.publisher(IN).publish(num(i));
        }
        assertEquals(0, engine.drain(LONG));
        broken.set(0);
        assertEquals(null, thrownBy(() -> engine.deadLetters().redrive("out"), "operations"));
        engine.close();
        assertEquals(50, got.size());
    }

    @Test
    void shouldSettleWhatIsLeftToFire() throws Exception {
        for (boolean own : new boolean[] {true, false}) {
            List<Long> fired = Collections.synchronizedList(new ArrayList<>());
            Setup setup = Engine.of(one(IN, Agenda.buckets(3, 10)))
                    .output(OUT, n -> fired.add(n.id()))
                    .exclusive();
            if (!own) {
                setup.input(IN, new Trials.Counting(0, 1000, true));
            }
            try (Engine engine = setup.start()) {
                if (own) {
                    Publisher<Num> p = engine.publisher(IN);
                    for (int i = 0; i < 1000; i++) {
                        p.publish(new Num(i, 5));
                    }
                    p.end();
                    assertEquals(0, engine.drain(LONG));
                } else {
                    assertTrue(engine.awaitEnd(LONG));
                }
                assertEquals(1000, fired.size(), "by itself, own thread: " + own);
            }
        }
    }

    @Test
    void shouldTakeOneSourceOnly() {
        Setup two = Engine.of(PASS)
                .input(IN, new Trials.Counting(0, 1, true))
                .input(IN, new Trials.Counting(0, 1, true))
                .discard(OUT)
                .exclusive();
        assertTrue(assertThrows(IllegalStateException.class, two::start)
                .getMessage()
                .contains("exclusive and has 2 sources"));
    }

    // ---- closing

    @Test
    void shouldProcessWhatWasAcceptedWhenAnotherThreadCloses() throws Exception {
        for (int round = 0; round < 150; round++) {
            AtomicLong got = new AtomicLong();
            AtomicLong accepted = new AtomicLong();
            boolean claims = round % 2 == 1;
            Setup setup = claims
                    ? Engine.of(cells()).output(CELLS_OUT, c -> got.incrementAndGet())
                    : Engine.of(PASS).output(OUT, n -> got.incrementAndGet());
            Engine engine = setup.exclusive().ringSlots(64).start();
            CountDownLatch begun = new CountDownLatch(1);
            Thread t = new Thread(() -> {
                try {
                    Claims<Cell> inPlace = claims ? engine.claims(CELLS) : null;
                    Publisher<Num> publisher = claims ? null : engine.publisher(IN);
                    for (int i = 0; ; i++) {
                        if (claims) {
                            inPlace.claim().id(i).timeNs(i);
                            inPlace.commit();
                        } else {
                            publisher.publish(num(i));
                        }
                        accepted.incrementAndGet();
                        begun.countDown();
                    }
                } catch (EngineStoppedException e) {
                    // what was accepted before must have been processed
                }
            });
            t.start();
            begun.await();
            engine.close();
            t.join();
            assertEquals(accepted.get(), got.get(), "round " + round);
        }
    }

    @Test
    void shouldCloseWithoutASilentThreadWhenTimeIsUp() throws Exception {
        CountDownLatch published = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        AtomicLong got = new AtomicLong();
        Engine engine = Engine.of(PASS)
                .output(OUT, n -> got.incrementAndGet())
                .exclusive()
                .stopDeadline(Duration.ofMillis(50))
                .closesBy(ClosingClock.plain().usesUp(OWNER))
                .start();
        AtomicReference<Throwable> after = new AtomicReference<>();
        Thread t = new Thread(() -> {
            try {
                engine.publisher(IN).publish(num(1));
                published.countDown();
                done.await();
                engine.publisher(IN).publish(num(2));
            } catch (Throwable e) {
                after.set(e);
            }
        });
        t.start();
        published.await();
        engine.close();
        assertEquals(1, got.get());
        assertEquals("closed", engine.health().why());
        done.countDown();
        t.join();
        assertTrue(after.get() instanceof EngineStoppedException, String.valueOf(after.get()));
    }

    @Test
    void shouldStopAtTheNextCallWhenAReceiverClosesIt() throws Exception {
        AtomicReference<Engine> engine = new AtomicReference<>();
        CountDownLatch started = new CountDownLatch(1);
        engine.set(Engine.of(PASS)
                .output(OUT, n -> {
                    started.await();
                    engine.get().close();
                })
                .exclusive()
                .start());
        Publisher<Num> publisher = engine.get().publisher(IN);
        publisher.publish(num(1));
        started.countDown();
        await("stopped", () -> {
            try {
                publisher.tryPublish(num(2), null);
                return false;
            } catch (EngineStoppedException e) {
                return true;
            }
        });
        await("closed", () -> engine.get().health().state() == Health.State.CLOSED);
        engine.get().close();
    }

    @Test
    void shouldStopByItselfWhenAReceiverClosesItAndNoCallComes() throws Exception {
        AtomicReference<Engine> engine = new AtomicReference<>();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        engine.set(Engine.of(PASS)
                .output(OUT, n -> {
                    started.await();
                    engine.get().close();
                    closed.countDown();
                })
                .exclusive()
                .start());
        Thread owner = new Thread(() -> {
            engine.get().publisher(IN).publish(num(1));
            started.countDown();
            try {
                closed.await(); // so that it is there when the receiver closes, and gone afterwards
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        owner.start();
        owner.join();
        await("closed", () -> engine.get().health().state() == Health.State.CLOSED);
        engine.get().close();
    }

    @Test
    void shouldPublishOrReportLettersThatAreRedrivenWhileItCloses() throws Exception {
        for (boolean inTime : new boolean[] {true, false}) {
            AtomicLong broken = new AtomicLong(1);
            List<Long> got = Collections.synchronizedList(new ArrayList<>());
            CountDownLatch mayEnd = new CountDownLatch(1);
            CountDownLatch redriven = new CountDownLatch(1);
            CountDownLatch published = new CountDownLatch(1);
            AtomicReference<Engine> engine = new AtomicReference<>();
            engine.set(Engine.of(PASS)
                    .output(OUT, n -> {
                        if (broken.get() == 1) {
                            throw new IllegalStateException("broken");
                        }
                        got.add(n.id());
                        if (n.id() == 3) {
                            redriven.await();
                            engine.get().close();
                        }
                    })
                    .stopDeadline(inTime ? LONG : Duration.ofMillis(50))
                    .closesBy(
                            inTime ? HostClock::nanoTime : ClosingClock.plain().usesUp(OWNER))
                    .exclusive()
                    .start());
            Thread owner = new Thread(() -> {
                Publisher<Num> p = engine.get().publisher(IN);
                p.publish(num(1));
                p.publish(num(2));
                engine.get().drain(LONG);
                broken.set(0);
                if (inTime) {
                    p.publish(num(3));
                }
                published.countDown(); // its next publish would take along what is redriven
                try {
                    mayEnd.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            owner.start();
            published.await();
            assertEquals(2, engine.get().deadLetters().redrive("out"));
            redriven.countDown();
            if (inTime) {
                mayEnd.countDown();
                owner.join();
                await("closed", () -> engine.get().health().state() == Health.State.CLOSED);
                engine.get().close();
                assertEquals(List.of(3L, 1L, 2L), got, "the receiver's close publishes what waits aside");
            } else {
                String lost = assertThrows(EngineStoppedException.class, engine.get()::close)
                        .getMessage();
                assertTrue(lost.contains("2 redriven letters were not published"), lost);
                mayEnd.countDown();
                owner.join();
            }
        }
    }

    // ---- in place

    @Test
    void shouldLeaveAVoidEntryWhereFillingFails() {
        List<String> got = Collections.synchronizedList(new ArrayList<>());
        Engine engine = Engine.of(cells())
                .outputWithMeta(CELLS_OUT, (c, m) -> got.add(c.id() + " q" + m.sequence() + " c" + m.correlationId()))
                .ringSlots(64)
                .exclusive()
                .start();
        Claims<Cell> claims = engine.claims(CELLS);
        for (int i = 0; i < 64; i++) {
            claims.claim().id(9).timeNs(1); // an event stands in each slot: what is left there would be seen again
            claims.commit();
        }
        assertEquals(0, engine.drain(LONG));
        got.clear();
        Claims<Cell> second = engine.claims(CELLS);
        claims.claim().id(1).timeNs(1);
        assertEquals(64, claims.commit(new Header().correlationId(7).trace(1, 2, 3, (byte) 4)));
        claims.claim().id(2).says(99);
        assertThrows(RefusedException.class, claims::commit);
        assertThrows(IllegalStateException.class, claims::commit, "it is gone");
        claims.claim().id(3); // the caller's encoder fails here, and it begins anew
        claims.claim().id(4).timeNs(2);
        assertEquals(67, claims.commit(), "two before it are void");
        claims.claim().id(5).timeNs(2);
        second.claim().id(6).timeNs(2);
        assertEquals(69, second.commit());
        assertTrue(assertThrows(IllegalStateException.class, claims::commit)
                .getMessage()
                .contains("its claim ended because another event was published after it"));
        Cell zero = claims.claim();
        assertEquals(0, zero.id() + zero.timeNs(), "fields are zero, whatever stood in the slot");
        engine.close();
        assertEquals(List.of("1 q64 c7", "4 q67 c0", "6 q69 c0"), got);
        assertEquals(64 + 3, engine.stats().inputs().get(0).events());
        assertEquals(1, engine.stats().inputs().get(0).refused());
        assertEquals(Health.State.CLOSED, engine.health().state());
    }

    @Test
    void shouldDoAsTheInputSaysWhereThereIsNoSlot() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        List<Long> got = Collections.synchronizedList(new ArrayList<>());
        Engine engine = Engine.of(cells())
                .output(CELLS_OUT, c -> {
                    open.await();
                    got.add(c.id());
                })
                .overflow(CELLS, Overflow.DROP_NEWEST)
                .ringSlots(64)
                .exclusive()
                .start();
        Claims<Cell> claims = engine.claims(CELLS);
        for (int i = 0; i < 70; i++) {
            claims.claim().id(i).timeNs(i);
            assertEquals(i < 64 ? i : Publisher.DROPPED, claims.commit());
        }
        open.countDown();
        assertEquals(0, engine.drain(LONG));
        claims.claim().id(70).timeNs(70);
        assertEquals(65, claims.commit(), "behind the entry about six drops");
        engine.close();
        assertEquals(65, got.size());
        assertEquals(6, engine.stats().inputs().get(0).dropped());

        Engine refusing = Engine.of(cells())
                .discard(CELLS_OUT)
                .overflow(CELLS, Overflow.REFUSE)
                .exclusive()
                .start();
        refusing.close();
        assertThrows(EngineStoppedException.class, () -> refusing.claims(CELLS).claim());
    }

    @Test
    void shouldFillManyTimesRoundTheRingAndAllocateNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] sum = {0};
        long published = 0;
        try (Engine engine = Engine.of(cells())
                .output(CELLS_OUT, c -> sum[0] += c.id())
                .ringSlots(64)
                .exclusive()
                .start()) {
            Claims<Cell> claims = engine.claims(CELLS);
            Header header = new Header();
            long least = Long.MAX_VALUE; // the compiler may stop by in one of the runs
            for (int run = 0; run < 20; run++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 20_000; i++) {
                    claims.claim().id(i).timeNs(i);
                    claims.commit(i % 2 == 0 ? null : header.clear().correlationId(i));
                    published += i;
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least);
            assertEquals(0, engine.drain(LONG));
            assertEquals(published, sum[0]);
        }
    }
}
