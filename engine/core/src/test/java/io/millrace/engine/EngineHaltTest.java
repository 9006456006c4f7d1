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

import io.millrace.engine.SinkTrial.Step;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.event.Sensitive;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Topology;
import io.millrace.transport.Lost;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What halts an engine, who hears of it, and what does not halt it. */
@Timeout(240)
class EngineHaltTest {
    private static final Duration LONG = Duration.ofSeconds(50);

    @Test
    void shouldHaltWhenACommitThrowsAndTellAllPublishers() throws Exception {
        shouldHalt(
                TrialOp.unguarded(n -> {
                    if (n.id() == 500) {
                        throw new IllegalStateException("broken commit");
                    }
                }),
                "broken commit");
    }

    @Test
    void shouldHaltWhenTheMachineFailsInUserCode() throws Exception {
        shouldHalt(
                TrialOp.keep(n -> {
                    if (n.id() == 500) {
                        throw new OutOfMemoryError("made up");
                    }
                    return true;
                }),
                "made up");
        Topology pass = one(TrialOp.pass(1));
        Engine engine = start(pass, n -> {
            throw new StackOverflowError("in a receiver");
        });
        engine.publisher(IN).publish(num(1));
        await("halted", () -> engine.health().state() == Health.State.HALTED);
        assertTrue(
                engine.health().why().contains("in a receiver"), engine.health().why());
        engine.close();
    }

