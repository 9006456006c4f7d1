package io.millrace.engine;

import static io.millrace.engine.ClosingClock.Wait.ENTRIES;
import static io.millrace.engine.ClosingClock.Wait.SINKS;
import static io.millrace.engine.ClosingClock.Wait.STAGES;
import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.EventType;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.journal.Durability;
import io.millrace.journal.JournalException;
import io.millrace.metric.LatencyReport;
import io.millrace.operator.Flow;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import io.millrace.transport.EventSink;
import io.millrace.transport.Resumption;
import io.millrace.trial.Agenda;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A host with a journal where something goes wrong at the same time: a close, a slow sink, a start that fails. */
@Timeout(240)
class ReviewedJournalTest {
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Duration SHORT = Duration.ofMillis(150);

    /** Without ticks, so that a place is a number of events. */
    private static final Input<Num> IN = Num.input("in").historic();

    private final MemoryJournal journal = new MemoryJournal();
    private final List<Long> got = Collections.synchronizedList(new ArrayList<>());

    private static Topology pass() {
        return Trials.one(IN, TrialOp.pass(1));
    }

    private static List<Long> ids(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    private static void publish(Engine engine, long from, long to) {
        for (long i = from; i < to; i++) {
            engine.publisher(IN).publish(num(i));
        }
    }

    private Engine again() {
        return Engine.of(pass())
                .journal(journal)
                .output(OUT, n -> got.add(n.id()))
                .start();
    }

    // ---- closing

    @Test
    void shouldGiveUpASlowSinkAtTheDeadlineAndGiveItTheRestAtTheNextStart() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Engine engine = Engine.of(pass())
                .journal(journal)
                .output(OUT, n -> never.await(), Delivery.blocking().slots(2))
                .stopDeadline(SHORT)
                .closesBy(ClosingClock.withJournal().usesUp(ENTRIES, STAGES, SINKS))
                .start();
        publish(engine, 0, 10);
        engine.awaitDurable(9, LONG);
        EngineStoppedException e = assertThrows(EngineStoppedException.class, engine::close);
        assertTrue(e.getMessage().contains("output out"), e.getMessage());
        await(
                "the stage waits no longer",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(t -> t.getName().equals("millrace-trial")));
        try (Engine next = again()) {
            assertEquals(List.of("out: 1 to 1"), next.recovered().inDoubt());
        }
        assertEquals(ids(1, 10), List.copyOf(got));
    }

    @Test
    void shouldLeaveNoGapInWhatASinkGetsWhenItFindsRoomAgainBehindTheDeadline() {
        CountDownLatch goOn = new CountDownLatch(1);
        List<Long> slow = Collections.synchronizedList(new ArrayList<>());
        Engine engine = Engine.of(pass())
                .journal(journal)
                .output(OUT, n -> {
                    if (n.id() == 5) {
                        goOn.countDown();
                        await("it has room", () -> slow.size() == 2);
                    }
                })
                .output(
                        OUT,
                        n -> {
                            goOn.await();
                            slow.add(n.id());
                        },
                        Delivery.blocking().slots(2))
                .stopDeadline(SHORT)
                .closesBy(ClosingClock.withJournal().usesUp(ENTRIES, STAGES))
                .start();
        publish(engine, 0, 10);
        engine.awaitDurable(9, LONG);
        assertThrows(EngineStoppedException.class, engine::close);
        try (Engine next = Engine.of(pass())
                .journal(journal)
                .output(OUT, n -> got.add(n.id()))
                .output(OUT, n -> slow.add(n.id()), Delivery.blocking().slots(2))
                .start()) {
            assertEquals(List.of(), next.recovered().inDoubt());
        }
        assertEquals(ids(0, 10), List.copyOf(slow));
    }

