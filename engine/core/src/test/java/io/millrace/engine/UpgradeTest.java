package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.journal.JournalException;
import io.millrace.state.Migration;
import io.millrace.state.StateException;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.transport.EventSink;
import io.millrace.transport.Resumption;
import io.millrace.trial.Agenda;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A changed topology takes over the snapshot of a journal, works out what stands behind it, and the journal is its own from there on. */
@Timeout(240)
class UpgradeTest {
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Input<Num> IN = Num.input("in").historic();
    private static final Output<Num> SECOND = Num.output("second");

    private final MemoryJournal journal = new MemoryJournal();
    private final List<Long> got = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> second = Collections.synchronizedList(new ArrayList<>());

    /** What it is: operators by name, then where they send. */
    static Topology topology(long times, String name, String more) {
        GraphBuilder g = new GraphBuilder("trial");
        Port in = g.source(IN, "");
        if (!more.isEmpty()) { // in front: its output takes the first place
            g.sink(SECOND, g.operator(more, Agenda.buckets(64, 10), null, "", in), "");
        }
        TrialOp map = TrialOp.map(n -> new Num(n.id() * times, n.timeNs()));
        Port mapped = g.operator("times", map, null, "", in);
        g.sink(OUT, g.operator(name, Agenda.buckets(64, 10), null, "", mapped), "");
        return g.build();
    }

    private Setup setup(Topology topology, Migration how) {
        Setup setup = Engine.of(topology)
                .journal(
                        journal,
                        how == null ? Journaling.plain() : Journaling.plain().migrate(how))
                .output(OUT, n -> journal.outside(() -> got.add(n.id())));
        return topology.outputs().contains(SECOND)
                ? setup.output(SECOND, n -> journal.outside(() -> second.add(n.id())))
                : setup;
    }

    static void publish(Engine engine, long from, long to) {
        for (long i = from; i < to; i++) {
            engine.publisher(IN).publish(new Num(i, i));
        }
    }

    static List<Long> ids(long from, long to, long times) {
        return LongStream.range(from, to).map(i -> i * times).boxed().toList();
    }

    /** Events of 0 to 100, of which a snapshot has the first 55; the outputs of 0 to 90 were let out. */
    private void before() throws Exception {
        Engine engine = setup(topology(1, "buckets", ""), null).start();
        publish(engine, 0, 55);
        engine.drain(LONG);
        assertEquals(55, engine.makeSnapshot());
        publish(engine, 55, 101);
        engine.drain(LONG);
        journal.crash();
        engine.close();
        assertEquals(ids(0, 100, 1), List.copyOf(got));
    }

    @Test
    void shouldGoOnBehindWhatWasLetOutAndWorkOutTheRestAnew() throws Exception {
        before();
        Migration how = Migration.none().rename("buckets", "slots").startEmpty("more");
        for (int life = 0; life < 3; life++) { // the migration is carried out anew until there is a snapshot
            try (Engine engine = setup(topology(3, "slots", "more"), how).start()) {
                assertEquals(55, engine.recovered().first());
                assertEquals(101 + life * 10, engine.recovered().next());
                assertEquals(
                        life == 0, engine.recovered().report().contains("migrated from another topology at entry 55"));
                publish(engine, 101 + life * 10, 111 + life * 10);
                engine.drain(LONG);
            }
        }
        List<Long> expected = new ArrayList<>(ids(0, 100, 1));
        expected.addAll(ids(100, 130, 3));
        assertEquals(
                expected,
                List.copyOf(got),
                "none twice, none left out; what comes out behind the cut is the changed one's");
        assertEquals(ids(55, 130, 1), List.copyOf(second), "a new operator has seen what stands behind the snapshot");
        try (Engine engine = setup(topology(3, "slots", "more"), how).start()) {
            assertEquals(131, engine.makeSnapshot());
        }
        journal.given = 131;
        try (Engine engine = setup(topology(3, "slots", "more"), null).start()) {
            publish(engine, 131, 141);
            engine.drain(LONG);
            assertEquals(140, engine.stats().output("out").events());
        }
        assertEquals(140, got.size());
        assertEquals(85, second.size());
    }

