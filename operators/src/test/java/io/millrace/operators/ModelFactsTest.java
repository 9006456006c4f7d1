package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Explain;
import io.millrace.engine.Journaling;
import io.millrace.engine.Preflight;
import io.millrace.engine.Replay;
import io.millrace.engine.Setup;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.journal.JournalException;
import io.millrace.operators.score.LinearModel;
import io.millrace.operators.score.LogisticModel;
import io.millrace.operators.score.Model;
import io.millrace.state.Migration;
import io.millrace.testkit.MemoryJournal;
import io.millrace.topology.Topology;
import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a model computes is a fact of a journal; where it was read from is none. */
@Timeout(240)
class ModelFactsTest {
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Pattern BOTH =
            Pattern.compile("node risk, what its model computes was SHA-256 [0-9a-f]{12}\\.\\.\\., "
                    + "is SHA-256 [0-9a-f]{12}\\.\\.\\.(?![0-9a-f])");

    record Payment(long card, double amount) {}

    record Decision(long card, double raw) {}

    private static final Input<Payment> PAYMENTS = Input.of("payments", Payment.class);
    private static final Output<Decision> DECISIONS = Output.of("decisions", Decision.class);
    private static final Features<Payment> FEATURES = Features.of(Payment.class, f -> f.add("AMOUNT", Payment::amount));

    private final MemoryJournal journal = new MemoryJournal();

    private static Topology topology(String kind, String weight, String source) {
        Model model = model(kind, weight, source);
        return Millrace.topology(
                "t",
                t -> t.from(PAYMENTS)
                        .score("risk", model, FEATURES)
                        .to(DECISIONS, s -> new Decision(s.event().card(), s.raw())));
    }

    private static Model model(String kind, String weight, String source) {
        StringReader text =
                new StringReader("millrace " + kind + " 1\nintercept 1\nweight AMOUNT " + weight + "\nend\n");
        try {
            return kind.equals("linear") ? LinearModel.read(text, source) : LogisticModel.read(text, source);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Setup setup(Topology topology) {
        return Engine.of(topology).discard(DECISIONS);
    }

    private void run(Topology topology, Journaling how) {
        try (Engine engine = setup(topology).journal(journal, how).start()) {
            engine.publisher(PAYMENTS).publish(new Payment(1, 9));
            engine.drain(LONG);
            assertTrue(engine.makeSnapshot() > 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"linear", "logistic"})
    void shouldRefuseAnotherModelByItsDigests(String kind) {
        run(topology(kind, "2", "m.txt"), Journaling.plain());
        Topology other = topology(kind, "2.5", "m.txt");
        String said = assertThrows(JournalException.class, () -> run(other, Journaling.plain()))
                .getMessage();
        assertTrue(BOTH.matcher(said).find(), said);
        said = assertThrows(
                        JournalException.class,
                        () -> Replay.of(setup(other), journal).run())
                .getMessage();
        assertTrue(BOTH.matcher(said).find() && said.contains("Journaling.migrate") && said.contains("what-if"), said);
        said = assertThrows(
                        JournalException.class,
                        () -> Explain.of(setup(other), journal).output("decisions", 0, 0))
                .getMessage();
        assertTrue(BOTH.matcher(said).find() && said.contains("Journaling.migrate") && said.contains("what-if"), said);
        assertEquals(
                1, Replay.of(setup(other), journal).otherTopology().run().entries(), "to try it out is no restart");
    }

    @Test
    void shouldTakeOtherModelOverWhereThatIsDeclared() {
        run(topology("linear", "2", "m.txt"), Journaling.plain());
        Journaling moves = Journaling.plain().migrate(Migration.none());
        Topology other = topology("linear", "2.5", "m.txt");
        Preflight.Report report =
                Preflight.of(setup(other).journal(journal, moves), journal).run();
        assertTrue(report.canRestore(), report::toString);
        String line = report.lines().toString();
        assertTrue(line.contains("score 'risk' has changed: its setting 'model' was SHA-256 "), line);
        assertFalse(Pattern.compile("[0-9a-f]{13}").matcher(line).find(), line);
        run(other, moves);
        assertDoesNotThrow(() -> run(other, Journaling.plain()));
        assertThrows(JournalException.class, () -> run(topology("linear", "2", "m.txt"), Journaling.plain()));
    }

    @Test
    void shouldNotMindWhereAModelWasReadFrom() {
        run(topology("linear", "2", "m.txt"), Journaling.plain());
        Topology same = topology("linear", "2.0", "/models/m.txt");
        assertTrue(same.describe().contains("from /models/m.txt"), same.describe());
        assertTrue(Replay.of(setup(same), journal).run().isEqual());
        assertTrue(Preflight.of(setup(same), journal).run().lines().stream()
                .allMatch(l -> l.fate().equals("same")));
        assertDoesNotThrow(() -> run(same, Journaling.plain()));
    }
}