    /** How long ago somebody wanted it, before the process ended, is no latency. */
    @Test
    void shouldMeasureNoLatencyOfWhatTheJournalBringsBack() {
        Header header = new Header();
        for (long counted : new long[] {3, 2}) {
            GraphBuilder g = new GraphBuilder("pass");
            Port passed = g.operator("pass", TrialOp.pass(1), null, "", g.source(IN, ""));
            g.budget(passed, 1); // which nothing keeps
            g.sink(OUT, passed, "");
            Setup setup = Engine.of(g.build()).journal(journal).blame(1);
            setup.output(OUT, n -> got.add(n.id())).output(OUT, n -> {}, Delivery.blocking());
            try (Engine engine = setup.start()) {
                long first = engine.recovered().next();
                for (long i = 0; i < counted; i++) {
                    engine.publisher(IN).publish(num(i), header.intendedNs(HostClock.nanoTime() - 1_000));
                }
                engine.drain(LONG);
                assertEquals(counted, engine.stats().output("out").latencyNs().getTotalCount());
                LatencyReport blame = engine.stats().latency();
                assertEquals(counted, blame.samples());
                for (LatencyReport.Hop hop : blame.hops()) { // the stage, and the sink
                    assertEquals(counted, hop.sinceNs().getTotalCount(), hop.stage());
                }
                assertEquals(counted, blame.nodes().get(0).sinceNs().getTotalCount());
                assertEquals(2 * counted, blame.breaches());
                assertTrue(blame.last().stream().allMatch(b -> b.sequence() >= first), blame.last()::toString);
            }
        }
    }

    @Test
    void shouldLeaveNoGapInWhatIsHeldWhenItFindsRoomAgain() {
        long[] durable = {-1};
        AtomicBoolean goesOn = new AtomicBoolean();
        DeadLetters letters = new DeadLetters(pass(), 1, 0, 64);
        OutputPort port = new OutputPort(
                OUT, 2, 0, letters.port(), flow -> got.add(flow.<Num>value().id()));
        HeldOutputs held = new HeldOutputs(List.of(port), List.of(), 64, 0, 0, () -> durable[0], goesOn::get);
        Flow flow = new Flow();
        int slots = 4096;
        for (long q = 0; q < slots + 3; q++) {
            if (q == slots + 1) {
                durable[0] = 1; // too late for the one before
            }
            flow.begin(q, 0, null, 0);
            flow.value(num(q));
            port.accept(flow);
        }
        durable[0] = slots + 9;
        assertEquals(3, held.finish(() -> {}));
        assertEquals(ids(0, slots), got, "what comes behind what was given up has another number at the next start");
    }

    /** Ticks may wait in front of the log, and what one made fire must not wait with them. */
    @Test
    void shouldTellTheJournalThatAnOutputWaitsForIt() {
        long[] durable = {-1};
        int[] told = {0};
        DeadLetters letters = new DeadLetters(pass(), 1, 0, 64);
        OutputPort port = new OutputPort(OUT, 2, 0, letters.port(), flow -> {});
        HeldOutputs held = new HeldOutputs(List.of(port), List.of(), 64, 0, 0, () -> durable[0], () -> durable[0] < 0);
        held.whenWaiting(() -> {
            told[0]++;
            durable[0] = 0;
        });
        held.rests();
        assertEquals(0, told[0], "nothing is held");
        Flow flow = new Flow();
        flow.begin(0, 0, null, 0);
        flow.value(num(0));
        port.accept(flow);
        assertEquals(0, told[0], "the stage goes on");
        held.rests();
        assertEquals(1, told[0]);
        held.rests();
        assertEquals(2, told[0], "as long as it is held");
        durable[0] = -1;
        assertEquals(0, held.finish(() -> {}), "at the end it is told too, else it would wait for ever");
        assertEquals(3, told[0]);
    }

    @Test
    void shouldSayWhatAJournalWithoutRoomHasNotTakenWhenItCloses() {
        journal.full = true;
        Engine engine = Engine.of(pass())
                .journal(journal)
                .output(OUT, n -> got.add(n.id()))
                .stopDeadline(SHORT)
                .closesBy(ClosingClock.withJournal().usesUp(ENTRIES, STAGES))
                .start();
        publish(engine, 0, 3);
        EngineStoppedException e = assertThrows(EngineStoppedException.class, engine::close);
        assertTrue(e.getMessage().contains("the last 3 entries did not become durable"), e.getMessage());
        assertEquals(1, journal.closed);
    }

    @Test
    void shouldSayThatTheJournalDidNotCloseAndCloseAllElse() {
        CountDownLatch closed = new CountDownLatch(1);
        Engine engine = Engine.of(pass())
                .journal(journal)
                .output(OUT, new Sink(n -> {}, Resumption.marked(), closed))
                .start();
        journal.closeFailure = new JournalException("closing took too long");
        EngineStoppedException e = assertThrows(EngineStoppedException.class, engine::close);
        assertTrue(e.getMessage().contains("closing took too long"), e.getMessage());
        engine.close();
        assertEquals(0, closed.getCount());
    }