    @Test
    void shouldRefuseToGoBelowTheCutAndTheTopologyBefore() throws Exception {
        before();
        Migration how = Migration.none().rename("buckets", "slots");
        setup(topology(3, "slots", ""), how).start().close();
        String old = assertThrows(
                        JournalException.class,
                        () -> setup(topology(1, "buckets", ""), null).start())
                .getMessage();
        assertTrue(old.contains("node buckets is new") && old.contains("node slots was"), old);
        String without = assertThrows(
                        StateException.class,
                        () -> setup(topology(3, "slots", ""), null).start())
                .getMessage();
        assertTrue(without.contains("'buckets' is in the snapshot, but is now gone or renamed"), without);
        assertTrue(without.contains("declare a migration (Journaling.migrate)"), without);
        byte[] kept = journal.snapshot;
        journal.snapshotNext = -1;
        String below = assertThrows(
                        JournalException.class,
                        () -> setup(topology(3, "slots", ""), how).start())
                .getMessage();
        assertTrue(
                below.contains("entries below 55 were processed by an earlier topology, so this one must "
                        + "start from a snapshot"),
                below);
        journal.snapshot = kept;
        journal.snapshotNext = 55;
        Engine back = setup(topology(1, "buckets", ""), Migration.none()).start(); // goes back
        publish(back, 101, 111);
        back.drain(LONG);
        back.close();
        assertEquals(ids(0, 110, 1), List.copyOf(got));
    }

    @Test
    void shouldSayWhatElseHasChangedAndThatASnapshotIsNeeded() throws Exception {
        try (Engine engine = Engine.of(topology(1, "buckets", ""))
                .journal(journal, Journaling.plain().fact("rules", "a"))
                .discard(OUT)
                .start()) {
            publish(engine, 0, 20);
        }
        String facts = assertThrows(
                        JournalException.class,
                        () -> Engine.of(topology(1, "buckets", ""))
                                .journal(
                                        journal,
                                        Journaling.plain().fact("rules", "b").migrate(Migration.none()))
                                .discard(OUT)
                                .start())
                .getMessage();
        assertTrue(
                facts.contains("rules was a and is now b: if that is intended, add fact(\"rules\") to the migration"),
                facts);
        String none = assertThrows(
                        JournalException.class,
                        () -> Engine.of(topology(1, "buckets", ""))
                                .journal(
                                        journal,
                                        Journaling.plain()
                                                .fact("rules", "b")
                                                .migrate(Migration.none().fact("rules")))
                                .discard(OUT)
                                .start())
                .getMessage();
        assertTrue(none.contains("there is no snapshot to migrate; start the topology that wrote the journal"), none);
    }

    @Test
    void shouldKeepWhatReceiversHoldOfEachOutputThroughChangesOfTheirOrder() throws Exception {
        Random random = new Random(3);
        List<String> names = List.of("a", "b");
        long sent = 0;
        for (int life = 0; life < 14; life++) {
            boolean both = random.nextBoolean();
            Migration how = Migration.none();
            how = both ? how.startEmpty("more") : how.drop("more").drop("second");
            Engine engine = setup(topology(1, "buckets", both ? "more" : ""), life == 0 ? null : how)
                    .start();
            publish(engine, sent, sent + 25);
            sent += 25;
            engine.drain(LONG);
            engine.makeSnapshot();
            journal.given = journal.snapshotNext;
            journal.crash();
            engine.close();
        }
        assertEquals(ids(0, (sent - 1) / 10 * 10, 1), List.copyOf(got), names.toString());
        assertEquals(second.stream().distinct().toList(), List.copyOf(second), "none twice");
    }

