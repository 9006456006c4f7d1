package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Journaling;
import io.millrace.engine.Replay;
import io.millrace.engine.Setup;
import io.millrace.event.Input;
import io.millrace.event.LookupPort;
import io.millrace.event.NextProcess;
import io.millrace.event.Output;
import io.millrace.event.Sensitive;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import io.millrace.state.Migration;
import io.millrace.testkit.MemoryJournal;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rows with sensitive fields that a topology was built with: a journal goes on in the next process, and shows none. */
@Timeout(240)
class SensitiveConstantsTest {
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final long CARD = 4_111_222_333_444_555L;

    public record Pay(long card, long cents, long ms) {}

    public record Rules(@Sensitive long card, long cents) {}

    public record Ask(long card) {}

    private static final Input<Pay> PAYS = Input.of("pays", Pay.class)
            .eventTime(Pay::ms, TimeUnit.MILLISECONDS)
            .historic();
    private static final Input<Rules> RULES = Input.of("rules", Rules.class);
    private static final Input<Rules> ROWS = Input.of("rows", Rules.class);
    private static final Output<Pay> OUT = Output.of("out", Pay.class);

    /** All that take a row when they are built. */
    private static Topology topology(long card) {
        Rules given = new Rules(card, 5);
        return Millrace.topology("t", t -> {
            var setting = t.setting("rules", RULES, given);
            t.from(PAYS)
                    .filter(setting, (p, r) -> p.cents() > r.cents())
                    .map(setting, Pay.class, (p, r) -> p)
                    .keyBy(Pay::card)
                    .lookup("row", t.table("rows", ROWS, Rules::card), given)
                    .map(Pay.class, j -> j.left())
                    .async("ask", LookupPort.of("service", Ask.class, Rules.class), p -> new Ask(p.card()))
                    .decideWithin(Duration.ofMillis(5), given)
                    .map(Pay.class, j -> j.left())
                    .to(OUT);
        });
    }

    /** What is kept of them is made once each, by work: by the process that asks first. */
    private static final Topology FIRST = topology(CARD);

    private static final Topology NEXT = topology(CARD);
    private static final Topology OTHER = topology(CARD + 1);

    private final MemoryJournal journal = new MemoryJournal();

    private static Setup setup(Topology topology) {
        Setup setup = Engine.of(topology);
        topology.outputs().forEach(setup::discard);
        return setup;
    }

    private void run(Topology topology) {
        NextProcess.begin();
        try (Engine engine = setup(topology).journal(journal).start()) {
            engine.publisher(PAYS).publish(new Pay(CARD, 9, 0));
            engine.drain(LONG);
        }
    }

    private void snapshot() {
        NextProcess.begin();
        try (Engine engine = setup(FIRST).journal(journal).start()) {
            engine.publisher(PAYS).publish(new Pay(CARD, 9, 0));
            engine.drain(LONG);
            assertEquals(1, engine.makeSnapshot());
        }
    }

    @Test
    void shouldOpenAJournalInTheNextProcess() {
        run(FIRST);
        String before = NEXT.describe();
        assertDoesNotThrow(() -> run(NEXT));
        assertNotEquals(before, NEXT.describe(), "what is shown is under the key of the process");
        assertTrue(Replay.of(setup(NEXT), journal).run().isEqual());
    }

    @Test
    void shouldTakeOverASnapshotInTheNextProcess() {
        snapshot();
        assertDoesNotThrow(() -> run(NEXT));
    }

    @Test
    void shouldRefuseAnotherRowAndShowNeither() {
        run(FIRST);
        String said = assertThrows(JournalException.class, () -> run(OTHER)).getMessage();
        assertTrue(said.contains("node row, its default of sensitive fields has changed"), said);
        assertTrue(said.contains("node ask, its fallback of sensitive fields has changed"), said);
        assertTrue(said.contains("its initial of sensitive fields has changed"), said);
        JournalLog log = journal.openToRead();
        log.facts().facts().forEach((name, fact) -> {
            assertFalse(fact.contains("" + CARD), name);
            assertFalse(name.endsWith("of sensitive fields") && said.contains(fact), name + " is shown: " + fact);
        });
    }

    @Test
    void shouldRefuseASnapshotOfAnotherRowAndShowNeither() {
        snapshot();
        Journaling moves = Journaling.plain().migrate(Migration.none());
        RuntimeException e = assertThrows(
                RuntimeException.class,
                () -> setup(OTHER).journal(journal, moves).start());
        assertTrue(e.getMessage().contains("its setting 'default of sensitive fields' has changed"), e.getMessage());
        assertEquals(-1, e.getMessage().indexOf('#'), e.getMessage());
    }

    /** What a row was before one of its fields was marked. */
    static final class Before {
        record Rules(long card, long cents) {}
    }

    private static <R extends Record> Topology lookup(Input<R> rows, ToLongFunction<R> key, R given) {
        return Millrace.topology(
                "t",
                t -> t.from(PAYS)
                        .keyBy(Pay::card)
                        .lookup("row", t.table("rows", rows, key::applyAsLong), given)
                        .map(Pay.class, j -> j.left())
                        .to(OUT));
    }

    private static final Topology BEFORE =
            lookup(Input.of("rows", Before.Rules.class), Before.Rules::card, new Before.Rules(CARD, 5));
    private static final Topology MARKED = lookup(ROWS, Rules::card, new Rules(CARD, 5));

    /** The old row stands in the journal, in plain. */
    @Test
    void shouldShowNoRowOneOfWhoseFieldsHasBecomeSensitive() {
        run(BEFORE);
        String said = assertThrows(JournalException.class, () -> run(MARKED)).getMessage();
        assertFalse(said.contains("" + CARD), said);
        assertTrue(said.contains("node row has changed"), said);
        assertTrue(said.contains("node row, its default of sensitive fields is new"), said);
    }

    /** And who takes the mark off has not said that all may see what was hidden. */
    @Test
    void shouldShowNoRowOneOfWhoseFieldsWasSensitive() {
        run(MARKED);
        String said = assertThrows(JournalException.class, () -> run(BEFORE)).getMessage();
        assertFalse(said.contains("" + CARD), said);
    }

    @Test
    void shouldShowNoRowOfASnapshotOneOfWhoseFieldsHasBecomeSensitive() {
        NextProcess.begin();
        try (Engine engine = setup(BEFORE).journal(journal).start()) {
            engine.publisher(PAYS).publish(new Pay(CARD, 9, 0));
            engine.drain(LONG);
            assertEquals(1, engine.makeSnapshot());
        }
        Journaling moves = Journaling.plain().migrate(Migration.none());
        RuntimeException e = assertThrows(
                RuntimeException.class,
                () -> setup(MARKED).journal(journal, moves).start());
        assertFalse(e.getMessage().contains("" + CARD), e.getMessage());
        assertTrue(e.getMessage().contains("its setting 'default' is gone"), e.getMessage());
    }
}
