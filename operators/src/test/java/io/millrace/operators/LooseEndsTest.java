package io.millrace.operators;

import static java.time.Duration.ofNanos;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.Input;
import io.millrace.event.LookupPort;
import io.millrace.event.Output;
import io.millrace.operators.window.Window;
import io.millrace.topology.TopologyException;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A stream that leads nowhere does nothing and says nothing: a problem, unless its word does something by itself. */
class LooseEndsTest {
    record Note(long key, long timeNs) {}

    record Pair(Note a, Note b) {}

    static final Input<Note> NOTES = Input.of("notes", Note.class).eventTime(Note::timeNs, NANOSECONDS);
    static final Input<Note> OTHERS = Input.of("others", Note.class).eventTime(Note::timeNs, NANOSECONDS);
    static final Output<Note> OUT = Output.of("out", Note.class);
    static final LookupPort<Note, Note> SERVICE = LookupPort.of("service", Note.class, Note.class);

    static final class Counted extends Aggregates<Note> {
        final LongValue notes = count();
    }

    static final class Keeping extends KeyedProcess {
        final Emit<Note> out = emits("out", Note.class);

        Keeping(On<Note> notes) {
            on(notes, n -> {});
        }
    }

    private static void assertLoose(Consumer<TopologyBuilder> definition, String... words) {
        List<String> problems = assertThrows(
                        TopologyException.class,
                        () -> Millrace.topology("loose", t -> {
                            t.from(NOTES).to(OUT);
                            definition.accept(t);
                        }))
                .problems();
        assertEquals(words.length, problems.size(), problems.toString());
        for (int i = 0; i < words.length; i++) {
            String pattern = ".* \\(LooseEndsTest.java:\\d+\\): " + words[i]
                    + " leads nowhere, so its results are lost; lead it to an output with "
                    + "to\\(output\\), give it to another word, or leave it out";
            assertTrue(problems.get(i).matches(pattern), problems.get(i) + " is not " + pattern);
        }
    }

    @Test
    void shouldNameTheTableThatNobodyAsks() {
        List<String> problems = assertThrows(
                        TopologyException.class,
                        () -> Millrace.topology("loose", t -> {
                            t.from(NOTES).to(OUT);
                            t.table("rows", OTHERS, Note::key);
                        }))
                .problems();
        assertEquals(1, problems.size(), problems.toString());
        String pattern = ".* \\(LooseEndsTest.java:\\d+\\): table 'rows' is used by no word; give "
                + "it to lookup\\(..\\)"
                + " or to a join, or leave it out";
        assertTrue(problems.get(0).matches(pattern), problems.get(0));
    }

    @Test
    void shouldNameABoundThatBoundsNothing() {
        List<String> problems = assertThrows(
                        TopologyException.class,
                        () -> Millrace.topology("loose", t -> {
                            t.from(NOTES)
                                    .keyBy(Note::key)
                                    .dedupe("once", ofNanos(9))
                                    .keysAtMost(5)
                                    .filter(n -> true)
                                    .to(OUT);
                            t.from(NOTES)
                                    .keyBy(Note::key)
                                    .keysAtMost(6)
                                    .keyBy(Note::key)
                                    .dedupe("again", ofNanos(9))
                                    .to(OUT);
                            t.from(NOTES)
                                    .keyBy(Note::key)
                                    .keysAtMost(7)
                                    .map(Note.class, n -> n)
                                    .dedupe("well", ofNanos(9))
                                    .to(OUT);
                        }))
                .problems();
        assertEquals(2, problems.size(), problems.toString());
        String pattern = "%s \\(LooseEndsTest.java:\\d+\\): keysAtMost\\(%d\\) \\(LooseEndsTest.java:\\d+\\) "
                + "has no effect, because no word behind it keeps state by this key; put it in front of "
                + "the words that do, or leave it out";
        assertTrue(problems.get(0).matches(pattern.formatted("once", 5)), problems.get(0));
        assertTrue(problems.get(1).matches(pattern.formatted("keyBy@.*", 6)), problems.get(1));
    }

