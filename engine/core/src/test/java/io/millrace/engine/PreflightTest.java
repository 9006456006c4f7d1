package io.millrace.engine;

import static io.millrace.engine.Trials.IN;
import static io.millrace.engine.Trials.OUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.journal.Journal;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import io.millrace.state.Migration;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Topology;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Looking is not starting: what was bound is still the setup's, and may start afterwards. */
@Timeout(240)
class PreflightTest {
    private final MemoryJournal journal = new MemoryJournal();

    private static Topology pass() {
        GraphBuilder g = new GraphBuilder("pass");
        g.sink(OUT, g.source(IN, ""), "");
        return g.build();
    }

    private Setup setup() {
        return Engine.of(pass()).journal(journal);
    }

    private void before(boolean withSnapshot) throws Exception {
        try (Engine engine = setup().output(OUT, View.of(OUT, Num::id)).start()) {
            engine.publisher(IN).publish(new Num(1, 1));
            engine.drain(Duration.ofSeconds(50));
            if (withSnapshot) {
                engine.makeSnapshot();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldStartAfterALook(boolean withSnapshot) throws Exception {
        before(withSnapshot);
        SinkTrial sink = SinkTrial.sink();
        View<Num> view = View.of(OUT, Num::id);
        Trials.Counting source = new Trials.Counting(2, 3, false);
        Setup setup = setup().input(IN, source).output(OUT, view).output(OUT, sink);
        for (int look = 0; look < 2; look++) {
            Preflight.Report report = Preflight.of(setup, journal).run();
            assertTrue(report.canRestore(), report.refusals().toString());
            assertEquals(withSnapshot, report.snapshot() >= 0);
        }
        assertEquals(0, source.closed + sink.closed + sink.abandoned);
        setup.start().close();
        assertEquals(1, source.closed);
        assertEquals(1, sink.closed);
        assertTrue(
                view.all().rows().stream().anyMatch(n -> n.id() == 1),
                view.all().toString());
    }

    /** There was no snapshot when it was opened; by then there is one, and the entries that would be read are given up. */
    @Test
    void shouldLookAgainWhereEntriesAreGivenUpMeanwhile() throws Exception {
        before(false);
        AtomicBoolean first = new AtomicBoolean(true);
        Journal moves = StandIn.journal(
                journal,
                log -> !first.getAndSet(false)
                        ? log
                        : StandIn.of(JournalLog.class, log, name -> {
                            if (name.equals("read")) {
                                snapshot();
                                throw new JournalException("entry 0 is gone: the journal begins with 7");
                            }
                            return name.equals("snapshot") ? -1L : null;
                        }));
        Preflight.Report report = Preflight.of(
                        Engine.of(pass()).journal(moves).output(OUT, View.of(OUT, Num::id)), moves)
                .run();
        assertTrue(report.canRestore() && report.snapshot() >= 0, report.toString());
    }

    private void snapshot() {
        try (Engine engine = setup().output(OUT, View.of(OUT, Num::id)).start()) {
            engine.makeSnapshot();
        }
    }

    /** By that an input is live or historic: the same entries would give something else. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldSeeThatASourceEndsByItselfNow(boolean withSnapshot) throws Exception {
        before(withSnapshot);
        Setup setup = setup().input(IN, new Trials.Counting(2, 3, true)).output(OUT, View.of(OUT, Num::id));
        Preflight.Report report = Preflight.of(setup, journal).run();
        String changed = "source of " + IN.name() + " was does not end by itself, is ends by itself";
        assertTrue(
                report.refusals().toString().contains(changed),
                report.refusals().toString());
        assertTrue(
                assertThrows(JournalException.class, setup::start).getMessage().contains(changed),
                "and so does the start");
    }

    @Test
    void shouldStartAfterAnExplanation() throws Exception {
        before(false);
        Setup setup = setup().output(OUT, View.of(OUT, Num::id));
        Explain explain = Explain.of(setup, journal);
        for (int look = 0; look < 2; look++) {
            String why = assertThrows(IllegalArgumentException.class, () -> explain.output("out", 99, 0))
                    .getMessage();
            assertTrue(why.startsWith("out/99.0: the journal has no such output"), why);
        }
        setup.start().close();
    }

    /** The view shows the rows of a host that runs, so nobody has been asked for anything. */
    @Test
    void shouldStartAfterAReplayThatWasRefused() throws Exception {
        View<Num> shared = View.of(OUT, Num::id);
        Setup setup = setup().output(OUT, SinkTrial.sink()).output(OUT, shared);
        try (Engine engine = setup().output(OUT, shared).start()) {
            engine.publisher(IN).publish(new Num(1, 1));
            engine.drain(Duration.ofSeconds(50));
            String why = assertThrows(
                            IllegalStateException.class,
                            () -> Replay.of(setup, journal).run())
                    .getMessage();
            assertTrue(why.contains("this view still shows the rows of engine pass"), why);
        }
        setup.start().close();
    }

    /** Nodes that have names say nothing of it: what is new stands in front of them. */
    @Test
    void shouldAnswerWhatAStartWouldWhereTheTopologyIsAnother() throws Exception {
        before(true);
        GraphBuilder g = new GraphBuilder("pass");
        g.sink(OUT, g.operator("op", TrialOp.pass(1), null, "Trial.java:7", g.source(IN, "")), "");
        Topology changed = g.build();
        Setup undeclared = Engine.of(changed).journal(journal).output(OUT, View.of(OUT, Num::id));
        Preflight.Report no = Preflight.of(undeclared, journal).run();
        assertTrue(
                no.refusals().toString().contains("the journal belongs to another topology (")
                        && no.refusals().toString().contains("Journaling.migrate"),
                no.refusals().toString());
        assertThrows(JournalException.class, undeclared::start);
        Setup declared = Engine.of(changed)
                .journal(journal, Journaling.plain().migrate(Migration.none()))
                .output(OUT, View.of(OUT, Num::id));
        Preflight.Report yes = Preflight.of(declared, journal).run();
        assertTrue(yes.canRestore() && yes.changes(), yes.toString());
        declared.start().close();
    }
}
