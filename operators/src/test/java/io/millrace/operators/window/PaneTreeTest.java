package io.millrace.operators.window;

import static io.millrace.operators.window.Window.hopping;
import static io.millrace.operators.window.WindowSemanticsTest.BARS;
import static java.time.Duration.ofNanos;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.operators.process.ManualRun;
import io.millrace.operators.window.Bar.Ev;
import io.millrace.operators.window.Bar.KeyedShape;
import io.millrace.plan.PlanOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Sums of panes that are kept while windows of a key follow each other are of no other key, and of no event before. */
class PaneTreeTest {
    private static final Pattern BAR = Pattern.compile("Bar\\[key=(\\d+), .*count=(\\d+).*");

    /** Nothing is due before progress is told. */
    private static final Input<Ev> UNORDERED =
            Input.of("unordered", Ev.class).eventTime(Ev::timeNs, NANOSECONDS).disorder(ofNanos(100_000));

    private static ManualRun keyed(Window window) {
        return new ManualRun(
                Millrace.topology(
                        "t",
                        t -> t.from(UNORDERED)
                                .keyBy(Ev::key)
                                .window("w", window)
                                .aggregate(KeyedShape::new)
                                .to(BARS, KeyedShape::bar)),
                PlanOptions.tested());
    }

    /** How many events each result of a key has. */
    private static List<Long> counts(ManualRun run, long key) {
        List<Long> counts = new ArrayList<>();
        for (String text : run.take()) {
            Matcher bar = BAR.matcher(text);
            assertTrue(bar.matches(), text);
            if (Long.parseLong(bar.group(1)) == key) {
                counts.add(Long.parseLong(bar.group(2)));
            }
        }
        return counts;
    }

    @Test
    void shouldForgetTheSumsOfTheEventBefore() {
        ManualRun run = keyed(hopping(ofNanos(100), ofNanos(1)).emitOnUpdate());
        for (long count = 1; count <= 3; count++) {
            run.send(0, UNORDERED, new Ev(0, 1, 50));
            assertEquals(Collections.nCopies(100, count), counts(run, 0));
        }
        run.send(0, UNORDERED, new Ev(1, 1, 50));
        assertEquals(Collections.nCopies(100, 1L), counts(run, 1));
    }

    /** All windows of the first key are told before an event of it, those of the second in their turn. */
    @Test
    void shouldForgetTheSumsOfTheKeyBefore() {
        ManualRun run = keyed(hopping(ofNanos(100), ofNanos(1)));
        run.send(0, UNORDERED, new Ev(0, 1, 50));
        for (int i = 0; i < 3; i++) {
            run.send(0, UNORDERED, new Ev(1, 1, 50));
        }
        run.advance(1_000);
        run.send(0, UNORDERED, new Ev(0, 1, 2_000));
        while (run.isBehind()) {
            run.goOn();
        }
        assertEquals(Collections.nCopies(100, 3L), counts(run, 1));
    }
}
