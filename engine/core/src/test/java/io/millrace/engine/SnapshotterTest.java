package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.journal.Durability;
import io.millrace.journal.JournalException;
import io.millrace.operator.Node;
import io.millrace.state.StateException;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import io.millrace.transport.EventSink;
import io.millrace.transport.Resumption;
import io.millrace.trial.Agenda;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Snapshots that are made beside a live engine, and starts from them. */
@Timeout(240)
class SnapshotterTest {
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Input<Num> IN = Num.input("in").historic();
    private static final Output<Num> SECOND = Num.output("second");

    private final MemoryJournal journal = new MemoryJournal();
    private final List<Long> got = Collections.synchronizedList(new ArrayList<>());

    private static Topology buckets() {
        return Trials.one(IN, Agenda.buckets(64, 10));
    }

    private Setup setup(Topology topology) {
        return of(topology).journal(journal).output(OUT, n -> got.add(n.id()));
    }

    /** A thread that gets no processor is no trouble here. */
    private static Setup of(Topology topology) {
        return Engine.of(topology).stalledAfter(Duration.ofHours(1));
    }

    private static void publish(Engine engine, long from, long to) {
        for (long i = from; i < to; i++) {
            engine.publisher(IN).publish(new Num(i, i));
        }
    }

    private static List<Long> ids(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    @Test
    void shouldStartFromASnapshotWithoutTheEntriesBeforeIt() throws Exception {
        try (Engine engine = setup(buckets()).start()) {
            publish(engine, 0, 105);
            engine.drain(LONG);
            assertEquals(105, engine.makeSnapshot());
            publish(engine, 105, 111);
        }
        assertEquals(ids(0, 110), List.copyOf(got));
        journal.given = 105; // older entries are gone
        try (Engine engine = setup(buckets()).start()) {
            assertEquals(105, engine.recovered().first());
            assertEquals(111, engine.recovered().next());
            assertEquals(111, engine.recovered().events(IN), "those before the snapshot too");
            publish(engine, 111, 121);
            engine.drain(LONG);
            assertEquals(120, engine.stats().output("out").events());
        }
        assertEquals(ids(0, 120), List.copyOf(got), "none lost, none repeated");
    }

    /** A sink that says what it was asked, in order; sync comes from another thread. */
    private static final class Forced implements EventSink<Num> {
        final List<String> asked = Collections.synchronizedList(new ArrayList<>());
        volatile boolean fails;

        @Override
        public void on(Num event, Meta meta) {
            // what it has is not looked at
        }

        @Override
        public void flush() {
            asked.add("flush");
        }

        @Override
        public void sync() throws IOException {
            asked.add("sync");
            if (fails) {
                throw new IOException("no disk");
            }
        }

        @Override
        public void close() {
            // it holds nothing
        }
    }

    /** At level PROCESS, too: a loss of power leaves the snapshot, which is forced, and would take what it counts. */
    @Test
    void shouldMakeWhatSinksHaveDurableBeforeItKeepsASnapshotThatIs() {
        for (Durability level : new Durability[] {Durability.PROCESS, Durability.DISK}) {
            MemoryJournal kept = new MemoryJournal();
            kept.level = level;
            Forced sink = new Forced();
            try (Engine engine =
                    Engine.of(buckets()).journal(kept).output(OUT, sink).start()) {
                publish(engine, 0, 105);
                engine.drain(LONG);
                sink.asked.clear();
                sink.fails = true;
                String why = assertThrows(JournalException.class, engine::makeSnapshot)
                        .getMessage();
                assertTrue(why.startsWith("output out: ") && why.endsWith("no disk"), why);
                assertEquals(-1, kept.openToRead().snapshot());
                sink.fails = false;
                int asked = sink.asked.size();
                String again = assertThrows(JournalException.class, engine::makeSnapshot)
                        .getMessage();
                assertTrue(again.contains("no disk), so it is not known how much of it is on the disk"), again);
                assertEquals(asked, sink.asked.size(), "a force that failed is not tried again");
                assertEquals(-1, kept.openToRead().snapshot());
                assertTrue(engine.health().toString().contains("no snapshot is made: a file could not"));
            }
            try (Engine engine =
                    Engine.of(buckets()).journal(kept).output(OUT, sink).start()) {
                sink.fails = false;
                publish(engine, 105, 110);
                engine.drain(LONG);
                sink.asked.clear();
                assertEquals(110, engine.makeSnapshot());
                assertTrue(sink.asked.contains("sync"), level.toString());
            }
        }
    }

    /** Who has mended what kept it from being made, and makes it by hand, has mended it. */
    @Test
    void shouldSayNoMoreThatNoneWasMadeWhenOneIsMadeByHand() throws Exception {
        MemoryJournal kept = new MemoryJournal();
        Forced sink = new Forced();
        Journaling often = Journaling.plain().snapshotEvery(Duration.ofDays(1), 50);
        kept.fullForSnapshots = true;
        try (Engine engine =
                of(buckets()).journal(kept, often).output(OUT, sink).start()) {
            publish(engine, 0, 60);
            Trials.await("it is told", () -> engine.health().why().contains("no snapshot was made"));
            kept.fullForSnapshots = false;
            assertTrue(engine.makeSnapshot() >= 60);
            assertEquals(
                    Health.State.UP, engine.health().state(), engine.health().why());
        }
    }

    @Test
    void shouldComeToTheSameWhereverItIsMadeAndKilled() throws Exception {
        for (int seed = 0; seed < 25; seed++) {
            Random random = new Random(seed);
            MemoryJournal kept = new MemoryJournal();
            List<Long> first = Collections.synchronizedList(new ArrayList<>());
            List<Long> second = Collections.synchronizedList(new ArrayList<>());
            int made = 0;
            long sent = 0;
            for (int life = 0; life < 4; life++) {
                Journaling how = Journaling.plain();
                Engine engine = Engine.of(two())
                        .journal(
                                kept,
                                random.nextBoolean() ? how : how.snapshotEvery(Duration.ofDays(1), Long.MAX_VALUE))
                        .output(OUT, n -> kept.outside(() -> first.add(n.id())))
                        .output(SECOND, n -> kept.outside(() -> second.add(n.id())), Delivery.blocking())
                        .edgeSlots(1)
                        .start();
                sent = engine.recovered().events(IN);
                for (int n = 1 + random.nextInt(150); n > 0; n--, sent++) {
                    engine.publisher(IN).publish(new Num(sent, sent));
                    if (random.nextInt(20) == 0) {
                        engine.makeSnapshot();
                        made++;
                    }
                }
                engine.drain(LONG);
                kept.crash();
                kept.given = Math.max(0, kept.snapshotNext);
                engine.close();
            }
            assertTrue(made > 0, "seed " + seed);
            assertEquals(ids(0, sent), first, "seed " + seed);
            assertEquals(ids(0, (sent - 1) / 10 * 10), second, "seed " + seed);
        }
    }

    private static Topology two() {
        GraphBuilder g = new GraphBuilder("two");
        Port a = g.operator("one", TrialOp.pass(1), null, "", g.source(IN, ""));
        g.sink(OUT, a, "");
        Port b = g.operator("two", Agenda.buckets(64, 10), null, "", a);
        g.thread(b, "away");
        g.sink(SECOND, b, "");
        return g.build();
    }

    @Test
    void shouldMakeThemByItself() throws Exception {
        try (Engine engine = of(buckets())
                .journal(journal, Journaling.plain().snapshotEvery(Duration.ofDays(1), 50))
                .output(OUT, n -> got.add(n.id()))
                .start()) {
            publish(engine, 0, 60);
            await("a snapshot", () -> journal.snapshotNext >= 50);
            publish(engine, 60, 200);
            await("another", () -> journal.snapshotNext >= 100);
            assertEquals(Health.State.UP, engine.health().state());
        }
    }

    @Test
    void shouldMakeThemEachSoManyBytes() throws Exception {
        int each = entryBytes();
        try (Engine engine = of(buckets())
                .journal(journal, Journaling.plain().snapshotEveryBytes(50L * each))
                .output(OUT, n -> got.add(n.id()))
                .start()) {
            publish(engine, 0, 49);
            engine.drain(LONG);
            Thread.sleep(60); // it looks each 20 ms
            assertEquals(-1, journal.snapshotNext);
            publish(engine, 49, 60);
            await("a snapshot", () -> journal.snapshotNext >= 50);
            engine.drain(LONG);
            engine.makeSnapshot();
            publish(engine, 60, 60 + 49);
            engine.drain(LONG);
            Thread.sleep(60); // as above
            assertEquals(60, journal.snapshotNext, "of those behind the last one");
            publish(engine, 109, 120);
            await("another", () -> journal.snapshotNext >= 110);
            assertEquals(Health.State.UP, engine.health().state());
        }
        journal.countsBytes = false;
        JournalException e = assertThrows(
                JournalException.class,
                () -> setup(buckets())
                        .journal(journal, Journaling.plain().snapshotEveryBytes(5000))
                        .start());
        assertTrue(
                e.getMessage().contains("snapshotEveryBytes(5000): this journal does not count its bytes"),
                e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Journaling.plain().snapshotEveryBytes(0));
    }

    /** What a start has to read again counts, else the log of an engine that never lives long would grow for ever. */
    @Test
    void shouldMakeThemOfBytesOfSeveralLives() throws Exception {
        Journaling each = Journaling.plain().snapshotEveryBytes(50L * entryBytes());
        for (int life = 0; life < 3; life++) {
            try (Engine engine = setup(buckets()).journal(journal, each).start()) {
                publish(engine, 20 * life, 20 * life + 20);
                engine.drain(LONG);
                if (life < 2) {
                    assertEquals(-1, journal.snapshotNext);
                } else {
                    await("a snapshot", () -> journal.snapshotNext >= 50);
                }
            }
        }
    }

    /** Another at once would cost the same, and give up nothing either. */
    @Test
    void shouldCallASnapshotMadeWhereWhatIsOlderCannotBeGivenUp() throws Exception {
        journal.keepsOlder = true;
        try (Engine engine = setup(buckets()).start()) {
            publish(engine, 0, 60);
            engine.drain(LONG);
            long made = engine.makeSnapshot();
            assertEquals(journal.snapshotNext, made);
            String says = engine.health().toString();
            assertTrue(says.contains("was written, but older files could not be deleted"), says);
            journal.keepsOlder = false;
            publish(engine, 60, 80);
            engine.drain(LONG);
            engine.makeSnapshot();
            assertEquals(Health.State.UP, engine.health().state());
        }
    }

    private int entryBytes() {
        MemoryJournal other = new MemoryJournal();
        int[] bytes = new int[1];
        try (Engine engine =
                Engine.of(buckets()).journal(other).output(OUT, n -> {}).start()) {
            publish(engine, 0, 1);
            engine.awaitDurable(0, LONG);
            other.openToRead().read(0, (sequence, entry, offset, length) -> {
                bytes[0] = length;
                return false;
            });
        }
        return bytes[0];
    }

    @Test
    void shouldWaitForReceiversBeforeOneIsKept() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        Engine engine = Engine.of(Trials.one(IN, TrialOp.pass(1)))
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
        Thread maker = new Thread(engine::makeSnapshot);
        maker.start();
        maker.join(300);
        assertEquals(-1, journal.snapshotNext, "a receiver has not had what came out before it");
        goOn.countDown();
        maker.join();
        assertEquals(10, journal.snapshotNext);
        engine.close();
    }

