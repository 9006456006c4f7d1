package io.millrace.operators.window;

import static io.millrace.operators.window.Window.hopping;
import static io.millrace.operators.window.Window.session;
import static io.millrace.operators.window.WindowSemanticsTest.BARS;
import static io.millrace.operators.window.WindowSemanticsTest.IN;
import static io.millrace.operators.window.WindowSemanticsTest.LATE;
import static java.time.Duration.ofNanos;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.operators.window.Bar.Ev;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What was taken into a budget that is used up gets all of its results, whatever else is refused. */
class WindowBudgetTest {
    private static final int KEYS = 12_000;

    @Test
    void shouldKeepItsWordForWhatWasTakenWhenTheBudgetIsUsedUp() {
        for (long pages = 8; pages <= 30; pages++) {
            Window window = hopping(ofNanos(20), ofNanos(10)).early(ofNanos(3)).allowedLateness(ofNanos(7));
            TestDriver driver = TestDriver.of(
                    WindowSemanticsTest.topology(window), PlanOptions.tested().withStateBytes(pages << 16));
            for (int key = 0; key < KEYS; key++) {
                driver.send(IN, new Ev(key, 1, 5));
            }
            long refused = driver.deadLetterCounts().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            long taken = KEYS - refused;
            assertTrue(refused > 0 && taken > 0, pages + " pages, " + refused + " refused");
            driver.advanceToNs(100);
            List<Bar> bars = driver.take(BARS);
            assertEquals(2 * taken, bars.size(), pages + " pages, " + taken + " taken");
            assertEquals(0, driver.counters("w").keys);
            driver.send(IN, new Ev(1, 1, 105)).endAll();
            assertEquals(2, driver.take(BARS).size());
        }
    }

    /** Where the budget is used up time and again, across restarts: all is as if what was refused had never come. */
    @Test
    void shouldKeepNothingOfWhatItRefuses() {
        long refused = 0;
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            Window window = random.nextInt(5) == 0
                    ? session(ofNanos(random.nextInt(10))).allowedLateness(ofNanos(random.nextInt(30)))
                    : PeriodRandomTest.window(PeriodRandomTest.spec(random).keyed(false));
            refused += new Pair(window, 7 + random.nextInt(3)).run(random);
        }
        assertTrue(refused > 5_000, refused + " refused");
    }

    /** A driver with a small budget, and one with a large budget that is sent what the first one takes. */
    private static final class Pair {
        private final Topology topology;
        private final PlanOptions options;
        private final TestDriver whole;
        private final List<Bar> bars = new ArrayList<>();
        private final List<Ev> late = new ArrayList<>();
        private TestDriver small;
        private long refused;

        Pair(Window window, long pages) {
            topology = WindowSemanticsTest.topology(window);
            options = PlanOptions.tested().withStateBytes(pages << 16);
            small = TestDriver.of(topology, options);
            whole = TestDriver.of(topology, PlanOptions.tested().withStateBytes(16 << 20));
        }

        long run(Random random) {
            int keys = 1 + random.nextInt(random.nextInt(4) == 0 ? 3_000 : 40);
            int spread = 1 + random.nextInt(900); // less than disorder: no event moves time
            long now = 0;
            for (int round = 0; round < 5; round++) {
                now += random.nextInt(4) == 0 ? 3_000 : random.nextInt(200);
                small.advanceToNs(now);
                whole.advanceToNs(now);
                for (int i = 0; i < 700; i++) {
                    long time = now - random.nextInt(40) + random.nextInt(spread);
                    send(new Ev(random.nextInt(keys), random.nextInt(9), time));
                }
                restart();
            }
            small.endAll();
            take();
            whole.endAll();
            assertEquals(
                    whole.take(BARS).stream().collect(groupingBy(Bar::key)),
                    bars.stream().collect(groupingBy(Bar::key)));
            assertEquals(whole.take(LATE), late);
            assertEquals(0, small.counters("w").keys);
            return refused;
        }

        private void send(Ev event) {
            long before = letters();
            small.send(IN, event);
            if (letters() == before) {
                whole.send(IN, event);
            } else {
                refused++;
            }
        }

        private long letters() {
            return small.deadLetterCounts().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }

        private void restart() {
            take();
            small = TestDriver.restore(topology, options, small.snapshot());
        }

        private void take() {
            bars.addAll(small.take(BARS));
            late.addAll(small.take(LATE));
        }
    }
}