    /** The same, with its output under another name, and one more. */
    private static Topology under(Output<Num> name, boolean more) {
        GraphBuilder g = new GraphBuilder("trial");
        Port in = g.source(IN, "");
        if (more) { // in front: its output takes the first place
            g.sink(SECOND, g.operator("more", Agenda.buckets(64, 10), null, "", in), "");
        }
        Port mapped = g.operator("times", TrialOp.map(n -> n), null, "", in);
        g.sink(name, g.operator("buckets", Agenda.buckets(64, 10), null, "", mapped), "");
        return g.build();
    }

    private Setup named(Output<Num> name, boolean more, Migration how) {
        Setup setup = Engine.of(under(name, more))
                .journal(
                        journal,
                        how == null ? Journaling.plain() : Journaling.plain().migrate(how))
                .output(name, n -> journal.outside(() -> got.add(n.id())));
        return more ? setup.output(SECOND, n -> journal.outside(() -> second.add(n.id()))) : setup;
    }

    /** Renamed, named back, named otherwise over the same snapshot, and the process ended at any point of noting that. */
    @Test
    void shouldKnowAReceiverOfARenamedOutputWhoeverTakesOverAndWhereverThatEnds() throws Exception {
        before();
        Output<Num> renamed = Num.output("renamed");
        Output<Num> third = Num.output("third");
        Migration there = Migration.none().rename("out", "renamed").startEmpty("more");
        List<Supplier<Setup>> lives = List.of(
                () -> named(renamed, true, there),
                () -> named(OUT, false, Migration.none()),
                () -> named(third, false, Migration.none().rename("out", "third")),
                () -> named(renamed, true, there));
        long sent = 101;
        for (Supplier<Setup> life : lives) {
            journal.endsBeforeMigrating = true;
            assertThrows(JournalException.class, () -> life.get().start());
            journal.endsBeforeMigrating = false;
            if (sent == 101) {
                try (Engine engine = named(OUT, false, null).start()) { // nothing has become of it
                    assertEquals("", engine.recovered().report());
                }
            }
            try (Engine engine = life.get().start()) {
                publish(engine, sent, sent += 10);
                engine.drain(LONG);
            }
            assertEquals(ids(0, sent / 10 * 10, 1), List.copyOf(got));
            try (Engine engine = life.get().start()) { // and without a takeover
                assertEquals(sent, engine.recovered().next());
            }
        }
        try (Engine engine = named(renamed, true, there).start()) {
            engine.makeSnapshot();
        }
        try (Engine engine =
                named(third, true, Migration.none().rename("renamed", "third")).start()) { // over a snapshot of its own
            publish(engine, sent, sent += 10);
            engine.drain(LONG);
        }
        assertEquals(ids(0, sent / 10 * 10, 1), List.copyOf(got));
        assertEquals(second.stream().distinct().toList(), List.copyOf(second), "none twice");
    }

    /** A flipped bit would have a receiver called again for all that it holds. */
    @Test
    void shouldSeeADamagedNoteOfWhereMarksStand() throws Exception {
        before();
        Topology topology = topology(1, "slots", "");
        setup(topology, Migration.none().rename("buckets", "slots")).start().close();
        byte[] note = journal.notes.get("outputs");
        for (int bit = 0; bit < 8 * note.length; bit++) {
            byte[] flipped = note.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            journal.notes.put("outputs", flipped);
            String why = assertThrows(
                            JournalException.class, () -> OutputSlots.of(journal.openToRead(), topology), "bit " + bit)
                    .getMessage();
            assertTrue(why.startsWith("the journal's note about its outputs cannot be read: "), why);
        }
        journal.notes.put("outputs", note);
        assertEquals(
                List.of("out"), OutputSlots.of(journal.openToRead(), topology).names());
    }