    @Test
    void shouldKeepNoneThatIsNotWhatTheEnginePutOut() throws Exception {
        AtomicLong outside = new AtomicLong();
        TrialOp impure = TrialOp.of("impure", context -> {
            Node rest = context.rest(0);
            return flow -> {
                Num n = flow.value();
                flow.value(new Num(n.id() + outside.getAndIncrement(), n.timeNs()));
                return rest.on(flow);
            };
        });
        try (Engine engine = setup(Trials.one(IN, impure)).start()) {
            publish(engine, 0, 3000);
            engine.drain(LONG);
            StateException e = assertThrows(StateException.class, engine::makeSnapshot);
            assertTrue(e.getMessage().contains("output out, entries 0 to"), e.getMessage());
        }
        assertEquals(-1, journal.snapshotNext);
    }

    @Test
    void shouldNameTheReceiverThatWantsMoreThanASnapshotHas() {
        try (Engine engine = setup(buckets()).start()) {
            publish(engine, 0, 100);
            engine.drain(LONG);
            engine.makeSnapshot();
        }
        View<Num> view = View.of(OUT, Num::id);
        Engine all = Engine.of(buckets()).journal(journal).output(OUT, view).start();
        assertEquals(0, all.recovered().first(), "all is worked out as long as it is there");
        all.close();
        journal.given = 100;
        JournalException e = assertThrows(
                JournalException.class,
                () -> Engine.of(buckets())
                        .journal(journal)
                        .output(OUT, View.of(OUT, Num::id))
                        .start());
        assertTrue(
                e.getMessage().contains("output out has a view that is not in the snapshot at entry 100"),
                e.getMessage());
    }

