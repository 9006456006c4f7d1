package io.millrace.engine;

import static io.millrace.engine.ClosingClock.Wait.STAGES;
import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import io.millrace.transport.EventSource;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long closing takes where several do not end, and what an engine that has halted says of what it left behind. */
@Timeout(240)
class CloseDeadlineTest {
    private static final Duration MOST = Duration.ofSeconds(1);

    /** For those of which nobody looks how long they take. */
    private static final Duration BRIEF = Duration.ofMillis(100);

    /** A busy machine may take its time in one. */
    private static final int ROUNDS = 5;

    private static final Input<Num> IN = Num.input("in").historic();
    private static final List<Output<Num>> OUTPUTS = List.of(
            OUT,
            Num.output("second"),
            Num.output("third"),
            Num.output("fourth"),
            Num.output("fifth"),
            Num.output("sixth"));

    private volatile CountDownLatch open = new CountDownLatch(1);

    private static Topology six() {
        GraphBuilder g = new GraphBuilder("six");
        Port in = g.source(IN, "");
        OUTPUTS.forEach(o -> g.sink(o, in, ""));
        return g.build();
    }

    private void stuck() {
        CountDownLatch own = open;
        boolean isOpen = false;
        while (!isOpen) {
            try {
                own.await();
                isOpen = true;
            } catch (InterruptedException e) {
                // it does not end by that
            }
        }
    }

    private interface Stuck {
        /** Answers an engine in which so many as are said hang. */
        Engine start() throws Exception;
    }

    /** Were one waited for behind the other it would take as many times as long, in each round. */
    private String closedInTime(Stuck engines, int waits) throws Exception {
        long leastNs = Long.MAX_VALUE;
        EngineStoppedException lost = null;
        for (int round = 0; round < ROUNDS && leastNs >= (waits - 1) * MOST.toNanos(); round++) {
            open = new CountDownLatch(1);
            Engine engine = engines.start();
            long fromNs = System.nanoTime();
            lost = assertThrows(EngineStoppedException.class, engine::close);
            leastNs = Math.min(leastNs, System.nanoTime() - fromNs);
            open.countDown();
        }
        assertTrue(leastNs < (waits - 1) * MOST.toNanos(), "closing took " + leastNs + " ns");
        return lost.getMessage() + Arrays.toString(lost.getSuppressed());
    }

    /** In which a thread gets its turn to end. */
    private static final long LEAST_NS = 20_000_000;

    /** Each waits for all that it is given, as where nothing ends. */
    @Test
    void shouldGiveAnEighthMoreToAllTogetherThatComeBehindOthers() {
        for (Duration most : List.of(MOST, Duration.ofSeconds(30), Duration.ofDays(1))) {
            long mostNs = most.toNanos();
            long[] nowNs = {Long.MAX_VALUE - mostNs / 2}; // the clock may go round
            long fromNs = nowNs[0];
            Deadline deadline = Deadline.in(most, () -> nowNs[0]);
            assertEquals(mostNs, deadline.untilNs() - fromNs);
            nowNs[0] += mostNs / 2;
            assertEquals(mostNs, deadline.soonNs() - fromNs, "as long as there is time it is one for all");
            nowNs[0] = deadline.untilNs();
            for (int wait = 0; wait < 7; wait++) { // as many as closing an engine has
                long givenNs = deadline.soonNs() - nowNs[0];
                assertTrue(
                        givenNs >= Math.max(LEAST_NS, mostNs / 8 >> wait + 1),
                        "wait " + wait + " has " + givenNs + " of " + most);
                nowNs[0] += givenNs;
            }
            assertTrue(nowNs[0] - fromNs <= mostNs + mostNs / 8 + 7 * LEAST_NS, most + ": " + (nowNs[0] - fromNs));
            nowNs[0] += mostNs;
            assertEquals(LEAST_NS, deadline.soonNs() - nowNs[0], "whatever has taken so long");
        }
        long[] none = {0};
        Deadline brief = Deadline.in(Duration.ofNanos(1), () -> none[0]);
        none[0] = 1;
        assertTrue(brief.soonNs() > 10_000_000, "a thread has to get its turn to end");
    }