    @Test
    void shouldCallNothingDifferentWhereATakeoverEndedInTheTail() throws Exception {
        try (Engine engine = setup(topology(1, "buckets", ""), null).start()) {
            publish(engine, 0, 55);
            engine.drain(LONG);
            engine.makeSnapshot();
            publish(engine, 55, 101);
        }
        boolean[] fails = {true};
        GraphBuilder g = new GraphBuilder("trial");
        TrialOp map = TrialOp.unguarded(n -> {
            if (fails[0] && n.id() == 80) {
                throw new IllegalStateException("the end");
            }
        });
        Port negative = g.operator(
                "times",
                TrialOp.map(n -> new Num(-n.id(), n.timeNs())),
                null,
                "",
                g.operator("map", map, null, "", g.source(IN, "")));
        g.sink(OUT, g.operator("buckets", Agenda.buckets(64, 10), null, "", negative), "");
        Topology now = g.build();
        assertThrows(JournalException.class, () -> setup(now, Migration.none()).start());
        fails[0] = false;
        try (Engine engine = setup(now, Migration.none()).start()) {
            assertEquals("", engine.recovered().report());
        }
    }

    @Test
    void shouldReplayAndPreflightWhatHasTakenOverAndHasNoSnapshotOfItsOwnYet() throws Exception {
        before();
        Migration how = Migration.none().rename("buckets", "slots");
        setup(topology(1, "slots", ""), how).start().close();
        List<Long> replayed = new ArrayList<>();
        Replay.Report report = Replay.of(
                        Engine.of(topology(1, "slots", ""))
                                .journal(journal, Journaling.plain().migrate(how))
                                .output(OUT, n -> replayed.add(n.id())),
                        journal)
                .run();
        assertTrue(report.isEqual(), report.toString());
        assertEquals(got.subList(got.size() - replayed.size(), got.size()), replayed);
        assertFalse(replayed.isEmpty());
        GraphBuilder g = new GraphBuilder("trial");
        g.sink(OUT, g.operator(null, Agenda.buckets(64, 10), null, "Here.java:7", g.source(IN, "")), "");
        for (Migration declared : new Migration[] {how, null}) {
            Preflight.Report unnamed =
                    Preflight.of(setup(g.build(), declared), journal).run();
            List<String> why = unnamed.refusals().stream()
                    .filter(r -> r.contains("every node that keeps state needs a fixed name"))
                    .toList();
            assertEquals(1, why.size(), unnamed.toString());
            assertFalse(why.get(0).contains("Journaling.migrate"), "its cure is a name: " + why);
            assertFalse(unnamed.changes(), "nobody has compared");
        }
    }

    /** As a start does, which works out all entries, and refuses any other topology. */
    @Test
    void shouldSayWithoutASnapshotWhatAStartDoes() throws Exception {
        try (Engine engine = setup(topology(1, "buckets", ""), null).start()) {
            publish(engine, 0, 20);
            engine.drain(LONG);
        }
        for (Migration how : Arrays.asList(null, Migration.none())) {
            Preflight.Report same = Preflight.of(setup(topology(1, "buckets", ""), how), journal)
                    .run();
            assertTrue(same.canRestore(), same.refusals().toString());
            assertEquals(-1, same.snapshot());
            assertEquals(20, same.behind());
            String other = Preflight.of(setup(topology(1, "slots", ""), how), journal)
                    .run()
                    .refusals()
                    .toString();
            assertTrue(other.contains("node slots is new") && other.contains("make a snapshot"), other);
            assertThrows(
                    JournalException.class,
                    () -> setup(topology(1, "slots", ""), how).start());
        }
        String budget = Preflight.of(setup(topology(1, "buckets", ""), null).stateBudget(1 << 22), journal)
                .run()
                .refusals()
                .toString();
        assertTrue(budget.contains("state budget was"), budget);
        setup(topology(1, "buckets", ""), null).start().close();
    }

