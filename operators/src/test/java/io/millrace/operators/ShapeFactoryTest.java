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
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.window.Window;
import io.millrace.topology.TopologyException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** One shape object for several nodes would answer for one of them what another keeps. */
class ShapeFactoryTest {
    record Note(long key, long timeNs) {}

    static final Input<Note> NOTES = Input.of("notes", Note.class).eventTime(Note::timeNs, NANOSECONDS);
    static final Output<Note> OUT = Output.of("out", Note.class);
    static final Duration NS = Duration.ofNanos(1);

    static final class Count extends Aggregates<Note> {
        final LongValue notes = count();
    }

    static final class Past extends LookBack<Note> {
        final Aggregates.LongValue notes = last(NS).count();
    }

    static final class Nested extends LookBack<Note> {
        final Count past;

        Nested(Supplier<Count> count) {
            past = last(NS, count);
        }
    }

    static final class Any extends EventPattern<Note> {
        final Step<Note> any = begin(n -> true);
    }

    static final class Idle extends KeyedProcess {
        final Emit<Note> out = emits("out", Note.class);

        Idle(On<Note> notes) {
            on(notes, n -> {});
        }
    }

    private static void assertRefused(String name, Consumer<KeyedStream<Note>> use) {
        List<String> problems = assertThrows(
                        TopologyException.class,
                        () -> Millrace.topology(
                                "shared", t -> use.accept(t.from(NOTES).keyBy(Note::key))))
                .problems();
        assertEquals(1, problems.size(), problems.toString());
        String pattern = "s \\(ShapeFactoryTest.java:\\d+\\): its factory answers the same " + name
                + " at each call, and each .*; give one that makes it, such as " + name + "::new";
        assertTrue(problems.get(0).matches(pattern), problems.get(0) + " is not " + pattern);
    }

    @Test
    void shouldRefuseOneObjectForEachCallOfAFactory() {
        Count count = new Count();
        Past past = new Past();
        Any any = new Any();
        assertRefused(
                "Count",
                k -> k.window("s", Window.tumbling(NS)).aggregate(() -> count).to(OUT, c -> null));
        assertRefused(
                "Count", k -> k.group("s").by(Note::key).aggregate(() -> count).to(OUT, c -> null));
        assertRefused("Past", k -> k.lookBack("s", () -> past).to(OUT, c -> null));
        assertRefused("Past", k -> k.lookBack("s", k, () -> past).to(OUT, c -> null));
        assertRefused(
                "Count", k -> k.lookBack("s", () -> new Nested(() -> count)).to(OUT, c -> null));
        assertRefused("Any", k -> k.pattern("s", NS, () -> any).to(OUT, c -> null));
    }

    @Test
    void shouldRefuseAProcessThatIsMadeOnce() {
        Idle[] made = new Idle[1];
        assertRefused(
                "Idle",
                k -> k.process("s", NS, (On<Note> in) -> made[0] == null ? made[0] = new Idle(in) : made[0])
                        .out(p -> p.out)
                        .to(OUT));
    }

    @Test
    void shouldRefuseAFactoryOfNothing() {
        TopologyException refused = assertThrows(
                TopologyException.class,
                () -> Millrace.topology(
                        "none",
                        t -> t.from(NOTES)
                                .window("s", Window.tumbling(NS))
                                .aggregate((Supplier<Count>) () -> null)
                                .to(OUT, c -> null)));
        assertTrue(refused.problems().get(0).contains("): its factory answers null; give one that makes an object"));
    }
}