    @Test
    void shouldKeepNoSnapshotOfWhatAReceiverHasNotTakenWhenTheEngineCloses() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        Engine engine = Engine.of(pass())
                .journal(journal)
                .output(
                        OUT,
                        n -> {
                            if (n.id() == 3) {
                                goOn.await();
                            }
                        },
                        Delivery.blocking())
                .start();
        publish(engine, 0, 10);
        engine.awaitDurable(9, LONG);
        Throwable[] why = new Throwable[1];
        Thread maker = new Thread(() -> {
            try {
                engine.makeSnapshot();
            } catch (Throwable t) {
                why[0] = t;
            }
        });
        maker.start();
        await("it waits", () -> maker.getState() == Thread.State.TIMED_WAITING);
        Thread closer = new Thread(engine::close);
        closer.start();
        maker.join();
        assertEquals(-1, journal.snapshotNext, "a receiver was not ready");
        assertTrue(why[0] instanceof JournalException, "" + why[0]);
        goOn.countDown();
        closer.join();
    }

    // ---- an inline host

    @Test
    void shouldHaltAnInlineHostWhenTheJournalFailsWhileOutputsFindNoRoom() {
        journal.durableAtMost = -1;
        TrialOp many = TrialOp.of("many", context -> {
            var rest = context.rest(0);
            return flow -> {
                Num n = flow.value();
                if (n.id() == 1) {
                    journal.failure = new JournalException("cannot force /data");
                }
                for (int i = 0; i < 4000; i++) {
                    flow.value(n);
                    rest.on(flow);
                }
                return false;
            };
        });
        many.maxOutputs = 4000;
        Inline inline = Engine.of(Trials.one(IN, many))
                .journal(journal)
                .output(OUT, n -> got.add(n.id()))
                .inline();
        inline.publish(IN, num(0));
        EngineStoppedException e = assertThrows(EngineStoppedException.class, () -> inline.publish(IN, num(1)));
        assertTrue(e.getMessage().contains("cannot force /data"), e.getMessage());
        assertThrows(EngineStoppedException.class, () -> inline.publish(IN, num(2)));
        assertEquals(Health.State.HALTED, inline.health().state());
        inline.close();
        assertEquals(List.of(), got);
    }

    @Test
    void shouldCloseAnInlineHostWhoseJournalTakesNothing() throws Exception {
        Inline inline = Engine.of(pass())
                .journal(journal)
                .output(OUT, n -> got.add(n.id()))
                .stopDeadline(SHORT)
                .inline();
        inline.publish(IN, num(0));
        Thread other = new Thread(() -> inline.inbox(IN).put(num(1)));
        other.start();
        other.join();
        journal.refusal = "the disk is nearly full";
        journal.full = true;
        EngineStoppedException e = assertThrows(EngineStoppedException.class, inline::close);
        assertTrue(e.getMessage().contains("the disk is nearly full"), e.getMessage());
        assertEquals(1, journal.closed);
    }

    // ---- starting

    @Test
    void shouldCloseTheJournalWhenAnEngineCannotBeMade() {
        Waiting bad = looks -> {
            throw new IllegalArgumentException("no such waiting");
        };
        Setup setup = Engine.of(pass()).journal(journal).output(OUT, n -> {}).waiting(bad);
        assertThrows(IllegalArgumentException.class, setup::start);
        assertEquals(1, journal.closed);
    }

    @Test
    void shouldTellWhyItCannotStartAlsoWhenTheJournalDoesNotClose() {
        journal.closeFailure = new JournalException("closing took too long");
        RuntimeException why = new IllegalStateException("no receiver");
        for (boolean live : new boolean[] {true, false}) {
            EventSink<Num> bad = new EventSink<>() {
                @Override
                public void on(Num event, Meta meta) {}

                @Override
                public Resumption resume(String output) {
                    throw why;
                }

                @Override
                public void close() {}
            };
            Setup setup = Engine.of(pass()).journal(journal).output(OUT, bad);
            RuntimeException e = assertThrows(
                    RuntimeException.class, () -> start(setup, live).close());
            assertSame(why, e);
            MemoryJournal other = new MemoryJournal();
            other.closeFailure = journal.closeFailure;
            Setup two = Engine.of(pass())
                    .journal(other)
                    .input(IN, new Trials.Counting(0, 1, true))
                    .input(IN, new Trials.Counting(0, 1, true))
                    .output(OUT, n -> {});
            e = assertThrows(IllegalStateException.class, () -> start(two, live).close());
            assertTrue(e.getMessage().contains("has 2 sources"), e.getMessage());
            assertEquals(1, other.closed);
        }
    }

    private static AutoCloseable start(Setup setup, boolean live) {
        return live ? setup.start() : setup.inline();
    }

    @Test
    void shouldFlushAtTheStartWhatTheJournalBringsBack() throws Exception {
        try (Engine engine =
                Engine.of(pass()).journal(journal).output(OUT, n -> {}).start()) {
            publish(engine, 0, 3);
        }
        List<Long> gathered = new ArrayList<>();
        Sink sink = new Sink(n -> gathered.add(n.id()), Resumption.anew(), new CountDownLatch(1));
        try (Engine engine =
                Engine.of(pass()).journal(journal).output(OUT, sink).start()) {
            assertEquals(0, engine.drain(LONG));
            assertEquals(3, sink.flushedTo, "drained, so flushed");
        }
    }

    @Test
    void shouldRefuseAReceiverThatHoldsMoreThanTheJournalMakes() {
        again().close();
        Sink other = new Sink(n -> {}, Resumption.after(7), new CountDownLatch(1));
        JournalException e = assertThrows(
                JournalException.class,
                () -> Engine.of(pass()).journal(journal).output(OUT, other).start());
        assertTrue(e.getMessage().contains("output out: its receiver holds 7 events"), e.getMessage());
        assertTrue(e.getMessage().contains("lost power") && e.getMessage().contains("to its first "), e.getMessage());
        assertEquals(0, other.closed.getCount());
        assertEquals(2, journal.closed);
    }

    @Test
    void shouldLetOutWhatComesBehindALogThatHasLostItsEnd() {
        try (Engine engine = again()) {
            publish(engine, 0, 10);
        }
        journal.lose(4);
        try (Engine engine = again()) {
            assertTrue(
                    engine.recovered().report().contains("holds 10 events"),
                    engine.recovered().report());
            publish(engine, 20, 23);
        }
        List<Long> all = new ArrayList<>(ids(0, 10));
        all.addAll(ids(20, 23));
        assertEquals(all, List.copyOf(got));
        again().close();
        assertEquals(all, List.copyOf(got));
    }

    @Test
    void shouldReplayFromTheSnapshotWhereOlderEntriesAreGone() {
        Topology buckets = Trials.one(IN, Agenda.buckets(64, 10));
        try (Engine engine =
                Engine.of(buckets).journal(journal).output(OUT, n -> {}).start()) {
            for (long i = 0; i < 105; i++) {
                engine.publisher(IN).publish(new Num(i, i));
            }
            engine.awaitDurable(104, LONG);
            engine.makeSnapshot();
            for (long i = 105; i < 131; i++) {
                engine.publisher(IN).publish(new Num(i, i));
            }
        }
        journal.given = 50;
        Replay.Report report = Replay.of(Engine.of(buckets).output(OUT, n -> got.add(n.id())), journal)
                .run();
        assertTrue(report.isEqual(), report.toString());
        assertEquals(26, report.evaluated());
        assertEquals(ids(100, 130), got);
        Replay other =
                Replay.of(Engine.of(buckets).output(OUT, n -> {}), journal).otherTopology();
        assertThrows(JournalException.class, other::run);
    }

    // ---- what is told

    @Test
    void shouldNotCallDurableWhatHasNoPlace() {
        try (Engine engine = again()) {
            publish(engine, 0, 1);
            assertEquals(Durability.PROCESS, engine.awaitDurable(0, LONG));
            assertEquals(Durability.MEMORY, engine.awaitDurable(Publisher.DROPPED, LONG));
            assertEquals(Durability.MEMORY, engine.awaitDurable(Publisher.WAITING, LONG));
        }
    }

    @Test
    void shouldHaltWhereASinkThatCountsWhatItHoldsDoesNotTakeOne() throws Exception {
        for (Delivery how : List.of(Delivery.inline(), Delivery.blocking())) {
            MemoryJournal kept = new MemoryJournal();
            List<Long> has = Collections.synchronizedList(new ArrayList<>());
            for (int life = 0; life < 2; life++) {
                boolean fails = life == 0;
                Sink counting = new Sink(
                        n -> {
                            if (fails && n.id() == 4) {
                                throw new IllegalStateException("the disk is full");
                            }
                            has.add(n.id());
                        },
                        Resumption.after(has.size()),
                        new CountDownLatch(1));
                Engine engine = Engine.of(pass())
                        .journal(kept)
                        .output(OUT, counting, how)
                        .start();
                if (fails) {
                    kept.durableAtMost = -1; // it fails when all have been published
                    publish(engine, 0, 10);
                    kept.durableAtMost = Long.MAX_VALUE;
                    await("halted", () -> engine.health().state() == Health.State.HALTED);
                    assertTrue(
                            engine.health().why().contains("the disk is full"),
                            engine.health().why());
                    assertThrows(EngineStoppedException.class, engine::close);
                } else {
                    engine.drain(LONG);
                    engine.close();
                }
            }
            assertEquals(ids(0, has.size()), List.copyOf(has), "each once: " + how);
            assertTrue(has.size() > 4, "goes on with what it had not taken");
        }
    }

    @Test
    void shouldRefuseASinkThatCountsWhatItHoldsWhereEventsAreDropped() {
        for (Delivery how : List.of(Delivery.blocking().dropNewest(), Delivery.untethered())) {
            Sink counting = new Sink(n -> {}, Resumption.after(0), new CountDownLatch(1));
            IllegalArgumentException e = assertThrows(
                    IllegalArgumentException.class,
                    () -> Engine.of(pass())
                            .journal(journal)
                            .output(OUT, counting, how)
                            .start());
            assertTrue(e.getMessage().contains("output out"), e.getMessage());
        }
        assertEquals(2, journal.closed);
    }

    @FunctionalInterface
    private interface Takes {
        void take(Num n) throws Exception;
    }

    /** Gathers until it is flushed. */
    private static final class Sink implements EventSink<Num> {
        private final Takes takes;
        private final Resumption how;
        private final CountDownLatch closed;
        private int taken;
        volatile int flushedTo;

        Sink(Takes takes, Resumption how, CountDownLatch closed) {
            this.takes = takes;
            this.how = how;
            this.closed = closed;
        }

        @Override
        public void on(Num event, Meta meta) throws Exception {
            takes.take(event);
            taken++;
        }

        @Override
        public void flush() {
            flushedTo = taken;
        }

        @Override
        public Resumption resume(String output) {
            return how;
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    record Named(@Length(4) String text) {}

    /** Nobody can hold it, so no receiver counts it; neither may the snapshot, or a start would wait for a receiver that has it. */
    @Test
    void shouldNotCountAnOutputThatDoesNotFitItsLayout() throws Exception {
        Output<Named> named = Output.of("named", Named.class);
        TrialOp naming = TrialOp.of("naming", context -> flow -> {
            Num n = flow.value();
            flow.value(new Named(n.id() == 3 ? "too long" : "" + n.id()));
            return true;
        });
        naming.type = EventType.of(Named.class);
        GraphBuilder g = new GraphBuilder("named");
        g.sink(named, g.operator("naming", naming, null, "", g.source(IN, "")), "");
        Topology topology = g.build();
        List<String> texts = Collections.synchronizedList(new ArrayList<>());
        for (int life = 0; life < 2; life++) {
            try (Engine engine = Engine.of(topology)
                    .journal(journal)
                    .output(named, n -> texts.add(n.text()))
                    .start()) {
                assertEquals(life * 5L, engine.recovered().first());
                publish(engine, life * 5L, life * 5L + 5);
                engine.drain(LONG);
                assertEquals(4 + 5L * life, engine.stats().output("named").events());
                assertEquals(1, engine.deadLetters().total());
                engine.makeSnapshot();
            }
            journal.given = journal.snapshotNext; // what is before it is gone
        }
        assertEquals(List.of("0", "1", "2", "4", "5", "6", "7", "8", "9"), List.copyOf(texts));
    }
}
