package io.millrace.operators;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.Input;
import io.millrace.event.LookupPort;
import io.millrace.event.Output;
import io.millrace.operator.Operator;
import io.millrace.operators.join.Interval;
import io.millrace.operators.window.Window;
import io.millrace.topology.TopologyException;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a word cannot be made of is a problem among the others, with node and line, and hides none of them. */
class ProblemsTest {
    record Note(long key, long timeNs) {}

    record Unsupported(Date when) {}

    static final Input<Note> NOTES = Input.of("notes", Note.class).eventTime(Note::timeNs, NANOSECONDS);
    static final Output<Note> OUT = Output.of("out", Note.class);

    static final class Open extends LookBack<Note> {
        Aggregates.LongValue count = last(Duration.ofNanos(1)).count();
    }

    static final class Throwing extends KeyedProcess {
        final Emit<Note> out = emits("out", Note.class);

        Throwing(On<Note> notes) throws java.io.IOException {
            throw new java.io.IOException("no file");
        }
    }

    private static TopologyException refusal(Consumer<TopologyBuilder> definition) {
        return assertThrows(TopologyException.class, () -> Millrace.topology("wrong", definition));
    }

    private static void assertProblems(Consumer<TopologyBuilder> definition, String... patterns) {
        List<String> problems = refusal(definition).problems();
        assertEquals(patterns.length, problems.size(), problems.toString());
        for (int i = 0; i < patterns.length; i++) {
            String pattern = patterns[i].replace("@", "ProblemsTest.java:\\d+");
            assertTrue(problems.get(i).matches(pattern), problems.get(i) + " is not " + pattern);
        }
    }

    /** It is made, and then found to be one that cannot be put back. */
    static final class Loose extends KeyedProcess {
        final Emit<Note> first = emits("first", Note.class);
        final Emit<Note> second = emits("second", Note.class);
        long notes;

        Loose(On<Note> notes) {
            on(notes, n -> this.notes++);
        }
    }

    @Test
    void shouldStandForTheSecondOutputOfAProcessThatCannotBeMade() {
        List<String> problems = refusal(t -> t.from(NOTES)
                        .keyBy(Note::key)
                        .process("loose", Duration.ofNanos(1), Loose::new)
                        .out(p -> p.second)
                        .to(OUT))
                .problems();
        assertEquals(1, problems.size(), problems.toString());
        assertTrue(problems.get(0).startsWith("loose ("), problems.get(0));
    }

    @Test
    void shouldSayAllAtOnceWhateverCouldNotBeMade() {
        assertProblems(
                t -> {
                    var notes = t.from(NOTES).keyBy(Note::key);
                    notes.defer("later", Duration.ofNanos(-1))
                            .flatMap(Note.class, 0, (n, out) -> out.emit(n))
                            .filter(n -> n.key() > 0)
                            .defer("again", Duration.ofNanos(1))
                            .to(OUT);
                    notes.map(Unsupported.class, n -> null).peek(u -> {});
                    notes.lookBack("open", Open::new).map(Note.class, o -> o.event());
                    notes.process("saga", Duration.ofNanos(1), Throwing::new)
                            .out(p -> p.out)
                            .defer("end", Duration.ofNanos(-2));
                    notes.process("idle", Duration.ZERO, (On<Note> on) -> new KeyedProcess() {
                        {
                            on(on, n -> {});
                        }
                    });
                    t.from(NOTES).keyByFields(fields -> {}).defer("later", Duration.ofNanos(1));
                    notes.keysAtMost(0)
                            .lookup("row", t.table("rows", NOTES, Note::key).keysAtMost(-1));
                },
                "later \\(@\\): defer by PT-0.000000001S; use zero or more",
                "@: flatMap: at most 0 outputs an event; use 1 to 1048576",
                "@: .*when.*Date.*",
                "open \\(@\\): field count of .* is not final.*",
                "saga \\(@\\): its constructor throws java.io.IOException: no file",
                "end \\(@\\): defer by PT-0.000000002S; use zero or more",
                "idle \\(@\\): process keeps an idle key for PT0S; use a positive time",
                "@: keyByFields names no field; add number\\(..\\) or text\\(..\\)",
                "node later \\(@\\): operator later \\(@\\) already has that name; .*",
                "keysAtMost\\(0\\) \\(@\\); use 1 or more",
                "table rows \\(@\\): at most -1 keys; use 1 or more");
    }

    @Test
    void shouldNameTheWordThatIsGivenNoName() {
        Duration one = Duration.ofNanos(1);
        assertProblems(
                t -> {
                    var notes = t.from(NOTES).keyBy(Note::key);
                    notes.dedupe(null, one).to(OUT);
                    notes.join(null, notes, Interval.between(one, one)).to(OUT, Joined::left);
                    notes.defer(null, one).to(OUT);
                    notes.window(null, Window.tumbling(one))
                            .aggregate(Counted::new)
                            .to(OUT, c -> new Note(1, 1));
                    notes.lookup(null, t.table("rows", notes)).to(OUT, Joined::left);
                    notes.via(null, notesOnTime());
                    notes.parallel(null, 2).to(OUT);
                },
                "dedupe \\(@\\): its name is null; give it one that is unique in the topology",
                "join \\(@\\): its name is null; .*",
                "defer \\(@\\): its name is null; .*",
                "window \\(@\\): its name is null; .*",
                "lookup \\(@\\): its name is null; .*",
                "via \\(@\\): its name is null; .*",
                "parallel \\(@\\): its name is null; .*");
    }

