package io.millrace.operators.order;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.testkit.TestDriver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Where more is due than an entry fires, what is due of a key fires with its event, at the word that holds it. So it has its place among
 * what that event causes: behind what comes by a way that is named before it.
 */
class SiblingsTest {
    record Note(long key, long ns, @Length(8) String from) {}

    private static final Input<Note> NOTES = Input.of("notes", Note.class)
            .eventTime(Note::ns, TimeUnit.NANOSECONDS)
            .historic();
    private static final Output<Note> OUT = Output.of("out", Note.class);

    /** More than a deferring word fires in the time step of an entry. */
    private static final int KEYS = 100;

    private static final int FIRINGS = 64;

    /** What comes out when all keys have something due, at the event of the last of them. */
    private static List<Note> out(boolean heldFirst) {
        TestDriver driver = TestDriver.of(Millrace.topology("siblings", t -> {
            KeyedStream<Note> notes = t.from(NOTES).keyBy(Note::key);
            var passed = notes.map(Note.class, n -> new Note(n.key(), n.ns(), "passed"));
            var held =
                    notes.defer("held", Duration.ofNanos(10)).map(Note.class, n -> new Note(n.key(), n.ns(), "held"));
            (heldFirst ? held.merge(passed) : passed.merge(held)).to(OUT);
        }));
        for (int key = 0; key < KEYS; key++) {
            driver.send(NOTES, new Note(key, 0, ""));
        }
        driver.take(OUT);
        driver.send(NOTES, new Note(KEYS - 1, 50, ""));
        return driver.take(OUT);
    }

    @Test
    void shouldFireWhatIsDueOfAKeyWithItsEventBehindAWayThatIsNamedBefore() {
        List<Note> out = out(false);
        assertEquals("held", out.get(FIRINGS - 1).from(), "the step for time is in front of all");
        Note event = out.get(FIRINGS);
        Note due = out.get(FIRINGS + 1);
        assertEquals(List.of(KEYS - 1L, "passed"), List.of(event.key(), event.from()));
        assertEquals(List.of(KEYS - 1L, "held"), List.of(due.key(), due.from()));
        assertEquals(KEYS + 1, out.size(), "nothing is lost, and nothing comes twice");
    }

    @Test
    void shouldFireItInFrontOfAWayThatIsNamedBehind() {
        List<Note> out = out(true);
        assertEquals("held", out.get(FIRINGS).from());
        assertEquals(KEYS - 1, out.get(FIRINGS).key());
        assertEquals("passed", out.get(FIRINGS + 1).from());
    }

    /** An event far behind is due at once; a merge of a stream with itself brings it twice in one step. */
    @Test
    void shouldFireTheFirstOfTwoOfAKeyBeforeTheSecondOfTheSameStep() {
        List<Long> told = new ArrayList<>();
        try (Inline inline = Engine.of(Millrace.topology("twice", t -> {
                    KeyedStream<Note> notes = t.from(NOTES).keyBy(Note::key);
                    notes.merge(notes)
                            .keyBy(Note::key)
                            .defer("held", Duration.ofNanos(10))
                            .to(OUT);
                }))
                .outputWithMeta(OUT, (Note n, Meta m) -> told.add(m.sequence()))
                .inline()) {
            inline.publish(NOTES, new Note(0, 100, ""));
            inline.publish(NOTES, new Note(1, 50, ""));
            assertEquals(List.of(1L), told, "the second waits for the next step for time");
            inline.publish(NOTES, new Note(2, 100, ""));
            assertEquals(List.of(1L, 2L), told);
        }
    }
}
