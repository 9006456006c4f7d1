package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Header;
import io.millrace.event.InPlaceInput;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.RefusedException;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Topology;
import io.millrace.trial.Agenda;
import io.millrace.trial.Cell;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Other threads hand events to an inline engine by way of its inbox; its owner takes them. */
@Tag("jit")
@Timeout(240)
class InboxTest {
    private static final Input<Num> IN = Num.input("in").historic();
    private static final Topology PASS = one(IN, TrialOp.pass(1));

    private final List<String> got = new ArrayList<>();
    private Inline inline;

    private Setup setup(Topology t) {
        return Engine.of(t)
                .outputWithMeta(OUT, (n, m) -> got.add(n.id() + " q" + m.sequence() + " c" + m.correlationId()))
                .inboxSlots(64);
    }

    private static Throwable elsewhere(Runnable call) throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread t = new Thread(
                () -> {
                    try {
                        call.run();
                    } catch (Throwable e) {
                        thrown.set(e);
                    }
                },
                "stranger");
        t.start();
        t.join();
        return thrown.get();
    }

    @Test
    void shouldTakeWhatWaitsBeforeTheOwnersNextEvent() throws Exception {
        inline = setup(PASS).inline();
        inline.publish(IN, num(1));
        assertNull(elsewhere(() -> {
            Inbox<Num> inbox = inline.inbox(IN);
            assertTrue(inbox.put(num(10), new Header().correlationId(7)));
            assertTrue(inbox.offer(num(11), null));
        }));
        assertEquals(List.of("1 q0 c0"), got, "nothing happens on another thread");
        assertEquals(3, inline.publish(IN, num(2)));
        assertEquals(List.of("1 q0 c0", "10 q1 c7", "11 q2 c0", "2 q3 c0"), got);
        assertNull(elsewhere(() -> inline.inbox(IN).put(num(12))));
        assertTrue(inline.doWork(0));
        assertFalse(inline.doWork(0));
        assertEquals("12 q4 c0", got.get(4));
        assertNull(elsewhere(() -> inline.inbox(IN).put(num(13))));
        inline.close();
        assertEquals("13 q5 c0", got.get(5), "what was accepted is processed");
        assertTrue(elsewhere(() -> inline.inbox(IN)) instanceof EngineStoppedException);
        assertEquals(6, inline.stats().inputs().get(0).events());
    }

    @Test
    void shouldHandOverTheDecisionsOfTheOwnersEventOnly() throws Exception {
        inline = setup(PASS).inboxSlots(256).inline();
        inline.doWork(0);
        assertNull(elsewhere(() -> {
            for (int i = 0; i < 200; i++) {
                inline.inbox(IN).put(num(100 + i));
            }
        }));
        List<Long> decided = new ArrayList<>();
        assertEquals(1, inline.publish(IN, num(1), OUT, n -> decided.add(n.id())));
        assertEquals(List.of(1L), decided);
        assertEquals(64 + 1, got.size(), "no more of the inbox than that before an own event");
        assertEquals("1 q64 c0", got.get(64));
        inline.publisher(IN).publishBatch(List.of(num(2)));
        assertEquals("2 q129 c0", got.get(129), "nor before one that is published as a batch");
        inline.doWork(0);
        assertEquals(202, got.size());
    }

    @Test
    void shouldKeepTheOrderOfEachThreadAndLoseNothingAlsoWhileItCloses() throws Exception {
        for (int round = 0; round < 60; round++) {
            List<long[]> seen = new ArrayList<>();
            Inline engine = Engine.of(PASS)
                    .outputWithMeta(OUT, (n, m) -> seen.add(new long[] {n.id(), m.sequence()}))
                    .inboxSlots(64)
                    .inline();
            engine.doWork(0);
            AtomicLong accepted = new AtomicLong();
            CountDownLatch begun = new CountDownLatch(3);
            List<Thread> threads = new ArrayList<>();
            for (int p = 1; p <= 3; p++) {
                long base = p * 1_000_000L;
                Thread t = new Thread(() -> {
                    try {
                        Inbox<Num> inbox = engine.inbox(IN);
                        for (int i = 0; ; i++) {
                            inbox.put(num(base + i));
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
            long own = 0;
            while (begun.getCount() > 0 || own < 50) {
                engine.publish(IN, num(own++));
            }
            engine.close();
            for (Thread t : threads) {
                t.join();
            }
            assertEquals(own + accepted.get(), seen.size(), "round " + round);
            long[] next = new long[4];
            for (int i = 0; i < seen.size(); i++) {
                assertEquals(i, seen.get(i)[1], "each has a place of its own");
                int from = (int) (seen.get(i)[0] / 1_000_000);
                assertEquals(next[from]++, seen.get(i)[0] % 1_000_000, "in the order of its thread, round " + round);
            }
        }
    }

    // ---- full

    @Test
    void shouldWaitWhenItIsFull() throws Exception {
        inline = setup(PASS).inline();
        inline.doWork(0);
        AtomicLong put = new AtomicLong();
        Thread t = new Thread(() -> {
            Inbox<Num> inbox = inline.inbox(IN);
            for (int i = 0; i < 100; i++) {
                inbox.put(num(i));
                put.incrementAndGet();
            }
        });
        t.start();
        await("full", () -> t.getState() == Thread.State.TIMED_WAITING && put.get() == 64);
        assertFalse(inline.inbox(IN).offer(num(1), null), "the owner may ask too");
        String itself = assertThrows(
                        IllegalStateException.class, () -> inline.inbox(IN).put(num(1)))
                .getMessage();
        assertTrue(itself.contains("its inbox is full, and publish was called on the engine's own thread"), itself);
        await("all", () -> {
            inline.doWork(0);
            return put.get() == 100;
        });
        t.join();
        inline.close();
        assertEquals(100, got.size());
    }

    @Test
    void shouldTellAThreadThatWaitsWhenTheEngineHalts() throws Exception {
        inline = Engine.of(one(IN, TrialOp.unguarded(n -> {
                    throw new IllegalStateException("broken");
                })))
                .output(OUT, n -> {})
                .inboxSlots(64)
                .inline();
        inline.doWork(0);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread t = new Thread(() -> {
            try {
                Inbox<Num> inbox = inline.inbox(IN);
                while (true) {
                    inbox.put(num(1));
                }
            } catch (Throwable e) {
                thrown.set(e);
            }
        });
        t.start();
        await("full", () -> t.getState() == Thread.State.TIMED_WAITING);
        assertThrows(EngineStoppedException.class, () -> inline.doWork(0));
        t.join();
        assertTrue(thrown.get().getMessage().contains("broken"), thrown.get().toString());
        inline.close();
    }

    @Test
    void shouldDoAsTheInputSaysWhenItIsFull() throws Exception {
        inline = setup(PASS).overflow(IN, Overflow.REFUSE).inline();
        inline.doWork(0);
        Throwable refused = elsewhere(() -> {
            for (int i = 0; i < 65; i++) {
                inline.inbox(IN).put(num(i));
            }
        });
        assertEquals(
                "input in: the inbox of engine trial is full, and its overflow policy is to refuse; "
                        + "publish again later",
                ((RefusedException) refused).getMessage());
        inline.close();

        got.clear();
        inline = setup(PASS).overflow(IN, Overflow.DROP_NEWEST).inline();
        inline.doWork(0);
        assertNull(elsewhere(() -> {
            for (int i = 0; i < 70; i++) {
                assertEquals(i < 64, inline.inbox(IN).put(num(i)));
            }
        }));
        inline.doWork(0);
        assertNull(elsewhere(() -> inline.inbox(IN).put(num(70))));
        inline.doWork(0);
        assertEquals("70 q65 c0", got.get(64), "behind the entry about six drops");
        assertEquals(6, inline.stats().inputs().get(0).dropped());
        assertEquals(Health.State.DEGRADED, inline.health().state());
        assertNull(elsewhere(() -> {
            for (int i = 0; i < 65; i++) {
                inline.inbox(IN).put(num(i));
            }
        }));
        inline.close();
        assertEquals(7, inline.stats().inputs().get(0).dropped(), "the last one is told at close");
    }

    // ---- whose it is

    @Test
    void shouldBelongToOneThreadUntilThatHasEnded() throws Exception {
        inline = setup(PASS).inline();
        assertNull(elsewhere(() -> inline.publish(IN, num(1))));
        inline.publish(IN, num(2)); // that thread has ended
        for (Runnable call : List.<Runnable>of(() -> inline.close(), () -> inline.stats())) {
            String message = elsewhere(call).getMessage();
            assertTrue(
                    message.contains("stranger")
                            && message.contains(Thread.currentThread().getName()),
                    message);
        }
        assertNull(elsewhere(() -> assertEquals(Health.State.UP, inline.health().state())));
        inline.close();
        assertEquals(2, got.size());
    }

    @Test
    void shouldEndAnInputAndRedriveFromAnotherThread() throws Exception {
        AtomicLong broken = new AtomicLong(1);
        List<Long> fired = new ArrayList<>();
        inline = Engine.of(one(IN, Agenda.buckets(3, 10)))
                .output(OUT, n -> {
                    if (broken.get() == 1) {
                        throw new IllegalStateException("broken");
                    }
                    fired.add(n.id());
                })
                .inline();
        inline.publish(IN, num(1));
        assertNull(elsewhere(() -> inline.inbox(IN).end()));
        inline.doWork(0);
        assertEquals(1, inline.deadLetters().total());

        inline = Engine.of(PASS)
                .output(OUT, n -> {
                    if (broken.get() == 1) {
                        throw new IllegalStateException("broken");
                    }
                    fired.add(n.id());
                })
                .inline();
        inline.publish(IN, num(1));
        broken.set(0);
        assertNull(elsewhere(() -> assertEquals(1, inline.deadLetters().redrive("out"))));
        assertEquals(List.of(), fired);
        inline.publish(IN, num(2));
        assertEquals(List.of(1L, 2L), fired);
    }

    @Test
    void shouldLeaveAClaimInHandAloneWhenAReceiverClaimsToo() throws Exception {
        InPlaceInput<Cell, Cell> in = Cell.input("cells").historic();
        Output<Cell> out = Cell.output("cells-out");
        GraphBuilder g = new GraphBuilder("cells");
        g.sink(out, g.source(in, ""), "");
        List<Long> ids = new ArrayList<>();
        AtomicReference<Claims<Cell>> claims = new AtomicReference<>();
        inline = Engine.of(g.build())
                .output(out, c -> {
                    ids.add(c.id());
                    if (c.id() >= 100) {
                        claims.get().claim().id(c.id() / 10).timeNs(1);
                        claims.get().commit();
                    }
                })
                .inline();
        claims.set(inline.claims(in));
        inline.doWork(0);
        Cell fill = claims.get().claim().id(1).timeNs(1);
        assertNull(elsewhere(() -> inline.inbox(in)
                .put(new Cell().wrap(new byte[16], 0, 16).id(100).timeNs(1))));
        assertEquals(1, fill.id());
        claims.get().commit();
        claims.get().claim().id(2).timeNs(1);
        claims.get().commit();
        assertEquals(List.of(1L, 100L, 10L, 2L), ids);
    }
}