    private static void shouldHalt(TrialOp op, String why) throws Exception {
        AtomicLong got = new AtomicLong();
        Engine engine = start(one(op), n -> got.incrementAndGet());
        List<AtomicReference<Throwable>> thrown = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < 3; p++) {
            AtomicReference<Throwable> t = new AtomicReference<>();
            thrown.add(t);
            int from = p == 0 ? 0 : 10_000;
            Thread thread = new Thread(() -> {
                try {
                    Publisher<Num> publisher = engine.publisher(IN);
                    for (int i = from; ; i++) {
                        publisher.publish(num(i));
                    }
                } catch (Throwable e) {
                    t.set(e);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread t : threads) {
            t.join(50_000);
            assertFalse(t.isAlive(), "a publisher waits for ever");
        }
        for (AtomicReference<Throwable> t : thrown) {
            EngineStoppedException e = (EngineStoppedException) t.get();
            assertTrue(e.getMessage().contains(why), e.getMessage());
            assertTrue(e.getCause().getMessage().contains(why));
        }
        assertEquals(Health.State.HALTED, engine.health().state());
        assertTrue(engine.health().why().contains(why), engine.health().why());
        assertEquals(0, engine.deadLetters().total(), "a halt is no dead letter");
        assertThrows(EngineStoppedException.class, () -> engine.drain(LONG));
        assertThrows(EngineStoppedException.class, () -> engine.publisher(IN).tryPublish(num(1), null));
        assertEquals(got.get(), engine.stats().output("out").events(), "statistics are still there");
        engine.close();
        engine.close();
        assertEquals(Health.State.HALTED, engine.health().state());
    }

    @Test
    void shouldTellAPublisherThatWaitsOnAFullRing() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        Engine engine = Engine.of(one(TrialOp.pass(1)))
                .output(OUT, n -> {
                    open.await();
                    throw new StackOverflowError("late");
                })
                .ringSlots(64)
                .stopDeadline(Duration.ofDays(1)) // longer than a test may take: who waited for it would be seen
                .start();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread t = new Thread(() -> {
            try {
                for (int i = 0; ; i++) {
                    engine.publisher(IN).publish(num(i));
                }
            } catch (Throwable e) {
                thrown.set(e);
            }
        });
        t.start();
        await("it waits for room", () -> engine.ingress().waits() == 1);
        await("asleep", () -> t.getState() == Thread.State.TIMED_WAITING);
        open.countDown();
        await("told", () -> thrown.get() != null);
        assertTrue(thrown.get() instanceof EngineStoppedException, String.valueOf(thrown.get()));
        assertEquals(1, engine.ingress().waits(), "in the wait in which it was");
        engine.close();
    }

    @Test
    void shouldGoOnWhenAReceiverThrows() {
        List<Long> second = new ArrayList<>();
        Engine engine = Engine.of(one(TrialOp.pass(1)))
                .output(OUT, n -> {
                    if (n.id() % 2 == 0) {
                        throw new IOException("no line to " + n.id());
                    }
                })
                .output(OUT, n -> second.add(n.id()))
                .onDeadLetter(letter -> {
                    throw new IllegalStateException("a listener that throws");
                })
                .start();
        for (int i = 0; i < 10; i++) {
            engine.publisher(IN).publish(num(i));
        }
        engine.close();
        assertEquals(10, second.size(), "the other receiver gets all");
        assertEquals(5, engine.deadLetters().total(Reason.OPERATOR_ERROR));
        assertEquals(5, engine.stats().output("out").failed());
        assertEquals(
                "java.io.IOException: no line to 8",
                engine.deadLetters().last(1).get(0).cause());
        assertEquals(Health.State.CLOSED, engine.health().state());
    }

    /** Nobody may look at health for long, or publish. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldSayInTheLogWhatHaltedIt(boolean live) throws Exception {
        List<LogRecord> said = saidDuring(() -> {
            Setup setup = Engine.of(one(TrialOp.pass(1))).output(OUT, n -> {
                throw new StackOverflowError("too deep");
            });
            if (!live) {
                Inline inline = setup.inline();
                assertThrows(EngineStoppedException.class, () -> inline.publish(IN, num(1)));
                assertThrows(EngineStoppedException.class, () -> inline.publish(IN, num(2)));
                inline.close();
                return;
            }
            Engine engine = setup.start();
            engine.publisher(IN).publish(num(1));
            await("halted", () -> engine.health().state() == Health.State.HALTED);
            engine.close();
        });
        assertEquals(1, said.size());
        assertEquals(Level.SEVERE, said.get(0).getLevel());
        assertEquals(
                "engine trial has halted, and takes nothing more: java.lang.StackOverflowError: too deep; Engine.health()"
                        + " says what is left. Mend the cause, close it and start it again",
                said.get(0).getMessage());
        assertEquals("too deep", said.get(0).getThrown().getMessage());
    }

    /** What is thrown may tell what its thrower has seen. */
    @Test
    void shouldNotSayInTheLogWhatIsThrownWhereEventsAreSensitive() throws Exception {
        Input<Secret> in = Input.of("secrets", Secret.class);
        Output<Secret> out = Output.of("out", Secret.class);
        GraphBuilder g = new GraphBuilder("trial");
        g.sink(out, g.source(in, ""), "");
        List<LogRecord> said = saidDuring(() -> {
            Inline inline = Engine.of(g.build())
                    .output(out, s -> {
                        throw new StackOverflowError("card " + s.card());
                    })
                    .inline();
            assertThrows(EngineStoppedException.class, () -> inline.publish(in, new Secret(4_000_001)));
            inline.close();
        });
        assertEquals(1, said.size());
        assertTrue(said.get(0).getMessage().contains("java.lang.StackOverflowError (its message is not shown"));
        assertFalse(said.get(0).getMessage().contains("4000001"), said.get(0).getMessage());
        assertNull(said.get(0).getThrown());
    }

    record Secret(@Sensitive long card) {}

    /** One trouble does not hide another. */
    @Test
    void shouldTellAllThatIsWrong() throws Exception {
        MemoryJournal journal = new MemoryJournal();
        List<SinkTrial> sinks = List.of(new Troubled("no line"), new Troubled("no disk"));
        Setup setup = Engine.of(one(TrialOp.pass(1))).journal(journal);
        sinks.forEach(s -> setup.output(OUT, s));
        setup.output(OUT, n -> {
            throw new IOException("no");
        });
        setup.input(IN, new Trials.Counting(0, 1, false) {
            @Override
            public String trouble() {
                return "no driver";
            }
        });
        try (Engine engine = setup.start()) {
            await("a letter", () -> engine.deadLetters().total() == 1);
            journal.refusal = "the disk is nearly full";
            String expected = "output out: no line; output out: no disk; journal: the disk is nearly full; input in: no"
                    + " driver; 1 dead letters";
            await("all", () -> engine.health().why().equals(expected));
            journal.refusal = null;
        }
    }

    /** Health is of others, too. */
    @Test
    void shouldTellOfOthersWhereSomeThrowWhenTheyAreAsked() {
        SinkTrial broken = new SinkTrial() {
            @Override
            public String trouble() {
                throw new IllegalStateException("account 17");
            }

            @Override
            public Lost lost() {
                return null;
            }
        };
        try (Inline inline = Engine.of(one(TrialOp.pass(1)))
                .output(OUT, broken)
                .output(OUT, new Troubled("no disk"))
                .input(IN, new Trials.Counting(0, 0, true) {
                    @Override
                    public String trouble() {
                        return "no driver";
                    }

                    @Override
                    public Lost lost() {
                        throw new StackOverflowError("account 18");
                    }
                })
                .inline()) {
            assertEquals(
                    "output out: its trouble() threw java.lang.IllegalStateException; output out: its lost() answered"
                            + " null; output out: no disk; input in: no driver; input in: its lost() threw"
                            + " java.lang.StackOverflowError",
                    inline.health().why());
        }
    }

    private static final class Troubled extends SinkTrial {
        private final String trouble;

        Troubled(String trouble) {
            super();
            this.trouble = trouble;
        }

        @Override
        public String trouble() {
            return trouble;
        }
    }

    private static List<LogRecord> saidDuring(Step what) throws Exception {
        try (Logged logged = new Logged()) {
            what.run();
            return logged.at(Level.SEVERE);
        }
    }

    private static Engine start(Topology t, Receiver<Num> receiver) {
        return Engine.of(t).output(OUT, receiver).ringSlots(64).start();
    }
}