    @Test
    void shouldCountLettersOfNodesWithoutANameThoughAMigrationIsDeclared() throws Exception {
        GraphBuilder g = new GraphBuilder("trial");
        TrialOp picky = TrialOp.of(
                "picky",
                context -> flow ->
                        flow.<Num>value().id() % 5 != 0 || context.failures().refuse(flow, Reason.OUT_OF_RANGE, null));
        g.sink(OUT, g.operator(null, picky, null, "Here.java:7", g.source(IN, "")), "");
        Topology topology = g.build();
        try (Engine engine = setup(topology, null).start()) {
            publish(engine, 0, 20);
            engine.drain(LONG);
            engine.makeSnapshot();
        }
        try (Engine engine = setup(topology, Migration.none()).start()) {
            assertEquals(
                    "{picky@Here.java:7 out-of-range=4}",
                    engine.deadLetters().counts().toString());
        }
    }

    /** Half of what there was comes out of the changed one. */
    private static Topology fewer() {
        GraphBuilder g = new GraphBuilder("trial");
        Port mapped = g.operator("times", TrialOp.keep(n -> n.id() % 2 == 0), null, "", g.source(IN, ""));
        g.sink(OUT, g.operator("buckets", Agenda.buckets(64, 10), null, "", mapped), "");
        return g.build();
    }

    @Test
    void shouldHandOverWhatComesNextWhereLessComesOutThanWasLetOut() throws Exception {
        before();
        List<Long> expected = new ArrayList<>(got);
        for (int life = 0; life < 3; life++) {
            int forced = journal.marksForced();
            try (Engine engine = setup(fewer(), Migration.none()).start()) {
                assertEquals(life == 0, journal.marksForced() > forced, "else power brings back the former ones");
                assertEquals(life == 0, engine.recovered().report().contains("the later ones are emitted anew"));
                publish(engine, 101 + 10 * life, 111 + 10 * life);
                engine.drain(LONG);
            }
            for (long id = 100 + 10 * life; id < 110 + 10 * life; id += 2) {
                expected.add(id);
            }
            assertEquals(expected, List.copyOf(got), "life " + life);
        }
    }

    @Test
    void shouldRefuseAReceiverThatCountsMoreThanTheChangedOnePutsOut() throws Exception {
        before();
        EventSink<Num> counts = new EventSink<>() {
            @Override
            public void on(Num event, Meta meta) {
                got.add(event.id());
            }

            @Override
            public Resumption resume(String output) {
                return Resumption.after(got.size());
            }

            @Override
            public void close() {
                // holds nothing
            }
        };
        String why = assertThrows(
                        JournalException.class,
                        () -> Engine.of(fewer())
                                .journal(journal, Journaling.plain().migrate(Migration.none()))
                                .output(OUT, counts)
                                .start())
                .getMessage();
        assertTrue(why.contains("output out: its receiver holds 100 events, but the journal yields only"), why);
        assertTrue(why.contains("the changed topology emits fewer of them after the snapshot"), why);
        try (Engine back = Engine.of(topology(1, "buckets", ""))
                .journal(journal, Journaling.plain().migrate(Migration.none()))
                .output(OUT, counts)
                .start()) {
            publish(back, 101, 111);
            back.drain(LONG);
        }
        assertEquals(ids(0, 110, 1), List.copyOf(got));
    }

