package io.millrace.operators.window;

import static io.millrace.operators.window.Window.hopping;
import static io.millrace.operators.window.WindowSemanticsTest.BARS;
import static io.millrace.operators.window.WindowSemanticsTest.IN;
import static java.time.Duration.ofNanos;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.operators.window.Bar.Ev;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import java.util.List;
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
}
