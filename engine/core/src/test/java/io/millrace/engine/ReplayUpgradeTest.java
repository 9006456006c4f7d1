package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.UpgradeTest.ids;
import static io.millrace.engine.UpgradeTest.publish;
import static io.millrace.engine.UpgradeTest.topology;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.journal.JournalException;
import io.millrace.lineage.Explanation;
import io.millrace.state.Migration;
import io.millrace.state.StateException;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A replay takes over the snapshot of another topology as a start does, and notes nothing. */
@Timeout(240)
class ReplayUpgradeTest {
    private static final Duration LONG = Duration.ofSeconds(50);

    private final MemoryJournal journal = new MemoryJournal();
    private final List<Long> got = Collections.synchronizedList(new ArrayList<>());

    private Setup setup(Topology topology, Migration how) {
        return Engine.of(topology)
                .journal(
                        journal,
                        how == null ? Journaling.plain() : Journaling.plain().migrate(how));
    }

    private Setup live(Topology topology, Migration how) {
        return setup(topology, how).output(OUT, n -> journal.outside(() -> got.add(n.id())));
    }

    /** Events of 0 to 100, of which a snapshot has the first 55. */
    private void recorded() throws Exception {
        try (Engine engine = live(topology(1, "buckets", ""), null).start()) {
            publish(engine, 0, 55);
            engine.drain(LONG);
            assertEquals(55, engine.makeSnapshot());
            publish(engine, 55, 101);
            engine.drain(LONG);
        }
    }

    private Replay replay(Topology topology, Migration how, List<Long> to) {
        return Replay.of(setup(topology, how).output(OUT, n -> to.add(n.id())), journal);
    }

    /** Before it has been started, so that the journal is still that of the one before. */
    @Test
    void shouldReplayWhatStandsBehindTheSnapshotOfTheOneBefore() throws Exception {
        recorded();
        Migration how = Migration.none().rename("buckets", "slots");
        List<Long> replayed = new ArrayList<>();
        Replay.Report report = replay(topology(1, "slots", ""), how, replayed).run();
        assertEquals(got.subList(50, 100), replayed);
        assertEquals("46 101 true", report.evaluated() + " " + report.compared() + " " + report.isEqual());
        replayed.clear();
        Replay.Report other = replay(topology(3, "slots", ""), how, replayed).run();
        assertEquals(ids(50, 100, 3).subList(5, 50), replayed.subList(5, 50));
        assertEquals("false out", other.isEqual() + " " + other.node());
        replayed.clear();
        assertEquals(
                0,
                replay(topology(1, "slots", ""), how, replayed)
                        .otherTopology()
                        .run()
                        .compared());
        assertEquals(ids(0, 100, 1), replayed, "whoever wants all of it says that it is another one");
        assertEquals(0, journal.since, "nothing is noted");
        live(topology(1, "buckets", ""), null).start().close();
    }

    /** A change is tried out on what is left of a journal, renamed operators included, and never noted. */
    @Test
    void shouldRunAChangedTopologyFromTheOldestSnapshotWhereOlderEntriesHaveBeenGivenUp() throws Exception {
        recorded();
        journal.given = 40;
        Migration how = Migration.none().rename("buckets", "slots");
        List<Long> replayed = new ArrayList<>();
        String refused = assertThrows(
                        JournalException.class,
                        () -> replay(topology(3, "slots", ""), how, replayed)
                                .otherTopology()
                                .run())
                .getMessage();
        assertTrue(refused.contains("Replay.fromOldestSnapshot"), refused);
        Replay.Report report = replay(topology(3, "slots", ""), how, replayed)
                .otherTopology()
                .fromOldestSnapshot()
                .run();
        assertEquals("55 46", report.first() + " " + report.evaluated());
        assertEquals(ids(50, 100, 3).subList(5, 50), replayed.subList(5, 50));
        String unsaid = assertThrows(
                        StateException.class,
                        () -> replay(topology(1, "slots", ""), null, replayed)
                                .otherTopology()
                                .fromOldestSnapshot()
                                .run())
                .getMessage();
        assertTrue(unsaid.contains("'buckets' is in the snapshot, but is now gone or renamed"), unsaid);
        replayed.clear();
        replay(topology(1, "buckets", ""), null, replayed)
                .otherTopology()
                .fromOldestSnapshot()
                .run();
        assertEquals(got.subList(50, 100), replayed);
        assertEquals(0, journal.since, "nothing is noted");
    }

