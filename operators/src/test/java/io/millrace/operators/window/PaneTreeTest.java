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
import io.millrace.operators.window.Bar.Shape;
import io.millrace.plan.PlanOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Where windows of a key follow each other, their panes are put together in steps by the logarithm of them; sums that are kept are of no
 * other key, and of no event before.
 */
class PaneTreeTest {
    private static final Pattern BAR = Pattern.compile("Bar\\[key=(\\d+), .*count=(\\d+).*");

    /** Nothing is due before progress is told. */
    private static final Input<Ev> UNORDERED =
            Input.of("unordered", Ev.class).eventTime(Ev::timeNs, NANOSECONDS).disorder(ofNanos(100_000));

    /**
     * An event comes while far more periods without events wait than are told for one event, and in front of the windows that it is near
     * to: these are worked out ahead of their turn, and a period without events does not look at each of them.
     */
    @Test
    void shouldWorkOutAheadOfTheirTurnInStepsByTheLogarithmOfTheirPanes() {
        int steps = 1_000;
        int leap = 20_000;
        ManualRun run = new ManualRun(
                Millrace.topology(
                        "t",
                        t -> t.from(UNORDERED)
                                .window("w", hopping(ofNanos(steps), ofNanos(1)).emitEmpty())
                                .aggregate(Shape::new)
                                .to(BARS, Shape::bar)),
                PlanOptions.tested());
        run.send(0, UNORDERED, new Ev(0, 1, 0));
        for (int i = 0; i < steps; i++) {
            run.send(0, UNORDERED, new Ev(0, 1, leap + i));
        }
        run.advance(leap + steps + steps / 2);
        run.counters("w").maxSlotsTouched = 0;
        run.send(0, UNORDERED, new Ev(0, 1, leap + steps - 1));
        assertTrue(run.isBehind());
        long most = run.counters("w").maxSlotsTouched;
        assertTrue(most > steps && most < 200L * steps, "slots touched: " + most);
        assertEquals(0, run.dead());
    }

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