    @Test
    void shouldWaitForSeveralStuckSinksNoLongerThanForOne() throws Exception {
        String lost = closedInTime(this::withStuckSinks, OUTPUTS.size());
        for (Output<Num> o : OUTPUTS) {
            assertTrue(lost.contains("output " + o.name()), lost);
        }
    }

    private Engine withStuckSinks() throws Exception {
        AtomicInteger in = new AtomicInteger();
        Setup setup = Engine.of(six()).stopDeadline(MOST);
        for (Output<Num> o : OUTPUTS) {
            setup.output(
                    o,
                    n -> {
                        in.incrementAndGet();
                        stuck();
                    },
                    Delivery.blocking());
        }
        Engine engine = setup.start();
        engine.publisher(IN).publish(num(1));
        await("all are stuck", () -> in.get() == OUTPUTS.size());
        return engine;
    }

    @Test
    void shouldWaitForASourceAReceiverAndASinkTogether() throws Exception {
        String lost = closedInTime(this::withOneStuckOfEach, 4); // the source, its entry, the stage and the sink
        assertTrue(lost.contains("its last 1 entries were not processed within " + MOST), lost);
        assertTrue(lost.contains("source of thread millrace-six-in has not ended within " + MOST), lost);
    }

    private Engine withOneStuckOfEach() throws Exception {
        AtomicInteger in = new AtomicInteger();
        Setup setup = Engine.of(six())
                .input(IN, new EventSource<Num>() {
                    @Override
                    public boolean isFinite() {
                        return false;
                    }

                    @Override
                    public int poll(Target<? super Num> target, int most) {
                        target.take(num(1), null);
                        in.incrementAndGet();
                        stuck();
                        return 0;
                    }

                    @Override
                    public void close() {}
                })
                .output(OUTPUTS.get(0), n -> stuck(), Delivery.blocking())
                .output(OUTPUTS.get(1), n -> {
                    in.incrementAndGet();
                    stuck();
                })
                .stopDeadline(MOST);
        OUTPUTS.subList(2, OUTPUTS.size()).forEach(setup::discard);
        Engine engine = setup.start();
        await("stuck", () -> in.get() == 2);
        return engine;
    }

    @ParameterizedTest
    @ValueSource(strings = {"flush", "close"})
    void shouldNameTheInlineSinkThatDoesNotReturnFromFlushOrClose(String call) throws Exception {
        SinkTrial sink = SinkTrial.sink();
        boolean inFlush = call.equals("flush");
        if (inFlush) {
            sink.inFlush = this::stuck;
        } else {
            sink.inClose = this::stuck;
        }
        Engine engine = Engine.of(one(IN, TrialOp.pass(1)))
                .output(OUT, sink)
                .stopDeadline(BRIEF)
                .closesBy(ClosingClock.plain()
                        .usesUp(STAGES)
                        .before(STAGES, () -> await("in it", () -> (inFlush ? sink.flushed : sink.closed) > 0)))
                .start();
        engine.publisher(IN).publish(num(1));
        EngineStoppedException lost = assertThrows(EngineStoppedException.class, engine::close);
        open.countDown();
        String says = "output out: its sink SinkTrial has not returned from " + call + " within " + BRIEF;
        assertEquals("closing engine trial: " + says, lost.getMessage());
        assertEquals("closed; " + says, engine.health().why());
    }

    /** The fifth fails behind all others that were accepted. */
    private Setup failing(AtomicBoolean broken) {
        return Engine.of(one(IN, TrialOp.unguarded(n -> {
            if (n.id() == 5 && broken.get()) {
                stuck();
                throw new NoClassDefFoundError("made up");
            }
        })));
    }

    @Test
    void shouldSayWhatItLeftBehindWhenItHalted() throws Exception {
        Engine engine = failing(new AtomicBoolean(true)).discard(OUT).start();
        Publisher<Num> publisher = engine.publisher(IN);
        for (int i = 0; i < 40; i++) {
            publisher.publish(num(i));
        }
        open.countDown();
        await("halted", () -> engine.loop().isEnded());
        engine.close();
        assertEquals(Health.State.HALTED, engine.health().state());
        String why = engine.health().why();
        assertTrue(why.endsWith("; 35 accepted events, from entry 5 on, were not processed"), why);
    }

