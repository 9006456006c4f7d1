package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.num;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import io.millrace.transport.EventSink;
import io.millrace.transport.Resumption;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What sinks gather, and what is in doubt behind a kill, stays bounded where a host never rests. */
@Timeout(240)
class FlushBoundTest {
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final int EVENTS = 4 * FlushBound.MOST;

    /** So much a batch may bring behind the bound. */
    private static final int MOST = FlushBound.MOST + 300;

    /** Without ticks, so that a place is a number of events. */
    private static final Input<Num> IN = Num.input("in").historic();

    private final Gathering sink = new Gathering();
    private final MemoryJournal journal = new MemoryJournal();

    /** Gathers until it is flushed; the first event waits until all have been published, so that nobody rests before the last. */
    private static final class Gathering implements EventSink<Num> {
        final CountDownLatch open = new CountDownLatch(1);
        private int gathered;
        private int most;
        private int taken;

        @Override
        public Resumption resume(String output) {
            return Resumption.idempotent();
        }

        @Override
        public void on(Num event, Meta meta) throws InterruptedException {
            open.await();
            taken++;
            most = Math.max(most, ++gathered);
        }

        @Override
        public void flush() {
            gathered = 0;
        }

        @Override
        public void close() {
            assertEquals(EVENTS, taken);
        }
    }

    private static Topology pass() {
        return Trials.one(IN, TrialOp.pass(1));
    }

    private void runLive(Setup setup) throws Exception {
        try (Engine engine = setup.ringSlots(2 * EVENTS).start()) {
            for (int i = 0; i < EVENTS; i++) {
                engine.publisher(IN).publish(num(i));
            }
            sink.open.countDown();
            assertEquals(0, engine.drain(LONG));
        }
        assertTrue(sink.most <= MOST, "gathered " + sink.most);
    }

    @Test
    void shouldBeKeptByAStageThatNeverRests() throws Exception {
        runLive(Engine.of(pass()).output(OUT, sink));
    }

    @Test
    void shouldBeKeptByAStageWithAJournal() throws Exception {
        runLive(Engine.of(pass()).journal(journal).output(OUT, sink));
    }

    @Test
    void shouldBeKeptByTheThreadOfASink() throws Exception {
        runLive(Engine.of(pass()).output(OUT, sink, Delivery.blocking().slots(2 * EVENTS)));
    }

    @Test
    void shouldBeKeptByAnInlineHostWhoseOwnerOnlyPublishes() {
        sink.open.countDown();
        try (Inline inline = Engine.of(pass()).output(OUT, sink).inline()) {
            for (int i = 0; i < EVENTS; i++) {
                inline.publish(IN, num(i));
            }
            assertTrue(sink.most <= MOST, "gathered " + sink.most);
            assertTrue(sink.most >= FlushBound.MOST, "not after each event");
        }
    }

    /** An output now and then is not left until there are a thousand. */
    @Test
    void shouldCountEntriesWhereThereAreFewOutputs() {
        sink.open.countDown();
        try (Inline inline = Engine.of(Trials.one(IN, TrialOp.keep(n -> n.id() % 500 == 0)))
                .output(OUT, sink)
                .inline()) {
            for (int i = 0; i < EVENTS; i++) {
                inline.publish(IN, num(i));
                assertTrue(sink.gathered < 4 + 1, "gathered " + sink.gathered);
            }
            sink.taken = EVENTS;
        }
    }

    /** What a start reads again, and what a replay runs, is as long as the log. */
    @Test
    void shouldBeKeptByAStartAndAReplay() {
        try (Inline inline = Engine.of(pass()).journal(journal).discard(OUT).inline()) {
            for (int i = 0; i < EVENTS; i++) {
                inline.publish(IN, num(i));
            }
        }
        sink.open.countDown();
        try (Inline inline =
                Engine.of(pass()).journal(journal).output(OUT, sink).inline()) {
            assertEquals(EVENTS, inline.recovered().next());
        }
        assertTrue(sink.most <= MOST, "gathered " + sink.most + " in a start");
        Gathering again = new Gathering();
        again.open.countDown();
        Replay.of(Engine.of(pass()).output(OUT, again), journal).run();
        assertTrue(again.most <= MOST, "gathered " + again.most + " in a replay");
    }

