package io.millrace.engine;

import static io.millrace.engine.Trials.IN;
import static io.millrace.engine.Trials.OUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import io.millrace.state.Migration;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyProvider;
import io.millrace.trial.Num;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Options of a topology that nothing but its functions uses: no node tells of them. */
@Timeout(60)
class KeptOptionsTest {
    private final MemoryJournal journal = new MemoryJournal();

    private static Topology topology(String... options) {
        GraphBuilder g = new GraphBuilder("pass");
        g.sink(OUT, g.source(IN, ""), "");
        Topology topology = g.build();
        for (int i = 0; i < options.length; i += 2) {
            topology = topology.withOption(options[i], options[i + 1]);
        }
        return topology;
    }

    private Setup setup(Journaling how, String... options) {
        return Engine.of(topology(options)).journal(journal, how).discard(OUT);
    }

    private void runs(Journaling how, String... options) throws Exception {
        try (Engine engine = setup(how, options).start()) {
            engine.publisher(IN).publish(new Num(1, 1));
            engine.drain(Duration.ofSeconds(50));
            engine.makeSnapshot();
        }
    }

    private String refused(Journaling how, String... options) {
        return assertThrows(
                        JournalException.class,
                        () -> setup(how, options).start().close())
                .getMessage();
    }

    @Test
    void shouldRefuseAStartWithOthers() throws Exception {
        runs(Journaling.plain(), "limit", "5");
        runs(Journaling.plain(), "limit", "5");
        assertTrue(refused(Journaling.plain(), "limit", "7").contains("option limit was 5, is 7"));
        assertTrue(refused(Journaling.plain()).contains("option limit was 5, is gone"));
        String more = refused(Journaling.plain(), "limit", "5", "size", "1m");
        assertTrue(more.contains("option size is new: 1m") && !more.contains("limit"), more);
    }

    @Test
    void shouldRefuseAReplayAndAnExplanationWithOthers() throws Exception {
        runs(Journaling.plain(), "limit", "5");
        assertTrue(Replay.of(Engine.of(topology("limit", "5")).discard(OUT), journal)
                .run()
                .isEqual());
        for (Topology other : new Topology[] {topology("limit", "7"), topology()}) {
            String of = "option limit was 5, is " + other.options().getOrDefault("limit", "gone");
            Setup setup = Engine.of(other).discard(OUT);
            String replay = assertThrows(
                            JournalException.class,
                            () -> Replay.of(setup, journal).run())
                    .getMessage();
            assertTrue(replay.contains(of), replay);
            Setup again = Engine.of(other).discard(OUT);
            String explained = assertThrows(
                            JournalException.class,
                            () -> Explain.of(again, journal).output(OUT.name(), 0, 0))
                    .getMessage();
            assertTrue(explained.contains(of), explained);
            Preflight.Report report =
                    Preflight.of(Engine.of(other).discard(OUT), journal).run();
            assertFalse(report.canRestore());
            assertTrue(
                    report.refusals().toString().contains(of), report.refusals().toString());
        }
        Setup changed = Engine.of(topology("limit", "7")).discard(OUT);
        assertEquals(0, Replay.of(changed, journal).otherTopology().run().compared());
    }

    @Test
    void shouldTakeOverFromOthersWhereThatIsSaid() throws Exception {
        runs(Journaling.plain(), "limit", "5");
        Journaling unsaid = Journaling.plain().migrate(Migration.none());
        String why = refused(unsaid, "limit", "7");
        assertTrue(
                why.contains("option limit was 5 and is now 7: if that is intended, add "
                        + "fact(\"option limit\") to the migration"),
                why);
        Setup looked =
                Engine.of(topology("limit", "7")).journal(journal, unsaid).discard(OUT);
        assertTrue(Preflight.of(looked, journal).run().refusals().toString().contains("add fact(\"option limit\")"));
        runs(Journaling.plain().migrate(Migration.none().fact("option limit")), "limit", "7");
        runs(Journaling.plain(), "limit", "7");
        try (JournalLog log = journal.openToRead()) {
            assertEquals("7", log.facts().facts().get("option limit"));
        }
    }

    @Test
    void shouldMakeTheTopologyAnewWithWhatWasKept() {
        TopologyProvider provider = new TopologyProvider() {
            @Override
            public String name() {
                return "pass";
            }

            @Override
            public Topology topology(Map<String, String> options) {
                return KeptOptionsTest.topology("got", new TreeMap<>(options).toString());
            }
        };
        Map<String, String> facts = Map.of("option limit", "5", "option size", "1m", "node in", "source", "rules", "a");
        assertEquals(
                "{limit=5, size=1m}",
                provider.recorded(facts, Map.of()).options().get("got"));
        assertEquals(
                "{limit=7, more=2, size=1m}",
                provider.recorded(facts, Map.of("limit", "7", "more", "2"))
                        .options()
                        .get("got"));
    }

    @Test
    void shouldStateEachOnce() {
        Topology one = topology("limit", "5");
        assertEquals(Map.of(), topology().options());
        assertEquals(Map.of("limit", "5"), one.options());
        assertEquals(topology().describe(), one.describe());
        String twice = assertThrows(IllegalArgumentException.class, () -> one.withOption("limit", "7"))
                .getMessage();
        assertEquals("topology pass: option 'limit' is stated twice", twice);
        assertThrows(IllegalArgumentException.class, () -> one.withOption(" ", "7"));
        assertThrows(UnsupportedOperationException.class, () -> one.options().clear());
    }

    /** Else a service would hide that an option has changed. */
    @Test
    void shouldRefuseAFactOfTheServiceThatHasANameOfTheTopologys() {
        for (String name : new String[] {"option limit", "node filter", "source of in"}) {
            String why = assertThrows(
                            IllegalArgumentException.class,
                            () -> Journaling.plain().fact(name, "x"))
                    .getMessage();
            assertTrue(why.contains("'" + name + "'") && why.contains("choose another name"), why);
        }
    }
}
