package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.metric.Digest;
import io.millrace.metric.DigestOptions;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import io.millrace.transport.EventSink;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sink that nobody waits for: what it misses is a number that it is told, and that the statistics and health tell. */
@Timeout(240)
class UntetheredTest {
    private static final Input<Num> IN = Num.input("in").historic();
    private static final Topology PASS = one(IN, TrialOp.pass(1));

    /** Notes the places of what it gets, and how many it was told to have missed in front of each. */
    private static class Tap implements EventSink<Num> {
        final List<Long> got = Collections.synchronizedList(new ArrayList<>());
        final AtomicLong missed = new AtomicLong();
        final AtomicLong wrong = new AtomicLong();
        private long expected;
        private long told;

        void before(Num n) throws Exception {}

        @Override
        public void on(Num n, Meta meta) throws Exception {
            wrong.addAndGet(meta.sequence() == expected + told ? 0 : 1);
            expected = meta.sequence() + 1;
            told = 0;
            got.add(n.id());
            before(n);
        }

        @Override
        public void missed(long events) {
            wrong.addAndGet(events > 0 && told == 0 ? 0 : 1);
            told = events;
            missed.addAndGet(events);
        }

        @Override
        public void close() {}
    }

    @Test
    void shouldKeepNobodyWaitingWhenItIsStuck() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        Tap stuck = new Tap() {
            @Override
            void before(Num n) throws Exception {
                open.await();
            }
        };
        Tap quick = new Tap();
        List<AtomicLong> others = List.of(new AtomicLong(), new AtomicLong(), new AtomicLong());
        int events = 20_000;
        try (Engine engine = Engine.of(PASS)
                .output(OUT, n -> others.get(0).incrementAndGet())
                .output(OUT, stuck, Delivery.untethered().slots(64))
                .output(
                        OUT,
                        n -> others.get(1).incrementAndGet(),
                        Delivery.blocking().slots(16))
                .output(OUT, quick, Delivery.untethered().slots(1 << 15))
                .output(OUT, n -> others.get(2).incrementAndGet(), Delivery.blocking())
                .start()) {
            Publisher<Num> publisher = engine.publisher(IN);
            publisher.publish(num(0));
            await("it hangs in the first", () -> stuck.got.size() == 1);
            for (int i = 1; i < events; i++) {
                publisher.publish(num(i));
            }
            assertEquals(0, engine.drain(Duration.ofSeconds(50)), "a tap is not waited for");
            others.forEach(n -> assertEquals(events, n.get()));
            await("the quick one", () -> quick.got.size() == events);
            assertEquals(1, stuck.got.size());
            assertEquals(events - 64, engine.stats().outputs().get(0).missed(), "so far");
            assertEquals(Health.State.DEGRADED, engine.health().state());
            String why = engine.health().why(); // behind it perhaps that one stands still
            assertTrue(why.startsWith("output out: " + (events - 64) + " events missed by an untethered sink"), why);
            open.countDown();
            await("given up", () -> engine.stats().outputs().get(0).missed() == events - 1);
            publisher.publish(num(events));
            await("back again", () -> stuck.got.size() == 2);
            assertEquals(List.of(0L, (long) events), stuck.got, "it goes on with what comes");
            assertEquals(events - 1, stuck.missed.get());
            assertEquals(0, engine.stats().outputs().get(0).dropped());
        }
        assertEquals(0, stuck.wrong.get() + quick.wrong.get());
        assertEquals(0, quick.missed.get());
    }

    /** What it gets and misses hangs on threads, and the digest on the order alone. */
    @Test
    void shouldChangeNoDigestWhenItIsStuck() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        Tap stuck = new Tap() {
            @Override
            void before(Num n) throws Exception {
                open.await();
            }
        };
        Digest without = digest(Engine.of(PASS).output(OUT, n -> {}), open, null);
        Digest with = digest(
                Engine.of(PASS)
                        .output(OUT, stuck, Delivery.untethered().slots(64))
                        .output(OUT, n -> {}),
                open,
                stuck);
        assertEquals(without, with, "checkpoints too");
        assertEquals(1_000, with.outputs().get(0).events());
        assertTrue(with.outputs().get(0).checkpoints().size() > 10, with.toString());
    }

    /** Taken while the tap, if there is one, hangs in its first and has missed others. */
    private static Digest digest(Setup setup, CountDownLatch open, Tap stuck) throws Exception {
        try (Engine engine = setup.digest(DigestOptions.every(16)).start()) {
            Publisher<Num> publisher = engine.publisher(IN);
            publisher.publish(num(0));
            if (stuck != null) {
                await("it hangs in the first", () -> stuck.got.size() == 1);
            }
            for (int i = 1; i < 1_000; i++) {
                publisher.publish(num(i * 31L % 97));
            }
            assertEquals(0, engine.drain(Duration.ofSeconds(50)));
            EngineStats stats = engine.stats();
            assertEquals(stuck == null ? 0 : 1_000 - 64, stats.outputs().get(0).missed());
            if (stuck != null) {
                open.countDown();
            }
            return stats.digest();
        }
    }

    /** What is told stands exactly where the gap is; policies: untethered, untethered that keeps what waits, blocking that drops. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void shouldTellEveryGapWhereItIs(int policy) throws Exception {
        long missed = 0;
        for (int seed = 0; seed < 15; seed++) {
            Random random = new Random(seed);
            Tap tap = new Tap() {
                @Override
                void before(Num n) {
                    if (random.nextInt(20) == 0) {
                        LockSupport.parkNanos(random.nextInt(200_000));
                    }
                }
            };
            int slots = 2 << random.nextInt(6);
            Delivery delivery = policy == 0
                    ? Delivery.untethered().slots(slots)
                    : (policy == 1 ? Delivery.untethered() : Delivery.blocking())
                            .slots(slots)
                            .dropNewest();
            assertEquals(policy < 2, delivery.isUntethered());
            assertEquals(policy == 0, delivery.goesOnWithNewest());
            assertEquals(policy > 0, delivery.dropsNewest());
            int events = 5_000;
            Engine engine = Engine.of(PASS).output(OUT, tap, delivery).start();
            Publisher<Num> publisher = engine.publisher(IN);
            for (int i = 0; i < events; i++) {
                publisher.publish(num(i));
                if (i % 64 == 0 && random.nextInt(3) == 0) {
                    Thread.yield();
                }
            }
            engine.close();
            EngineStats.OutputStats out = engine.stats().outputs().get(0);
            assertEquals(0, tap.wrong.get(), "seed " + seed);
            assertEquals(events, tap.got.size() + tap.missed.get(), "the last gap too, seed " + seed);
            assertEquals(tap.missed.get(), policy < 2 ? out.missed() : out.dropped());
            assertEquals(0, policy < 2 ? out.dropped() : out.missed());
            missed += tap.missed.get();
        }
        assertTrue(missed > 0);
    }

    @Test
    void shouldHaltAllTheSameWhenTheMachineFailsInIt() throws Exception {
        Tap tap = new Tap() {
            @Override
            void before(Num n) {
                throw new StackOverflowError("made up");
            }
        };
        Engine engine = Engine.of(PASS).output(OUT, tap, Delivery.untethered()).start();
        engine.publisher(IN).publish(num(1));
        await("halted", () -> engine.health().state() == Health.State.HALTED);
        assertThrows(EngineStoppedException.class, engine::close);
    }

    @Test
    void shouldHaltNothingAndMakeNoDeadLetterWhenItFails() throws Exception {
        Tap tap = new Tap() {
            @Override
            void before(Num n) throws Exception {
                if (n.id() % 2 == 0) {
                    throw new Exception("no screen");
                }
            }

            @Override
            public void missed(long events) {
                throw new IllegalStateException("no number");
            }

            @Override
            public void flush() throws Exception {
                throw new Exception("no flush");
            }

            @Override
            public void close() {
                throw new IllegalStateException("no close");
            }
        };
        Engine engine = Engine.of(PASS).output(OUT, tap, Delivery.untethered()).start();
        Publisher<Num> publisher = engine.publisher(IN);
        for (int i = 0; i < 10; i++) {
            publisher.publish(num(i));
        }
        await("taken", () -> tap.got.size() == 10);
        await("counted", () -> engine.stats().outputs().get(0).failed() == 5);
        await("flushed", () -> engine.stats().outputs().get(0).faults() > 0);
        assertEquals(0, engine.deadLetters().total());
        assertEquals(Health.State.DEGRADED, engine.health().state());
        assertTrue(
                engine.health().why().contains("no screen")
                        || engine.health().why().contains("no flush"),
                engine.health().why());
        engine.close(); // throws nothing
    }

    @Test
    void shouldNotKeepClosingWaiting() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Tap tap = new Tap() {
            @Override
            void before(Num n) {
                while (never.getCount() > 0) {
                    LockSupport.parkNanos(1_000_000);
                    Thread.interrupted(); // a call that nothing ends
                }
            }
        };
        Engine engine = Engine.of(PASS)
                .output(OUT, tap, Delivery.untethered().slots(64))
                .stopDeadline(Duration.ofMinutes(10)) // longer than a test may take
                .start();
        Publisher<Num> publisher = engine.publisher(IN);
        for (int i = 0; i < 50; i++) {
            publisher.publish(num(i));
        }
        await("stuck", () -> tap.got.size() == 1);
        engine.close(); // the deadline is far
        assertEquals(
                50,
                engine.stats().outputs().get(0).missed(),
                "the one in hand as well: nobody knows what has become of it");
        never.countDown();
    }

    @Test
    void shouldSayWhatItIs() {
        assertEquals(
                "untethered, 1024 slots, goes on with the newest, failures are counted",
                Delivery.untethered().toString());
        assertEquals(
                "untethered, 8 slots, drops newest, failures are counted",
                Delivery.untethered().slots(8).dropNewest().toString());
        assertFalse(Delivery.untethered().equals(Delivery.untethered().dropNewest()));
        assertFalse(Delivery.blocking().countFailures().equals(Delivery.untethered()));
    }
}