    /** A file, say, whose end a loss of power took. */
    @Test
    void shouldBeginWithAnOlderOneWhereAReceiverHoldsLessThanTheNewestCounts() throws Exception {
        try (Engine engine = setup(buckets()).start()) {
            for (int made = 0; made < 3; made++) {
                publish(engine, made * 50, made * 50 + 50);
                engine.drain(LONG);
                engine.makeSnapshot();
            }
            publish(engine, 150, 160);
        }
        journal.given = 50; // older entries are gone
        List<Long> has = Collections.synchronizedList(new ArrayList<>());
        try (Engine engine = holding(85, has)) {
            assertEquals(50, engine.recovered().first());
            String report = engine.recovered().report();
            assertTrue(
                    report.contains("started from the snapshot at entry 50 instead of the newest snapshot: "
                            + "output out has a receiver"
                            + " that holds only 85 of the 140 outputs emitted before the "
                            + "snapshot at entry 150"),
                    report);
            publish(engine, 160, 170);
            engine.drain(LONG);
            assertEquals(170, engine.makeSnapshot());
        }
        assertEquals(ids(85, 160), has, "none lost, none repeated");
        try (Engine engine = holding(160, has)) {
            assertEquals(170, engine.recovered().first());
            assertEquals("", engine.recovered().report());
        }
        JournalException e = assertThrows(JournalException.class, () -> holding(7, has));
        assertTrue(
                e.getMessage().contains("holds only 7 of the 160 outputs emitted before the snapshot at entry 170"),
                e.getMessage());
    }