    private static void assertBuilds(Consumer<TopologyBuilder> definition) {
        Millrace.topology("ended", t -> {
            t.from(NOTES).to(OUT);
            definition.accept(t);
        });
    }

    @Test
    void shouldNameTheWordAndTheLineOfEachStreamThatLeadsNowhere() {
        assertLoose(t -> t.from(NOTES).filter(n -> n.key() > 3), "filter");
        assertLoose(t -> t.from(NOTES).filter(n -> n.key() > 3).map(Note.class, n -> n), "map");
        assertLoose(t -> t.from(NOTES).keyBy(Note::key), "keyBy");
        assertLoose(t -> t.from(NOTES).window("w", Window.tumbling(ofNanos(10))).aggregate(Counted::new), "window");
        assertLoose(TopologyBuilder::deadLetters, "deadLetters");
        assertLoose(t -> t.from(NOTES).keyBy(Note::key).parallel("keys", 2), "parallel");
        assertLoose(
                t -> {
                    var notes = t.from(NOTES);
                    notes.merge(t.from(OTHERS));
                    notes.with(notes.map(Note.class, n -> n), Pair::new);
                },
                "merge",
                "with");
    }

    @Test
    void shouldNameBothSidesOfABranchThatNobodyTakes() {
        assertLoose(t -> t.from(NOTES).branch(n -> n.key() > 3, many -> {}), "filter");
        assertLoose(t -> t.from(NOTES).branch(n -> n.key() > 3, many -> many.map(Note.class, n -> n)), "map");
    }

    @Test
    void shouldSayOfAStreamWhoseNextWordIsAProblemNothingElse() {
        TopologyException refused = assertThrows(
                TopologyException.class,
                () -> Millrace.topology("loose", t -> {
                    t.from(NOTES).filter(n -> true).window("w", Window.tumbling(ofNanos(10)));
                    t.from(NOTES).to(OUT);
                    t.from(NOTES).filter(n -> true).to(Output.of("out", Note.class));
                    t.from(OTHERS).map(n -> "text").flatMap(Note.class, 0, (n, out) -> {});
                }));
        assertTrue(refused.problems().stream().noneMatch(p -> p.contains("leads nowhere")), refused.getMessage());
    }

    @Test
    void shouldLetWordsEndThatDoSomethingByThemselves() {
        assertBuilds(t -> t.from(NOTES).peek(n -> {}));
        assertBuilds(t -> t.from(NOTES).keyBy(Note::key).peek(n -> {}));
        assertBuilds(t -> t.from(NOTES).keyBy(Note::key).process("kept", ofNanos(10), Keeping::new));
        assertBuilds(t -> t.from(NOTES).async("asked", SERVICE, n -> n).decideWithin(ofNanos(10), new Note(1, 1)));
        assertBuilds(t -> t.from(NOTES).via("own", Filter.<Note>of(n -> true)));
        assertBuilds(t -> t.budget(t.from(NOTES).filter(n -> n.key() > 3), ofNanos(10)));
    }

    @Test
    void shouldLetOutputsOfAWordBeUnusedWhereAnotherIsNot() {
        assertBuilds(t -> t.from(NOTES)
                .window("w", Window.tumbling(ofNanos(10)))
                .lateTo(OUT)
                .aggregate(Counted::new));
        assertBuilds(t ->
                t.from(NOTES).keyBy(Note::key).throttle("slow", 2, ofNanos(10)).stoppedTo(OUT));
        assertBuilds(t -> t.from(NOTES).branch(n -> n.key() > 3, many -> many.to(OUT)));
    }

    @Test
    void shouldLetAnInputLeadNowhereThatAJournalStillHas() {
        assertBuilds(t -> t.from(OTHERS));
        assertBuilds(t -> t.setting("limits", OTHERS, new Note(1, 1)));
    }
}