    /** The snapshot at which it took the journal over is the other's: its own are those behind. */
    @Test
    void shouldBeginWithTheOldestSnapshotOfTheTopologyThatHasTakenTheJournalOver() throws Exception {
        recorded();
        Migration how = Migration.none().rename("buckets", "slots");
        String explained = explain(topology(1, "slots", ""), how, 60).text();
        try (Engine engine = live(topology(1, "slots", ""), how).start()) {
            assertEquals(55, journal.since);
            publish(engine, 101, 150);
            engine.drain(LONG);
            assertEquals(150, engine.makeSnapshot());
            publish(engine, 150, 201);
            engine.drain(LONG);
        }
        journal.given = 40;
        List<Long> replayed = new ArrayList<>();
        Replay.Report report = replay(topology(1, "slots", ""), null, replayed)
                .fromOldestSnapshot()
                .run();
        assertEquals(
                150,
                replay(topology(1, "slots", ""), null, new ArrayList<>())
                        .from(100)
                        .run()
                        .first(),
                "the other's is nearer, and not its own");
        assertEquals("150 51 true", report.first() + " " + report.evaluated() + " " + report.isEqual());
        assertEquals(ids(140, 200, 1), replayed);
        assertEquals(
                explained,
                explain(topology(1, "slots", ""), how, 60).text(),
                "what is between the two is worked out from the other's");
    }

    /** What the one before worked out behind its snapshot, by the one that takes that over. */
    @Test
    void shouldExplainWhatStandsBehindTheSnapshotOfTheOneBefore() throws Exception {
        recorded();
        Migration how = Migration.none().rename("buckets", "slots");
        String text = explain(topology(1, "slots", ""), how, 60).text();
        assertTrue(text.contains("slots"), text);
        String early = assertThrows(JournalException.class, () -> explain(topology(1, "slots", ""), how, 50))
                .getMessage();
        assertTrue(early.contains("entries below 55 were processed by an earlier topology"), early);
        String unsaid = assertThrows(JournalException.class, () -> explain(topology(1, "slots", ""), null, 60))
                .getMessage();
        assertTrue(unsaid.contains("Journaling.migrate"), unsaid);
        assertEquals(0, journal.since, "nothing is noted");
    }

    private Explanation explain(Topology topology, Migration how, long sequence) {
        return Explain.of(setup(topology, how).discard(OUT), journal).output(OUT.name(), sequence, 0);
    }

    @Test
    void shouldRefuseToReplayWhatAStartRefusesByTheSameWords() throws Exception {
        recorded();
        String unsaid = assertThrows(
                        StateException.class,
                        () -> replay(topology(1, "slots", ""), Migration.none(), new ArrayList<>())
                                .run())
                .getMessage();
        assertEquals(
                assertThrows(
                                StateException.class,
                                () -> live(topology(1, "slots", ""), Migration.none())
                                        .start())
                        .getMessage(),
                unsaid);
        assertTrue(unsaid.contains("'buckets' is in the snapshot, but is now gone or renamed"), unsaid);
        String none = assertThrows(
                        JournalException.class,
                        () -> replay(topology(1, "slots", ""), null, new ArrayList<>())
                                .run())
                .getMessage();
        assertTrue(none.contains("node slots is new") && none.contains("Journaling.migrate"), none);
        journal.snapshotNext = -1;
        String without = assertThrows(
                        JournalException.class,
                        () -> replay(topology(1, "slots", ""), Migration.none(), new ArrayList<>())
                                .run())
                .getMessage();
        assertTrue(without.contains("there is no snapshot to migrate"), without);
    }
}
