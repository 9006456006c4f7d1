package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.journal.Durability;
import io.millrace.operator.Node;
import io.millrace.state.StateException;
import io.millrace.topology.Topology;
import io.millrace.trial.Agenda;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The core that snapshots are made of, from one to the next. */
@Timeout(240)
class SecondCoreTest {
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Input<Num> IN = Num.input("in").historic();
    private static final Journaling BY_ITSELF = Journaling.plain().snapshotEvery(Duration.ofDays(1), Long.MAX_VALUE);

    private final MemoryJournal journal = new MemoryJournal();
    private final List<Long> got = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger looks = new AtomicInteger();

    private Engine start(Topology topology, Journaling how) {
        return Engine.of(topology)
                .journal(journal, how)
                .output(OUT, n -> got.add(n.id()))
                .start();
    }

    private static Topology buckets() {
        return Trials.one(IN, Agenda.buckets(64, 10));
    }

    private static void publish(Engine engine, long from, long to) {
        for (long i = from; i < to; i++) {
            engine.publisher(IN).publish(new Num(i, i));
        }
        engine.drain(LONG);
    }

    /** How often a snapshot was looked into while four were made, one behind the other. */
    private int looksWhileFourAreMade(Journaling how) {
        publishAndMake(how, 0);
        journal.readingSnapshot = looks::incrementAndGet;
        publishAndMake(how, 40);
        return looks.get();
    }

    private void publishAndMake(Journaling how, long from) {
        try (Engine engine = start(buckets(), how)) {
            int ofTheStart = looks.get();
            for (long i = from; i < from + 40; i += 10) {
                publish(engine, i, i + 10);
                assertEquals(i + 10, engine.makeSnapshot());
            }
            looks.addAndGet(-ofTheStart);
        }
        assertEquals(LongStream.range(0, from + 30).boxed().toList(), List.copyOf(got), "the last bucket is open");
    }

    @Test
    void shouldGoOnFromOneSnapshotToTheNextWhereTheyComeByThemselves() {
        int one = looksWhileFourAreMade(BY_ITSELF);
        assertTrue(one > 0, "the first takes over that of the engine before");
        looks.set(0);
        journal.readingSnapshot = () -> {};
        SecondCoreTest byHand = new SecondCoreTest();
        assertTrue(byHand.looksWhileFourAreMade(Journaling.plain()) > 3 * one, "each takes over the one before");
    }

    @Test
    void shouldStartFromWhatItWasSavedAs() {
        publishAndMake(BY_ITSELF, 0);
        journal.given = 40; // so that nothing else is of use
        publishAndMake(BY_ITSELF, 40);
        assertEquals(80, journal.snapshotNext);
    }

    @Test
    void shouldBeginAnewBehindOneThatWasNotWhatTheEnginePutOut() {
        AtomicLong outside = new AtomicLong();
        TrialOp impure = TrialOp.of("impure", context -> {
            Node rest = context.rest(0);
            return flow -> {
                Num n = flow.value();
                flow.value(new Num(n.id() + outside.get(), n.timeNs()));
                return rest.on(flow);
            };
        });
        try (Engine engine = start(Trials.one(IN, impure), BY_ITSELF)) {
            publish(engine, 0, 3000);
            outside.set(1);
            assertThrows(StateException.class, engine::makeSnapshot);
            outside.set(0);
            publish(engine, 3000, 3010);
            assertEquals(3010, engine.makeSnapshot());
        }
    }

    @Test
    void shouldBeginAnewBehindAnEntryThatFailed() {
        AtomicLong failing = new AtomicLong();
        TrialOp op = TrialOp.of("failing", context -> {
            Node rest = context.rest(0);
            return flow -> {
                if (failing.getAndDecrement() == 1) {
                    throw new IllegalStateException("not now"); // by an operator, so it is no dead letter
                }
                return rest.on(flow);
            };
        });
        try (Engine engine = start(Trials.one(IN, op), BY_ITSELF)) {
            publish(engine, 0, 10);
            assertEquals(10, engine.makeSnapshot());
            publish(engine, 10, 20);
            failing.set(5);
            assertThrows(IllegalStateException.class, engine::makeSnapshot);
            publish(engine, 20, 30);
            assertEquals(30, engine.makeSnapshot());
        }
        assertEquals(LongStream.range(0, 30).boxed().toList(), List.copyOf(got));
    }

    /** Of each core that was made, something that it alone holds. */
    private final List<WeakReference<Object>> cores = Collections.synchronizedList(new ArrayList<>());

    private final CountDownLatch open = new CountDownLatch(1);

    private Setup held() {
        TrialOp op = TrialOp.of("held", context -> {
            Object own = new Object();
            cores.add(new WeakReference<>(own));
            Node rest = context.rest(0);
            return flow -> {
                own.hashCode();
                return rest.on(flow);
            };
        });
        return Engine.of(Trials.one(IN, op)).journal(journal, BY_ITSELF).stopDeadline(Duration.ofMillis(50));
    }

    private long coresHeld() {
        System.gc();
        return cores.stream().filter(r -> r.get() != null).count();
    }

    @Test
    void shouldBeLetGoOfThoughAStuckStageHasUsedUpTheTime() throws Exception {
        CountDownLatch in = new CountDownLatch(1);
        Engine engine = held().output(OUT, n -> {
                    if (n.id() == 10) {
                        in.countDown();
                        open.await();
                    }
                })
                .start();
        publish(engine, 0, 10);
        engine.makeSnapshot();
        assertEquals(2, coresHeld(), "kept for the next one");
        engine.publisher(IN).publish(new Num(10, 10));
        in.await();
        assertThrows(EngineStoppedException.class, engine::close);
        Trials.await("only its own is held", () -> coresHeld() == 1);
        open.countDown();
        Reference.reachabilityFence(engine);
    }

    @Test
    void shouldBeLetGoOfThoughOneIsBeingMadeWhenTheTimeIsUp() throws Exception {
        CountDownLatch in = new CountDownLatch(1);
        journal.level = Durability.DISK;
        Engine engine = held().output(OUT, new SinkTrial() {
                    @Override
                    public void sync() {
                        in.countDown();
                        assertDoesNotThrow(() -> open.await());
                    }
                })
                .start();
        publish(engine, 0, 10);
        Thread makes = new Thread(() -> {
            try {
                engine.makeSnapshot();
            } catch (RuntimeException e) {
                // whether the log still takes it is not looked at
            }
        });
        makes.start();
        in.await();
        try {
            engine.close();
        } catch (EngineStoppedException e) {
            // it may have had no time for all
        }
        open.countDown();
        makes.join();
        Trials.await("only its own is held", () -> coresHeld() == 1);
        Reference.reachabilityFence(engine);
    }
}
