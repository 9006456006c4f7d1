package io.millrace.operators;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.EventPattern;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.join.AsOf;
import io.millrace.operators.join.Interval;
import io.millrace.operators.join.JoinKind;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Each word that keeps state by key works with the least it says it needs, and is refused with less before it starts. */
class LeastStateTest {
    record Note(long key, long timeNs) {}

    static final Input<Note> NOTES = Input.of("notes", Note.class).eventTime(Note::timeNs, NANOSECONDS);
    static final Output<Note> OUT = Output.of("out", Note.class);

    static final class History extends LookBack<Note> {
        final Aggregates.LongValue count = last(Duration.ofNanos(1000)).count();
    }

    static final class Timed extends KeyedProcess {
        final Kept<Note> last = keeps("last", EventType.of(Note.class));
        final Timer due = timer("due", this::due);
        final Emit<Note> out = emits("out", Note.class);

        Timed(On<Note> notes) {
            on(notes, n -> {
                last.set(n);
                due.at(n.timeNs() + 5);
            });
        }

        private void due() {
            out.emit(last.get());
        }
    }

    private static Topology topology(UnaryOperator<KeyedStream<Note>> word) {
        return Millrace.topology(
                "least", t -> word.apply(t.from(NOTES).keyBy(Note::key)).to(OUT));
    }

    private static void assertLeast(Topology topology, String node) {
        long least = topology.node(node).operator().leastStateBytes();
        PlanOptions enough = PlanOptions.tested().withStateBytes(least);
        TestDriver driver = TestDriver.of(topology, enough).send(NOTES, new Note(1, 1));
        driver.endAll();
        assertEquals("[]", driver.deadLetters().toString(), node);
        assertEquals(List.of(new Note(1, 1)), driver.take(OUT), node);
        TopologyException thrown =
                assertThrows(TopologyException.class, () -> TestDriver.of(topology, enough.withStateBytes(least - 1)));
        assertTrue(thrown.problems().get(0).startsWith(node + " (LeastStateTest.java:"), thrown.getMessage());
        assertTrue(thrown.problems().get(0).contains("raise the budget to " + least + " bytes"), thrown.getMessage());
    }

    @Test
    void shouldWorkWithTheLeastAndBeRefusedWithLess() {
        assertLeast(topology(s -> s.defer("later", Duration.ofNanos(10))), "later");
        assertLeast(
                topology(s ->
                        s.process("timed", Duration.ofNanos(100), Timed::new).out(p -> p.out)),
                "timed");
        assertLeast(topology(s -> s.lookBack("past", History::new).map(Note.class, History::event)), "past");
    }

    @Test
    void shouldWorkWithTheLeastForFewerEvents() {
        Duration ten = Duration.ofNanos(10);
        assertLeast(topology(s -> s.dedupe("once", ten)), "once");
        assertLeast(topology(s -> s.throttle("calm", 3, ten)), "calm");
        assertLeast(topology(s -> s.throttle("calm", 1_000, ten)), "calm");
        assertLeast(topology(s -> s.conflate("latest", ten)), "latest");
    }

    static final class Alone extends EventPattern<Note> {
        final Step<Note> note = begin(n -> true);

        Alone() {
            notFollowedBy(n -> true);
        }
    }

    @Test
    void shouldWorkWithTheLeastForAPattern() {
        assertLeast(
                topology(s ->
                        s.pattern("alone", Duration.ofNanos(10), Alone::new).map(Note.class, m -> m.note.event())),
                "alone");
    }

    private static KeyedStream<Note> left(KeyedStream<Joined<Note, Note>> pairs) {
        return pairs.map(Note.class, Joined::left);
    }

    @Test
    void shouldWorkWithTheLeastForJoins() {
        Duration ten = Duration.ofNanos(10);
        assertLeast(topology(s -> left(s.asOf("as-of", s, AsOf.backward()))), "as-of");
        assertLeast(topology(s -> left(s.asOf("as-of", s, AsOf.nearest().tolerance(ten)))), "as-of");
        assertLeast(topology(s -> left(s.asOf("as-of", s, AsOf.backward().onArrival()))), "as-of");
        assertLeast(topology(s -> left(s.join("near", s, Interval.between(ten.negated(), ten)))), "near");
        assertLeast(
                topology(s -> left(s.join("near", s, Interval.between(ten, ten).left()))), "near");
        assertLeast(
                topology(s -> left(
                        s.join("near", s, Interval.between(ten, ten).full()).filter(Joined::hasLeft))),
                "near");
        assertLeast(topology(s -> left(s.tableJoin("rows", s, JoinKind.INNER))), "rows");
        assertLeast(topology(s -> s.changelog("rows")), "rows");
        assertLeast(topology(s -> left(s.foreignKeyJoin("named", Note::key, s, JoinKind.INNER))), "named");
    }

    static final class Newest extends Aggregates<Note> {
        final LongValue key = longKey();
        final LongValue last = last(Note::timeNs);
    }

    @Test
    void shouldWorkWithTheLeastForGroups() {
        assertLeast(
                topology(s -> s.group("groups")
                        .by(Note::key)
                        .aggregate(Newest::new)
                        .map(Note.class, n -> new Note(n.key.get(), n.last.get()))),
                "groups");
        assertLeast(
                topology(s -> s.group("groups")
                        .by(Note::key)
                        .forgetAfter(Duration.ofNanos(10))
                        .aggregate(Newest::new)
                        .map(Note.class, n -> new Note(n.key.get(), n.last.get()))),
                "groups");
    }

    @Test
    void shouldWorkWithTheLeastForATable() {
        Topology topology = Millrace.topology(
                "table",
                t -> t.from(NOTES)
                        .keyBy(Note::key)
                        .lookup("row", t.table("rows", NOTES, Note::key))
                        .map(Note.class, Joined::left)
                        .to(OUT));
        assertLeast(topology, "row");
    }

    @Test
    void shouldListAllThatAreTooSmallAtOnce() {
        Topology topology = topology(s -> {
            KeyedStream<Note> at = s;
            for (int i = 0; i < 40; i++) {
                at = at.defer("later" + i, Duration.ofNanos(1));
            }
            return at;
        });
        TopologyException thrown = assertThrows(
                TopologyException.class,
                () -> TestDriver.of(topology, PlanOptions.tested().withStateBytes(1 << 20)));
        assertEquals(40, thrown.problems().size());
    }
}