    /** An input whose events have got a field, and the view of an output under another name. */
    @Test
    void shouldReadNoEventOfTheTailThatIsLaidOutOtherwiseAndTakeOverAViewOfARenamedOutput() throws Exception {
        record Wide(long id, long timeNs, long more) {}
        View<Num> view = View.of(OUT, Num::id);
        try (Engine engine = Engine.of(topology(1, "buckets", ""))
                .journal(journal)
                .output(OUT, view)
                .start()) {
            publish(engine, 0, 55);
            engine.drain(LONG);
            engine.makeSnapshot();
            publish(engine, 55, 56);
        }
        Input<Wide> wide = Input.of("in", Wide.class)
                .eventTime(Wide::timeNs, TimeUnit.NANOSECONDS)
                .historic();
        Output<Num> renamed = Num.output("renamed");
        GraphBuilder g = new GraphBuilder("trial");
        TrialOp narrow = TrialOp.of("map", context -> flow -> {
            Wide w = flow.value();
            flow.value(new Num(w.id(), w.timeNs()));
            return true;
        });
        Port mapped = g.operator("times", narrow, null, "", g.source(wide, ""));
        g.sink(renamed, g.operator("buckets", Agenda.buckets(64, 10), null, "", mapped), "");
        Topology now = g.build();
        Migration how = Migration.none().rename("out", "renamed");
        View<Num> taken = View.of(renamed, Num::id);
        Setup setup =
                Engine.of(now).journal(journal, Journaling.plain().migrate(how)).output(renamed, taken);
        String why = assertThrows(JournalException.class, setup::start).getMessage();
        assertTrue(why.contains("entry 55 after the snapshot is an event of input in in its old layout"), why);
        assertTrue(Preflight.of(setup(now, how, renamed), journal)
                .run()
                .refusals()
                .toString()
                .contains(why));
        try (Engine old = Engine.of(topology(1, "buckets", ""))
                .journal(journal)
                .output(OUT, View.of(OUT, Num::id))
                .start()) {
            assertEquals(56, old.makeSnapshot()); // the tail is empty now
        }
        Preflight.Report yes = Preflight.of(setup(now, how, renamed), journal).run();
        assertTrue(yes.canRestore(), yes.refusals().toString());
        assertTrue(
                yes.lines()
                        .toString()
                        .contains("from 'in' has changed: the layout of its output 0 has changed: field more"
                                + " (long) was added"),
                yes.lines().toString());
        try (Engine engine = Engine.of(now)
                .journal(journal, Journaling.plain().migrate(how))
                .output(renamed, taken)
                .start()) {
            assertEquals(50, taken.all().rows().size());
            engine.publisher(wide).publish(new Wide(60, 60, 1));
            engine.drain(LONG);
            assertEquals(56, taken.all().rows().size());
            assertEquals(57, engine.makeSnapshot());
        }
        journal.given = 57;
        View<Num> again = View.of(renamed, Num::id);
        Engine.of(now).journal(journal).output(renamed, again).start().close();
        assertEquals(taken.all(), again.all());
    }

    private Setup setup(Topology topology, Migration how, Output<Num> output) {
        return Engine.of(topology)
                .journal(journal, Journaling.plain().migrate(how))
                .discard(output);
    }

    // ---- before it starts

    @Test
    void shouldForetellWhatBecomesOfEachNode() throws Exception {
        before();
        Preflight.Report no =
                Preflight.of(setup(topology(3, "slots", "more"), null), journal).run();
        assertFalse(no.canRestore());
        assertEquals(55, no.snapshot());
        assertEquals(46, no.behind());
        assertTrue(
                no.refusals().toString().contains("add rename(\"buckets\", ..) or drop(\"buckets\")"),
                no.refusals().toString());
        Migration how = Migration.none().rename("buckets", "slots").startEmpty("more");
        Preflight.Report yes =
                Preflight.of(setup(topology(3, "slots", "more"), how), journal).run();
        assertTrue(yes.canRestore(), yes.refusals().toString());
        assertEquals(
                "[Line[fate=same, what=from 'in'], Line[fate=same, what=map 'times'], Line[fate=renamed,"
                        + " what=buckets 'slots' was 'buckets'], Line[fate=same, what=to 'out'], Line[fate=new,"
                        + " what=buckets 'more' starts empty], Line[fate=new, what=to 'second' is new]]",
                yes.lines().toString());
        setup(topology(1, "buckets", ""), null).start().close(); // nothing was changed
    }
}
