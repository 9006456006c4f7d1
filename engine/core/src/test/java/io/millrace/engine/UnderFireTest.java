package io.millrace.engine;

import static io.millrace.engine.Trials.IN;
import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Output;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import io.millrace.trial.Num;
import io.millrace.trial.Seeds;
import io.millrace.trial.TrialOp;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Engines that are started and stopped at any moment, interrupted and made to fail: what was accepted comes out once, or is named. */
@Timeout(240)
@Tag("jit")
class UnderFireTest {
    private static final Output<Num> SIDE = Num.output("side");

    /** One to three stages, each with an output. */
    private static Topology stages(int n) {
        GraphBuilder g = new GraphBuilder("fire");
        Port at = g.source(IN, "");
        for (int i = 0; i < n; i++) {
            at = g.operator("op" + i, TrialOp.pass(1), null, "", at);
            g.thread(at, "stage-" + i);
            if (i == 0) {
                g.sink(SIDE, at, "");
            }
        }
        g.sink(OUT, at, "");
        return g.build();
    }

    /** What one publisher of one cycle was told to be accepted. */
    private static final class Publishes extends Thread {
        private final Publisher<Num> publisher;
        private final int id;
        private final Random random;
        private long accepted;

        Publishes(Engine engine, int id, long seed) {
            publisher = engine.publisher(IN);
            this.id = id;
            random = new Random(seed);
        }

        @Override
        public void run() {
            try {
                while (true) {
                    publisher.publish(num((long) id << 32 | accepted));
                    accepted++;
                    if (random.nextInt(20) == 0) {
                        LockSupport.parkNanos(random.nextInt(100_000));
                    }
                }
            } catch (EngineStoppedException e) {
                // closed
            }
        }
    }

    @Test
    void shouldPutOutOnceWhatWasAcceptedWheneverItIsStopped() {
        Seeds.each(0, 1_000, "stop(%d)", UnderFireTest::stop);
    }

    private static void stop(long cycle) throws Exception {
        Random random = new Random(cycle);
        List<Long> out = new ArrayList<>();
        List<Long> side = new ArrayList<>();
        Delivery delivery =
                random.nextBoolean() ? Delivery.inline() : Delivery.blocking().slots(16);
        Engine engine = Engine.of(stages(1 + random.nextInt(3)))
                .output(OUT, n -> out.add(n.id()), delivery)
                .output(SIDE, n -> side.add(n.id()))
                .ringSlots(64)
                .edgeSlots(1 << random.nextInt(5))
                .tickEvery(Duration.ofNanos(100_000 + random.nextInt(1_000_000)))
                .start();
        Publishes[] publishers = {new Publishes(engine, 0, cycle), new Publishes(engine, 1, ~cycle)};
        for (Publishes p : publishers) {
            p.start();
        }
        LockSupport.parkNanos(random.nextInt(500_000));
        engine.close();
        for (Publishes p : publishers) {
            p.join();
            assertEquals(p.accepted, inOrder(out, p.id), "cycle " + cycle);
        }
        assertEquals(out, side, "cycle " + cycle);
        assertEquals(Health.State.CLOSED, engine.health().state());
    }

    /** How many events of a publisher there are, if they are those it published, each once and in order. */
    private static long inOrder(List<Long> out, int id) {
        long n = 0;
        for (long event : out) {
            if (event >> 32 == id) {
                if ((int) event != n) {
                    return -1;
                }
                n++;
            }
        }
        return n;
    }

    private static void fail(int how) throws Exception {
        switch (how) {
            case 0 -> throw new IOException("made up");
            case 1 -> throw new IllegalStateException("made up");
            case 2 -> throw new AssertionError("made up");
            case 3 -> deeper(0);
            default -> throw new NoClassDefFoundError("made up");
        }
    }

    private static int deeper(int n) {
        return deeper(n + 1) + 1;
    }

    /** A receiver that throws loses the event it got and nothing else, but for what tells of the JVM itself. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void shouldGoOnOrHaltByWhatAReceiverThrows(int how) throws Exception {
        List<Long> out = new ArrayList<>();
        List<String> letters = new ArrayList<>();
        Engine engine = Engine.of(stages(3))
                .output(OUT, n -> {
                    if (n.id() == 50) {
                        fail(how);
                    }
                    out.add(n.id());
                })
                .discard(SIDE)
                .onDeadLetter(l -> {
                    letters.add(l.cause());
                    throw new IllegalStateException("made up too"); // what listens may fail as well
                })
                .edgeSlots(1)
                .start();
        Publisher<Num> publisher = engine.publisher(IN);
        if (how == 3) { // a virtual machine error
            assertThrows(EngineStoppedException.class, () -> {
                while (true) {
                    publisher.publish(num(50)); // is told, however full the ring
                }
            });
            assertEquals(Health.State.HALTED, engine.health().state());
            assertTrue(
                    engine.health().why().contains("stage stage-2: java.lang.StackOverflowError"),
                    () -> engine.health().why());
        } else {
            for (int i = 0; i < 100; i++) {
                publisher.publish(num(i));
            }
            assertEquals(0, engine.drain(Duration.ofSeconds(50)));
            assertEquals(99, out.size());
            assertEquals(1, letters.size());
        }
        engine.close();
    }

    /** Publishers that wait before a full ring when a stage fails are told; what other stages put out until then lacks nothing and has nothing twice. */
    @Test
    void shouldTellPublishersThatWaitWhenAStageFails() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        TrialOp fails = TrialOp.of("fails", context -> flow -> {
            try {
                open.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            throw new LinkageError("made up");
        });
        GraphBuilder g = new GraphBuilder("fire");
        Port a = g.operator("a", TrialOp.pass(1), null, "", g.source(IN, ""));
        g.sink(SIDE, a, "");
        Port b = g.operator("b", fails, null, "", a);
        g.thread(b, "away");
        g.sink(OUT, b, "");
        List<Long> side = new ArrayList<>();
        Engine engine = Engine.of(g.build())
                .discard(OUT)
                .output(SIDE, n -> side.add(n.id()))
                .ringSlots(64)
                .tickEvery(Duration.ofHours(1)) // ticks take places too
                .stalledAfter(Duration.ofHours(1))
                .stopDeadline(Duration.ofDays(1)) // longer than a test may take: who waited for it would be seen
                .start();
        Publishes[] waiting = {new Publishes(engine, 0, 1), new Publishes(engine, 1, 2), new Publishes(engine, 2, 3)};
        for (Publishes p : waiting) {
            p.start();
        }
        await(
                "each of them waits, for nobody makes room",
                () -> engine.ingress().waits() == waiting.length);
        assertEquals(Health.State.UP, engine.health().state(), "nothing has failed yet");
        open.countDown();
        for (Publishes p : waiting) {
            p.join();
        }
        assertEquals(waiting.length, engine.ingress().waits(), "in the wait in which it was");
        assertEquals(Health.State.HALTED, engine.health().state());
        assertTrue(
                engine.health().why().startsWith("stage away: java.lang.LinkageError: made up"),
                () -> engine.health().why());
        engine.close();
        assertFalse(side.isEmpty());
        for (Publishes p : waiting) {
            long seen = inOrder(side, p.id);
            assertTrue(seen >= 0 && seen <= p.accepted + 1, seen + " of " + p.accepted); // one may be told in its call
        }
    }
}
