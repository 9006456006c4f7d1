package io.millrace.operators;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.EventPattern;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.Setting;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.Input;
import io.millrace.event.LongField;
import io.millrace.event.Output;
import io.millrace.operators.Fn.Condition;
import io.millrace.operators.Fn.Fn1;
import io.millrace.operators.Fn.TextField;
import io.millrace.operators.join.AsOf;
import io.millrace.operators.join.Interval;
import io.millrace.operators.join.JoinKind;
import io.millrace.operators.window.Window;
import io.millrace.topology.TopologyException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What is thrown in a definition, by whatever, hides none of the problems that were found before it. */
class ThrownProblemsTest {
    record Note(long key, long timeNs) {}

    static final Input<Note> NOTES = Input.of("notes", Note.class).eventTime(Note::timeNs, NANOSECONDS);
    static final Output<Note> OUT = Output.of("out", Note.class);
    static final Duration NS = Duration.ofNanos(1);

    static final class Boom extends Aggregates<Note> {
        final LongValue notes = count();

        Boom() {
            throw new UnsupportedOperationException("boom");
        }
    }

    static final class Sized extends LookBack<Note> {
        final Aggregates.LongValue notes = last((Duration) null).count();
    }

    static final class Unfit extends Aggregates<Note> {
        final LongValue notes = count();

        Unfit() {
            throw new AssertionError("unfit");
        }
    }

    static final class Once extends EventPattern<Note> {
        final Step<Note> one = begin(n -> true);
    }

    /** The problems of a definition in which something was wrong before. */
    private static void assertProblems(Consumer<KeyedStream<Note>> use, String... patterns) {
        List<String> problems = assertThrows(
                        TopologyException.class,
                        () -> Millrace.topology("thrown", t -> {
                            KeyedStream<Note> notes = t.from(NOTES).keyBy(Note::key);
                            notes.defer("before", NS.negated()).to(OUT);
                            use.accept(notes);
                        }))
                .problems();
        assertEquals(1 + patterns.length, problems.size(), problems.toString());
        assertTrue(problems.get(0).startsWith("before ("), problems.get(0));
        for (int i = 0; i < patterns.length; i++) {
            String pattern = patterns[i].replace("@", "ThrownProblemsTest.java:\\d+");
            assertTrue(problems.get(i + 1).matches(pattern), problems.get(i + 1) + " is not " + pattern);
        }
    }

    @Test
    void shouldTellOfWordsThatAreGivenNothingAndGoOn() {
        assertProblems(
                k -> {
                    k.filter((Condition<Note>) null).to(OUT);
                    k.keyBy((LongField<Note>) null).dedupe("d", NS).to(OUT);
                    k.keyByText((TextField<Note>) null).to(OUT);
                    k.dedupe("e", null).to(OUT);
                    k.to(OUT, (Fn1<Note, Note>) null);
                    k.lookBack("l", Sized::new).to(OUT, s -> null);
                },
                "@: filter: keep is null; give one",
                "@: keyBy: key is null; give one",
                "@: keyByText: key is null; give one",
                "e \\(@\\): dedupe: .*null.*",
                "@: to: function is null; give one",
                "l \\(@\\): lookBack: size is null; give one");
    }

    /** Each stream that is none is one problem, and none of it is the library's own stumbling over it. */
    @Test
    void shouldTellOnceOfAStreamThatIsNone() {
        KeyedStream<Note> none = null;
        assertProblems(
                k -> {
                    k.tableJoin("a", none, JoinKind.INNER);
                    k.join("b", none, Interval.between(NS, NS));
                    k.asOf("c", none, AsOf.backward());
                    k.foreignKeyJoin("d", Note::key, none, JoinKind.INNER);
                    k.foreignKeyJoinByText("e", n -> "", none, JoinKind.INNER);
                    k.foreignKeyJoinByFields("f", names -> names.number(Note::key), none, JoinKind.INNER);
                    k.merge(none).dedupe("g", NS).to(OUT);
                    k.lookBack("h", none, Sized::new);
                    k.pattern("i", NS, Once::new).late(none, s -> {}).to(OUT, m -> null);
                },
                "@: tableJoin is given no stream, but null; give it one of this definition",
                "@: join is given no stream, but null; .*",
                "@: asOf is given no stream, but null; .*",
                "@: foreignKeyJoin is given no stream, but null; .*",
                "@: foreignKeyJoinByText is given no stream, but null; .*",
                "@: foreignKeyJoinByFields is given no stream, but null; .*",
                "@: merge is given no stream, but null; .*",
                "@: lookBack is given no stream, but null; .*",
                "h \\(@\\): lookBack: size is null; give one",
                "late \\(@\\): the stream is no input of the pattern; name one of its inputs");
    }