    @Test
    void shouldSayWhatIsNotDurableWhenItHalted() throws Exception {
        MemoryJournal journal = new MemoryJournal();
        journal.durableAtMost = 2;
        Engine engine = failing(new AtomicBoolean(true))
                .stopDeadline(BRIEF)
                .closesBy(ClosingClock.withJournal().usesUp(STAGES)) // the journal's thread waits until it is told
                .journal(journal)
                .output(OUT, n -> {})
                .start();
        for (int i = 0; i < 40; i++) {
            engine.publisher(IN).publish(num(i));
        }
        await("the first three are durable", () -> engine.durable() == 2);
        open.countDown();
        await("halted", () -> engine.loop().isEnded());
        engine.close();
        String why = engine.health().why();
        assertTrue(
                why.contains("35 accepted events, from entry 5 on, were not processed; 37 accepted events are not"),
                why);
        assertTrue(why.contains("and 2 outputs were not released"), why);
    }

    private static final Output<Num> BEHIND = Num.output("behind");

    /** A stage that fails, and one that does not; the journal stands behind both. */
    private Setup staged(MemoryJournal journal, AtomicBoolean broken, List<Long> out, List<Long> behind) {
        GraphBuilder g = new GraphBuilder("staged");
        Port in = g.source(IN, "");
        g.sink(OUT, in, "");
        Port fails = g.operator(
                "fails",
                TrialOp.unguarded(n -> {
                    if (n.id() == 5 && broken.get()) {
                        stuck();
                        throw new NoClassDefFoundError("made up");
                    }
                }),
                null,
                "Staged.java:7",
                in);
        g.thread(fails, "away");
        g.sink(BEHIND, fails, "");
        return Engine.of(g.build())
                .journal(journal)
                .output(OUT, n -> out.add(n.id()))
                .output(BEHIND, n -> behind.add(n.id()));
    }

    @Test
    void shouldKeepInTheJournalWhatWasAcceptedBeforeAStageFailed() throws Exception {
        MemoryJournal journal = new MemoryJournal();
        AtomicBoolean broken = new AtomicBoolean(true);
        List<Long> out = Collections.synchronizedList(new ArrayList<>());
        List<Long> behind = Collections.synchronizedList(new ArrayList<>());
        Engine engine = staged(journal, broken, out, behind).start();
        journal.full = true;
        for (int i = 0; i < 40; i++) {
            engine.publisher(IN).publish(num(i));
        }
        open.countDown();
        await("halted", () -> engine.loop().isEnded());
        journal.full = false;
        engine.close();
        assertEquals(40, journal.entries());
        assertTrue(
                engine.health().why().contains("NoClassDefFoundError"),
                engine.health().why());
        broken.set(false);
        try (Engine mended = staged(journal, broken, out, behind).start()) {
            assertEquals(40, mended.recovered().next());
            mended.publisher(IN).publish(num(40));
        }
        List<Long> all = LongStream.rangeClosed(0, 40).boxed().toList();
        assertEquals(all, out, "each once");
        assertEquals(all, behind, "each once");
    }

    @Test
    void shouldNameTheInlineSinkFirstWhateverIsLeftAndOnce() throws Exception {
        SinkTrial sink = SinkTrial.sink();
        sink.inFlush = this::stuck;
        Engine engine = Engine.of(one(IN, TrialOp.pass(1)))
                .output(OUT, sink)
                .stopDeadline(BRIEF)
                .start();
        engine.publisher(IN).publish(num(1));
        await("in flush", () -> sink.flushed > 0);
        engine.publisher(IN).publish(num(2));
        EngineStoppedException lost = assertThrows(EngineStoppedException.class, engine::close);
        engine.close();
        engine.close();
        String why = engine.health().why();
        open.countDown();
        String says = "output out: its sink SinkTrial has not returned from flush within " + BRIEF;
        assertEquals("closing engine trial: " + says, lost.getMessage());
        String left = Arrays.toString(lost.getSuppressed());
        assertTrue(left.contains("its last 1 entries were not processed"), left);
        assertTrue(left.contains("its thread has not returned from a call to a sink"), left);
        assertEquals("closed; " + says, why, "told once, however often it is closed");
    }
}