    private boolean isOpen() {
        try {
            sink.open.await();
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Else it waits in front of the next outputs, until each of those has to push one out. */
    @Test
    void shouldLetOutBehindABatchAllThatItBroughtWhereThatIsDurable() throws Exception {
        long[] counts = new long[3]; // made, let out, the most that waited
        GraphBuilder g = new GraphBuilder("trial");
        Port counted = g.operator(
                "count",
                TrialOp.keep(n -> {
                    counts[2] = Math.max(counts[2], counts[0] - counts[1]);
                    counts[0] += 4;
                    return isOpen(); // the first waits until all are durable, so that only the stage is slow
                }),
                null,
                "",
                g.source(IN, ""));
        g.sink(OUT, g.operator("four", TrialOp.several(4), null, "", counted), "");
        Setup setup = Engine.of(g.build()).journal(journal).heldOutputs(1 << 13).ringSlots(2 * EVENTS);
        try (Engine engine = setup.output(OUT, n -> counts[1]++).start()) {
            for (int i = 0; i < EVENTS; i++) {
                engine.publisher(IN).publish(num(i));
            }
            engine.awaitDurable(EVENTS - 1, LONG);
            sink.open.countDown();
            assertEquals(0, engine.drain(LONG));
        }
        assertEquals(4 * EVENTS, counts[1]);
        assertTrue(counts[2] <= 2 * 256 * 4, "of two batches at most, and not " + counts[2]);
    }

    @Test
    void shouldLetOutAllOfTheLastEntryBeforeTheStartIsDone() {
        Topology many = Trials.one(IN, TrialOp.several(3_000));
        try (Inline inline = Engine.of(many).journal(journal).discard(OUT).inline()) {
            inline.publish(IN, num(1));
        }
        sink.open.countDown();
        try (Inline inline = Engine.of(many).journal(journal).output(OUT, sink).inline()) {
            assertEquals(1, inline.recovered().next());
            assertEquals(3_000, sink.taken);
            sink.taken = EVENTS;
        }
        assertTrue(sink.most <= MOST, "gathered " + sink.most);
    }

    private Setup holding() {
        journal.durableAtMost = -1;
        return Engine.of(pass()).journal(journal).heldOutputs(2 * EVENTS).output(OUT, sink);
    }

    /** Much may become durable at once. */
    @Test
    void shouldBeKeptWhereAnInlineHostLetsOutWhatWasHeld() {
        sink.open.countDown();
        try (Inline inline = holding().inline()) {
            for (int i = 0; i < EVENTS; i++) {
                inline.publish(IN, num(i));
            }
            journal.durableAtMost = Long.MAX_VALUE;
            inline.doWork(0);
            assertEquals(EVENTS, sink.taken);
        }
        assertTrue(sink.most <= MOST, "gathered " + sink.most);
        assertTrue(sink.most >= FlushBound.MOST, "not after each event");
    }

    @Test
    void shouldBeKeptWhereAStageThatHasFailedLetsOutTheRest() throws Exception {
        journal.durableAtMost = -1;
        sink.open.countDown();
        AtomicReference<Engine> engine = new AtomicReference<>();
        GraphBuilder g = new GraphBuilder("trial");
        Port failing = g.operator("failing", TrialOp.unguarded(n -> failAt200(n, engine)), null, "", g.source(IN, ""));
        g.sink(OUT, g.operator("many", TrialOp.several(16), null, "", failing), "");
        engine.set(Engine.of(g.build())
                .journal(journal)
                .heldOutputs(2 * EVENTS)
                .output(OUT, sink)
                .start());
        for (int i = 0; i <= 200; i++) {
            engine.get().publisher(IN).publish(num(i));
        }
        Trials.await("it has failed", () -> engine.get().loop().isEnded());
        assertThrows(EngineStoppedException.class, engine.get()::close);
        assertEquals(200 * 16, sink.taken);
        assertTrue(sink.most <= MOST, "gathered " + sink.most);
    }

    private void failAt200(Num event, AtomicReference<Engine> engine) {
        if (event.id() == 200) {
            journal.durableAtMost = Long.MAX_VALUE;
            while (engine.get().durable() < 199) {
                Thread.onSpinWait();
            }
            throw new IllegalStateException("made up");
        }
    }

    @Test
    void shouldNameOnlyWhatAReceiverHasInHandThatIsBoundInline() throws Exception {
        isInDoubtOnlyInHand(Delivery.inline());
    }

    @Test
    void shouldNameOnlyWhatAReceiverHasInHandThatHasAThread() throws Exception {
        isInDoubtOnlyInHand(Delivery.blocking());
    }

    private void isInDoubtOnlyInHand(Delivery delivery) throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        CountDownLatch inHand = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<Long> got = Collections.synchronizedList(new ArrayList<>());
        Engine engine = Engine.of(pass())
                .journal(journal)
                .output(
                        OUT,
                        n -> {
                            open.await();
                            if (n.id() == 300) {
                                inHand.countDown();
                                goOn.await();
                            }
                            got.add(n.id());
                        },
                        delivery)
                .start();
        for (int i = 0; i < 400; i++) {
            engine.publisher(IN).publish(num(i));
        }
        engine.awaitDurable(399, LONG);
        open.countDown();
        inHand.await();
        journal.crash();
        goOn.countDown();
        engine.close();
        got.clear();
        try (Engine again = Engine.of(pass())
                .journal(journal)
                .output(OUT, n -> got.add(n.id()), delivery)
                .start()) {
            assertEquals(List.of("out: 301 to 301"), again.recovered().inDoubt());
        }
        assertEquals(LongStream.range(301, 400).boxed().toList(), List.copyOf(got));
    }
}