    private Engine holding(long outputs, List<Long> has) {
        return Engine.of(buckets())
                .journal(journal)
                .output(OUT, new Says(Resumption.after(outputs), has))
                .start();
    }

    /** Says where it goes on. */
    private record Says(Resumption how, List<Long> has) implements EventSink<Num> {
        @Override
        public void on(Num event, Meta meta) {
            has.add(event.id());
        }

        @Override
        public Resumption resume(String output) {
            return how;
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    @Test
    void shouldMakeNoneWhereAReceiverWantsAllAnewSinceNoStartCouldGiveItThat() {
        Journaling often = Journaling.plain().snapshotEvery(Duration.ofDays(1), 10);
        JournalException refused = assertThrows(
                JournalException.class,
                () -> Engine.of(buckets())
                        .journal(journal, often)
                        .output(OUT, new Says(Resumption.anew(), got))
                        .start());
        assertTrue(
                refused.getMessage().contains("snapshotEvery(..) of topology trial: output out"), refused.getMessage());
        assertEquals(1, journal.closed, "it is let go of");
        try (Engine engine = Engine.of(buckets())
                .journal(journal)
                .output(OUT, new Says(Resumption.anew(), got))
                .start()) {
            publish(engine, 0, 100);
            engine.drain(LONG);
            JournalException byHand = assertThrows(JournalException.class, engine::makeSnapshot);
            assertTrue(
                    byHand.getMessage().contains("makeSnapshot() of topology trial: output out"), byHand.getMessage());
        }
        assertEquals(-1, journal.snapshotNext);
    }

    @Test
    void shouldBringBackCountsOfDeadLettersAndEndsOfInputs() throws Exception {
        TrialOp picky = TrialOp.of("picky", context -> flow -> {
            Num n = flow.value();
            return n.id() % 2 == 0 || context.failures().refuse(flow, Reason.OUT_OF_RANGE, null);
        });
        try (Engine engine = setup(Trials.one(IN, picky)).start()) {
            publish(engine, 0, 10);
            engine.publisher(IN).end();
            engine.drain(LONG);
            engine.makeSnapshot();
        }
        journal.given = 11;
        try (Engine engine = setup(Trials.one(IN, picky)).start()) {
            assertEquals(5, engine.deadLetters().total());
            assertTrue(engine.recovered().hasEnded(IN));
        }
    }

    @Test
    void shouldSayWhatCannotBeSaved() {
        TrialOp op = TrialOp.of("secret", context -> flow -> true);
        op.keepsState = true;
        try (Engine engine = setup(Trials.one(IN, op)).start()) {
            publish(engine, 0, 3);
            engine.drain(LONG);
            StateException e = assertThrows(StateException.class, engine::makeSnapshot);
            assertTrue(e.getMessage().contains("op"), e.getMessage());
        }
    }
}
