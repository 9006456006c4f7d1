package io.millrace.engine;

import static io.millrace.engine.ClosingClock.Wait.ENTRIES;
import static io.millrace.engine.ClosingClock.Wait.SINKS;
import static io.millrace.engine.Trials.IN;
import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Output;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import io.millrace.transport.EventSource;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.io.IOException;
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

/** What was accepted and is not processed, or not handed over, when a host has closed: closing says so, and blames who it is. */
@Timeout(240)
class CloseLossTest {
    private static final Topology PASS = one(TrialOp.pass(1));

    @Test
    void shouldSayWhatStandsBehindAReceiverThatDoesNotReturn() throws Exception {
        Output<Num> second = Num.output("second");
        GraphBuilder g = new GraphBuilder("two");
        g.sink(OUT, g.source(IN, ""), "");
        g.sink(second, g.source(IN, ""), "");
        CountDownLatch open = new CountDownLatch(1);
        AtomicLong got = new AtomicLong();
        SinkTrial sink = SinkTrial.sink().blocking(Delivery.blocking());
        Engine engine = Engine.of(g.build())
                .output(OUT, n -> {
                    open.await();
                    got.incrementAndGet();
                })
                .output(second, sink)
                .stopDeadline(Duration.ofMillis(50))
                .start();
        Publisher<Num> publisher = engine.publisher(IN);
        for (int i = 0; i < 40; i++) {
            publisher.publish(num(i));
        }
        String lost = assertThrows(EngineStoppedException.class, engine::close).getMessage();
        assertTrue(lost.contains("entries were not processed within PT0.05S"), lost);
        assertFalse(engine.health().why().contains("sink"), "it was never told of the end: " + engine.health());
        open.countDown();
        await("it goes on, and the sink closes by itself", () -> sink.closed == 1);
        assertEquals(40, got.get());
        assertEquals(40, sink.seen.size());
        engine.close(); // told once
    }

    @Test
    void shouldSayThatASourceHasNotEnded() throws Exception {
        CountDownLatch polled = new CountDownLatch(1);
        CountDownLatch open = new CountDownLatch(1);
        Engine engine = Engine.of(PASS)
                .input(IN, new EventSource<Num>() {
                    @Override
                    public boolean isFinite() {
                        return false;
                    }

                    @Override
                    public int poll(Target<? super Num> target, int most) throws Exception {
                        polled.countDown();
                        open.await();
                        return 0;
                    }

                    @Override
                    public void close() {}
                })
                .discard(OUT)
                .stopDeadline(Duration.ofMillis(50))
                .closesBy(ClosingClock.plain()) // all but the source end
                .start();
        polled.await();
        String lost = assertThrows(EngineStoppedException.class, engine::close).getMessage();
        assertTrue(lost.contains("source of thread millrace-trial-in has not ended within PT0.05S"), lost);
        open.countDown();
    }

