package io.millrace.engine;

import static io.millrace.engine.Trials.IN;
import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Output;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.transport.Delivery;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A sink with a thread of its own halts the engine at once, whatever the stages are doing meanwhile. */
@Timeout(60)
class SinkHaltTest {
    private static final Output<Num> FIRST = Num.output("first");
    private static final Output<Num> SIDE = Num.output("side");

    private final CountDownLatch stuck = new CountDownLatch(1);
    private final CountDownLatch again = new CountDownLatch(1);
    private final CountDownLatch fails = new CountDownLatch(1);
    private final CountDownLatch handed = new CountDownLatch(1);
    private final AtomicBoolean inReceiver = new AtomicBoolean();

    private void stuck() throws InterruptedException {
        inReceiver.set(true);
        stuck.await();
    }

    private void fails() throws InterruptedException {
        fails.await();
        throw new StackOverflowError("made up");
    }

    /** One stage. */
    private Engine one() {
        GraphBuilder g = new GraphBuilder("trial");
        return start(g, g.source(IN, ""), setup -> {});
    }

    /** The last stage is that of both outputs. */
    private Engine two() {
        GraphBuilder g = new GraphBuilder("trial");
        Port in = g.source(IN, "");
        g.sink(FIRST, in, "");
        Port last = g.operator("last", TrialOp.pass(1), null, "Trial.java:1", in);
        g.thread(last, "away");
        return start(g, last, setup -> setup.discard(FIRST));
    }

    private Engine start(GraphBuilder g, Port last, Consumer<Setup> binds) {
        g.sink(SIDE, last, "");
        g.sink(OUT, last, "");
        Setup setup = Engine.of(g.build())
                .output(SIDE, n -> fails(), Delivery.blocking())
                .output(OUT, n -> stuck())
                .ringSlots(64)
                .tickEvery(Duration.ofHours(1)); // ticks take places too
        binds.accept(setup);
        return setup.start();
    }

    @Test
    void shouldTellAPublisherThatWaitsThoughTheStageIsInAReceiver() throws Exception {
        Engine engine = one();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread publishes = new Thread(() -> {
            try {
                Publisher<Num> publisher = engine.publisher(IN);
                for (int i = 0; ; i++) {
                    publisher.publish(num(i));
                }
            } catch (Throwable t) {
                thrown.set(t);
            }
        });
        publishes.start();
        await("the ring is full", () -> publishes.getState() == Thread.State.TIMED_WAITING);
        fails.countDown();
        await("told", () -> thrown.get() != null);
        assertEquals(
                "engine trial has halted: output side: its sink ReceiverSink failed: "
                        + "java.lang.StackOverflowError: made up",
                thrown.get().getMessage());
        stuck.countDown();
        assertThrows(EngineStoppedException.class, engine::close);
    }

    @Test
    void shouldGiveNoPlaceBehindAFailureThoughThereIsRoom() throws Exception {
        Engine engine = one();
        Publisher<Num> publisher = engine.publisher(IN);
        publisher.publish(num(1));
        await("the stage is in the receiver", inReceiver::get);
        fails.countDown();
        await("halted", () -> engine.health().state() == Health.State.HALTED);
        assertThrows(EngineStoppedException.class, () -> publisher.tryPublish(num(2)));
        stuck.countDown();
        assertThrows(EngineStoppedException.class, engine::close);
    }

    @Test
    void shouldNameTheStageOfTheSinkAndNotTheFirstThatNotices() throws Exception {
        Engine engine = two();
        engine.publisher(IN).publish(num(1));
        await("its stage notices nothing", inReceiver::get);
        fails.countDown();
        await("another has ended", () -> engine.loop().stages().stream().anyMatch(StageLoop::isEnded));
        String why = engine.health().why();
        assertTrue(why.startsWith("stage away: output side: its sink "), why);
        stuck.countDown();
        assertThrows(EngineStoppedException.class, engine::close);
    }

    /** A sink on an output of the first stage, whose last flush fails when that has ended and the second is still at work. */
    private Engine endsEarly(List<Long> got, AtomicReference<Engine> closes) {
        GraphBuilder g = new GraphBuilder("trial");
        Port in = g.source(IN, "");
        g.sink(FIRST, in, "");
        Port last = g.operator("last", TrialOp.pass(1), null, "Trial.java:1", in);
        g.thread(last, "away");
        g.sink(OUT, last, "");
        SinkTrial sink = new SinkTrial();
        sink.inOn = handed::await; // so that it takes all 30 before it flushes
        sink.inFlush = this::fails;
        return Engine.of(g.build())
                .output(FIRST, sink, Delivery.blocking())
                .output(OUT, n -> {
                    if (n.id() == 0) {
                        stuck();
                        closes.get().close();
                        again.await();
                    }
                    got.add(n.id());
                })
                .ringSlots(64)
                .tickEvery(Duration.ofHours(1))
                .start();
    }

    @Test
    void shouldHaltNothingWhenTheStageOfTheSinkHasEnded() throws Exception {
        List<Long> got = Collections.synchronizedList(new ArrayList<>());
        AtomicReference<Engine> closes = new AtomicReference<>();
        Engine engine = endsEarly(got, closes);
        closes.set(engine);
        for (int i = 0; i < 30; i++) {
            engine.publisher(IN).publish(num(i));
        }
        stuck.countDown();
        await("the first has ended", () -> engine.loop().stages().stream().anyMatch(StageLoop::isEnded));
        handed.countDown();
        fails.countDown();
        await("its sink has failed", () -> engine.health().why() != null);
        again.countDown();
        EngineStoppedException lost = assertThrows(EngineStoppedException.class, engine::close);
        String says = "output first: its sink SinkTrial failed in flush: java.lang.StackOverflowError: made up";
        String lacks = "; output first: its sink SinkTrial may have lost the 30 events that it took after its "
                + "last flush, the first of them from entry 1";
        assertEquals("closing engine trial: " + says + lacks, lost.getMessage());
        assertEquals(LongStream.range(0, 30).boxed().toList(), got, "the other stage has done all");
        assertEquals(
                Health.State.CLOSED, engine.health().state(), engine.health().why());
        Duration any = Duration.ofSeconds(50);
        EngineStoppedException kept = assertThrows(EngineStoppedException.class, () -> engine.drain(any));
        assertTrue(kept.getMessage().contains(says), "who waits for sinks is told: " + kept.getMessage());
    }
}