    private static Operator<Note, Note> notesOnTime() {
        return OnTime.create();
    }

    record Answer(long value) {}

    static final LookupPort<Note, Answer> SERVICE = LookupPort.of("service", Note.class, Answer.class);

    @Test
    void shouldSayWhichWordsWereBegunAndNotCompleted() {
        assertProblems(
                t -> {
                    var notes = t.from(NOTES);
                    notes.to(OUT);
                    notes.window("all", Window.tumbling(Duration.ofNanos(1)));
                    notes.keyBy(Note::key)
                            .window("byKey", Window.tumbling(Duration.ofNanos(1)))
                            .lateTo(OUT);
                    notes.keyBy(Note::key).group("groups").by(Note::key);
                    notes.async("asked", SERVICE, n -> n).ordered();
                    notes.keyBy(Note::key).async("askedByKey", SERVICE, n -> n);
                },
                "all \\(@\\): nothing is computed of it; say aggregate\\(..\\)",
                "byKey \\(@\\): nothing is computed of it; say aggregate\\(..\\)",
                "groups \\(@\\): nothing is computed of its groups; say by what, and aggregate\\(..\\)",
                "asked \\(@\\): nobody is asked; say decideWithin\\(..\\)",
                "askedByKey \\(@\\): nobody is asked; say decideWithin\\(..\\)");
    }

    static final class Counted extends Aggregates<Note> {
        final LongValue notes = count();
    }

    @Test
    void shouldSayOfASettingBehindWhatItWasToChangeThatItDoesNothing() {
        assertProblems(
                t -> {
                    var notes = t.from(NOTES).keyBy(Note::key);
                    var window = notes.window("w", Window.tumbling(Duration.ofNanos(1)));
                    window.aggregate(Counted::new).to(OUT, c -> null);
                    window.late(late -> late.to(OUT));
                    window.lateTo(OUT);
                    window.emptyFor(t.table("rows", NOTES, Note::key));
                    var groups = notes.group("g").by(Note::key);
                    groups.aggregate(Counted::new).to(OUT, c -> null);
                    groups.groupsAtMost(3);
                    var asked = notes.async("a", SERVICE, n -> n);
                    asked.decideWithin(Duration.ofNanos(1), new Answer(1)).to(OUT, j -> null);
                    asked.ordered().inFlightAtMost(7).unansweredTo(OUT);
                    asked.lateReplies(late -> {});
                },
                "w \\(@\\): late changes nothing behind aggregate, which has made it; say it in front of that",
                "w \\(@\\): lateTo changes nothing behind aggregate, .*",
                "w \\(@\\): emptyFor changes nothing behind aggregate, .*",
                "g \\(@\\): groupsAtMost changes nothing behind aggregate, .*",
                "a \\(@\\): ordered changes nothing behind decideWithin, .*",
                "a \\(@\\): inFlightAtMost changes nothing behind decideWithin, .*",
                "a \\(@\\): unansweredTo changes nothing behind decideWithin, .*",
                "a \\(@\\): lateReplies changes nothing behind decideWithin, .*");
    }

    @Test
    void shouldKeepTheCauseOfWhatItSays() {
        TopologyException refusal = refusal(t -> t.from(NOTES)
                .keyBy(Note::key)
                .process("saga", Duration.ofNanos(1), Throwing::new)
                .out(p -> p.out)
                .to(OUT));
        assertEquals("no file", refusal.getSuppressed()[0].getCause().getMessage());
    }

    @Test
    void shouldSayWhatWasFoundBeforeADefinitionBreaksOff() {
        assertProblems(
                t -> {
                    t.from(NOTES).flatMap(Note.class, -1, (n, out) -> {}).to(OUT);
                    Features.of(Note.class, columns -> {});
                },
                "@: flatMap: at most -1 outputs an event; use 1 to 1048576",
                "@: features of Note name no column; add one");
    }

    @Test
    void shouldNotBlameAWithForABranchThatCouldNotBeMade() {
        record Both(Note a, Note b) {}
        assertProblems(
                t -> {
                    var notes = t.from(NOTES).keyBy(Note::key);
                    notes.with(notes.flatMap(Note.class, 0, (n, out) -> {}), Both::new)
                            .map(Note.class, Both::a)
                            .to(OUT);
                },
                "@: flatMap: at most 0 outputs an event; use 1 to 1048576");
    }

    @Test
    void shouldRefuseNamesThatNoListingCanShow() {
        assertProblems(
                t -> {
                    var notes = t.from(NOTES).keyBy(Note::key);
                    notes.defer("", Duration.ofNanos(1));
                    notes.defer("back\\slash", Duration.ofNanos(1));
                    notes.defer("line\nbreak", Duration.ofNanos(1)).onThread("a b");
                    t.setting("two words", Input.of("rules", Note.class), new Note(1, 1));
                },
                "node \\(@\\): '' is not a valid name; use 1 to 64 letters, .*",
                "node \\(@\\): 'back\\\\slash' is not a valid name; .*",
                "node \\(@\\): 'line\\\\u000abreak' is not a valid name; .*",
                "thread \\(.* \\(@\\)\\): 'a b' is not a valid name; .*",
                "setting \\(@\\): 'two words' is not a valid name; .*");
        assertEquals(
                List.of("topology: '' is not a valid name; use 1 to 64 letters, digits, '-', '_' or "
                        + "'.', beginning with a letter or"
                        + " digit"),
                assertThrows(
                                TopologyException.class,
                                () -> Millrace.topology("", t -> t.from(NOTES).to(OUT)))
                        .problems());
    }
}