    @Test
    void shouldNameWhatIsNullAndNeverALineOfItsOwn() {
        Setting<Note> none = null;
        assertProblems(k -> k.filter(none, (n, s) -> true), "@: filter: setting is null; give one");
        assertProblems(k -> k.map(none, Note.class, (n, s) -> n), "@: map: setting is null; give one");
        assertProblems(k -> k.branch(n -> true, null), "@: branch: branch is null; give one");
        assertProblems(k -> k.dedupe("d", NS).late(null), "@: late: side is null; give one");
        assertProblems(k -> k.foreignKeyJoinByFields("f", null, k, JoinKind.INNER), "@: .*: names is null; give one");
        assertProblems(
                k -> k.pattern("p", NS, (Supplier<Once>) null), "@: pattern: one of its arguments is null; give one");
    }

    /** A word that is begun is told of too, but where what was thrown may have kept it from being completed. */
    @Test
    void shouldTellOfWhatIsBegunBesideWhatIsThrown() {
        assertProblems(
                k -> {
                    k.window("w", Window.tumbling(NS));
                    k.window("kept", Window.tumbling(NS)).aggregate(thrown());
                },
                "w \\(@\\): nothing is computed of it; say aggregate\\(..\\)",
                "@: mine");
    }

    private static Supplier<Unfit> thrown() {
        throw new IllegalStateException("mine");
    }

    @Test
    void shouldTellOfWhatAShapeThrowsAndGoOn() {
        assertProblems(
                k -> {
                    k.window("w", Window.tumbling(NS)).aggregate(Boom::new).to(OUT, b -> null);
                    k.group("g").by(Note::key).aggregate(Boom::new).to(OUT, b -> null);
                    k.window("u", Window.tumbling(NS)).aggregate(Unfit::new).to(OUT, b -> null);
                },
                "w \\(@\\): aggregate: java.lang.UnsupportedOperationException: boom is thrown at @; mend .*",
                "g \\(@\\): aggregate: java.lang.UnsupportedOperationException: boom is thrown at @; mend .*",
                "u \\(@\\): aggregate: java.lang.AssertionError: unfit is thrown at @; mend .*");
    }

    @Test
    void shouldTellOfWhatEndsADefinition() {
        assertProblems(k -> k.to(null), "@: to: output is null; give one");
        assertProblems(k -> k.lookup("row", null), "@: lookup: table is null; give one");
        assertProblems(k -> k.window("w", null), "@: window: window is null; give one");
        assertProblems(
                k -> {
                    throw new IllegalStateException("mine");
                },
                "@: mine");
        assertProblems(
                k -> List.of().iterator().next(),
                "@: java.util.NoSuchElementException is thrown at .*; mend what throws it");
    }

    @Test
    void shouldTellOfATopologyThatIsNone() {
        TopologyException refused = assertThrows(
                TopologyException.class, () -> Millrace.topology("none", (Consumer<TopologyBuilder>) null));
        assertEquals(List.of("its definition is null; give one that begins with from(input)"), refused.problems());
        refused = assertThrows(TopologyException.class, () -> Millrace.topology("none", t -> t.from(null)));
        assertTrue(refused.problems().get(0).endsWith(": from: input is null; give one"), refused.getMessage());
    }

    @Test
    void shouldLetTroubleOfTheMachineThrough() {
        OutOfMemoryError full = new OutOfMemoryError("no room");
        assertSame(
                full,
                assertThrows(
                        OutOfMemoryError.class,
                        () -> Millrace.topology(
                                "full",
                                t -> t.from(NOTES).as(s -> {
                                    throw full;
                                }))));
    }

    @Test
    void shouldKeepWhatWasThrownAsTheCause() {
        TopologyException refused = assertThrows(
                TopologyException.class,
                () -> Millrace.topology(
                        "cause",
                        t -> t.from(NOTES)
                                .keyBy(Note::key)
                                .window("w", Window.tumbling(NS))
                                .aggregate(Boom::new)
                                .to(OUT, b -> null)));
        assertSame(
                UnsupportedOperationException.class,
                refused.getSuppressed()[0].getCause().getClass());
    }
}