    @Test
    void shouldSayWhatASlowSinkWasNotGivenThoughItTookTheRest() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        SinkTrial sink = SinkTrial.sink().blocking(Delivery.blocking().slots(16));
        sink.inOn = open::await;
        List<Long> entries = Collections.synchronizedList(new ArrayList<>());
        Engine engine = Engine.of(PASS)
                .outputWithMeta(OUT, (n, meta) -> entries.add(meta.sequence()))
                .output(OUT, sink)
                .stopDeadline(Duration.ofMillis(50))
                .closesBy(ClosingClock.plain().usesUp(ENTRIES).before(SINKS, open::countDown))
                .start();
        for (int i = 0; i < 40; i++) {
            engine.publisher(IN).publish(num(i));
        }
        EngineStoppedException thrown = assertThrows(EngineStoppedException.class, engine::close);
        assertEquals(24, engine.stats().output("out").dropped());
        String lost = "was not given 24 outputs because it had no room at the deadline, the first of them from entry "
                + entries.get(16);
        assertTrue(thrown.getMessage().contains(lost), thrown.getMessage());
        assertEquals(16, sink.seen.size(), "with holes");
        assertTrue(engine.health().why().contains(lost), engine.health().why());
    }

    /** Its stage goes on to the end of what it has in hand, and that waits in no ring. Who goes on begins with the first that is named. */
    @Test
    void shouldNameTheFirstThatASinkLacksAndHowManyThoughItsStageWentOn() throws Exception {
        CountDownLatch further = new CountDownLatch(1);
        AtomicInteger flushed = new AtomicInteger();
        SinkTrial failing = SinkTrial.sink().blocking(Delivery.blocking().slots(4));
        failing.inFlush = () -> flushed.set(failing.seen.size());
        failing.inOn = () -> {
            if (failing.seen.size() == 500) {
                further.await();
                throw new OutOfMemoryError("at 500");
            }
        };
        assertLacks(failing, further, "did not take 3 events that were handed to it and was not given", 500, flushed);
        SinkTrial broken = SinkTrial.sink().blocking(Delivery.blocking().slots(4));
        broken.inFlush = () -> {
            if (broken.seen.size() == 503) {
                throw new IOException("no line");
            }
            flushed.set(broken.seen.size());
        };
        flushed.set(0);
        assertLacks(broken, further, "was not given", 503, flushed);
    }

    /** The stage is held in entry 503 until the sink has stopped. */
    private static void assertLacks(
            SinkTrial sink, CountDownLatch further, String what, int taken, AtomicInteger flushed) throws Exception {
        Output<Num> second = Num.output("out2");
        GraphBuilder g = new GraphBuilder("two");
        g.sink(OUT, g.source(IN, ""), "");
        g.sink(second, g.source(IN, ""), "");
        List<Long> entries = Collections.synchronizedList(new ArrayList<>());
        Engine engine = Engine.of(g.build())
                .outputWithMeta(OUT, (n, m) -> {
                    entries.add(m.sequence());
                    if (n.id() == 503) {
                        further.countDown();
                        await("stopped", () -> sink.closed == 1);
                    }
                })
                .output(second, sink)
                .start();
        List<Num> all = LongStream.range(0, 2_000).mapToObj(Trials::num).toList();
        assertThrows(EngineStoppedException.class, () -> {
            for (int i = 0; i < all.size(); i += 200) {
                engine.publisher(IN).publishBatch(all.subList(i, i + 200));
            }
            engine.drain(Duration.ofSeconds(50));
        });
        String lost = assertThrows(EngineStoppedException.class, engine::close).getMessage();
        long notGiven = engine.stats().output("out2").events() - 503;
        assertTrue(notGiven > 0, "it went on");
        String lacks = "output out2: its sink SinkTrial " + what + " " + notGiven + " outputs, the "
                + "first of them from entry "
                + entries.get(taken);
        int inDoubt = taken - flushed.get();
        lacks += inDoubt == 0
                ? ""
                : "; it may have lost the " + inDoubt + " events that it took after its last flush, the "
                        + "first of them from entry "
                        + entries.get(flushed.get());
        assertTrue(lost.endsWith(lacks), lost + ", and not: " + lacks);
        String health = engine.health().why();
        assertTrue(health.endsWith(lacks), health);
    }

    @Test
    void shouldNotForgetThatItHasHaltedWhateverOthersAsk() throws Exception {
        for (int round = 0; round < 100; round++) {
            Inline inline = Engine.of(one(TrialOp.unguarded(n -> {
                        throw new IllegalStateException("broken commit");
                    })))
                    .discard(OUT)
                    .inline();
            Inbox<Num> inbox = inline.inbox(IN);
            CountDownLatch begun = new CountDownLatch(1);
            Thread other = new Thread(() -> {
                try {
                    while (true) {
                        inbox.offer(num(1), null);
                        begun.countDown();
                    }
                } catch (EngineStoppedException e) {
                    // as it should be
                }
            });
            other.start();
            begun.await();
            assertThrows(EngineStoppedException.class, () -> inline.publish(IN, num(2)));
            other.join();
            assertEquals(Health.State.HALTED, inline.health().state(), "round " + round);
            assertThrows(EngineStoppedException.class, () -> inline.doWork(0));
        }
    }
}
