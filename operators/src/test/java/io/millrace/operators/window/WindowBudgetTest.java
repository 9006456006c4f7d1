package io.millrace.operators.window;

import static io.millrace.operators.window.Window.hopping;
import static io.millrace.operators.window.Window.session;
import static io.millrace.operators.window.WindowSemanticsTest.BARS;
import static io.millrace.operators.window.WindowSemanticsTest.IN;
import static io.millrace.operators.window.WindowSemanticsTest.LATE;
import static java.time.Duration.ofNanos;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.operators.window.Bar.Ev;
import io.millrace.operators.window.Bar.KeyedShape;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What was taken into a budget that is used up gets all of its results, whatever else is refused. */
class WindowBudgetTest {
    private static final int KEYS = 12_000;

    @Test
    void shouldKeepItsWordForWhatWasTakenWhenTheBudgetIsUsedUp() {
        for (long pages = 8; pages <= 30; pages += 2) {
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

    /**
     * Windows of one moment whose next ones differ need more room than is kept for such: those without it are lost, each with a dead
     * letter. The others hold all of their events, though these lie in panes with which a lost one begins.
     */
    @Test
    void shouldLoseNothingOfOtherWindowsWithOneThatHasNoRoomToGoOn() {
        Input<Ev> in = Input.of("in", Ev.class)
                .eventTime(Ev::timeNs, TimeUnit.NANOSECONDS)
                .disorder(Duration.ofSeconds(1))
                .maxAhead(Duration.ofDays(1));
        Topology topology = Millrace.topology(
                "t",
                t -> t.from(in)
                        .keyBy(Ev::key)
                        .window(
                                "w",
                                hopping(ofNanos(2_005), ofNanos(10))
                                        .early(ofNanos(10))
                                        .allowedLateness(ofNanos(5_000)))
                        .aggregate(KeyedShape::new)
                        .to(BARS, KeyedShape::bar));
        long lost = 0;
        for (long pages = 13; lost == 0 && pages <= 40; pages++) {
            TestDriver driver = TestDriver.of(topology, PlanOptions.tested().withStateBytes(pages << 16));
            for (int i = -200; i < 100; i++) {
                driver.send(in, new Ev(1, 1, 10 * i));
            }
            driver.advanceToNs(0);
            for (int i = 0; driver.deadLetters().isEmpty(); i++) {
                driver.send(in, new Ev(2 + i / 400, 1, 1_000_000 + 10 * i)); // each window has a moment of its own
            }
            driver.advanceToNs(1_500);
            long letters = driver.deadLetters().size();
            driver.take(BARS);
            driver.send(in, new Ev(1, 1, -8)); // all windows that have it and have ended tell of it
            List<Bar> bars = driver.take(BARS);
            assertTrue(bars.size() > 20, bars.size() + " have ended and were not lost");
            String lostOnes = driver.deadLetters().toString();
            for (Bar bar : bars) {
                long from = Math.max(-200, Math.floorDiv(bar.start() + 9, 10));
                long to = Math.min(100, Math.floorDiv(bar.end() + 9, 10));
                assertEquals(to - from + 1, bar.count(), pages + " pages, " + bar);
                assertFalse(lostOnes.contains("due at " + bar.end() + " ns of key 1"), bar + " is lost");
            }
            lost += letters - 1;
            driver.advanceToNs(10_000).take(BARS);
            driver.endAll();
            assertEquals(0, driver.counters("w").keys);
        }
        assertTrue(lost > 0, "no budget of these has room for the windows and not for their timers");
    }

    /** Where the budget is used up time and again, across restarts: all is as if what was refused had never come. */
    @Test
    void shouldKeepNothingOfWhatItRefuses() {
        AtomicLong refused = new AtomicLong();
        int cases = Seeds.each(0, 20, "keepNothing(%d)", seed -> refused.addAndGet(keepNothing(seed)));
        assertTrue(cases < 20 || refused.get() > 5_000, refused + " refused");
    }

    /** Where there is room for all but the timer of one more key: behind hundreds of such events as many find room as without them. */
    @Test
    void shouldKeepNothingOfWhatItRefusesForWantOfATimerByCount() {
        long timers = 0;
        for (long pages = 30; pages <= 44; pages++) {
            long without = foundRoom(pages, 0);
            assertEquals(without, foundRoom(pages, 400), pages + " pages");
            timers += without > 0 ? 1 : 0; // only timers are freed between
        }
        assertTrue(timers > 0, "no budget of these has room for all but timers");
    }

    /** How many keys find room behind those that fill the budget, and some more that are refused, once all that is due has fired. */
    private static long foundRoom(long pages, int refused) {
        Window window = Window.slidingCount(6, 2).early(ofNanos(500));
        TestDriver driver = TestDriver.of(
                WindowSemanticsTest.topology(window), PlanOptions.tested().withStateBytes(pages << 16));
        long taken = fill(driver, 0);
        for (int i = 1; i <= refused; i++) {
            driver.send(IN, new Ev(taken + i, 1, 1));
        }
        assertEquals(1 + refused, letters(driver));
        driver.advanceToNs(500);
        assertEquals(taken, driver.take(BARS).size(), "what was taken is told");
        return fill(driver, 1_000_000);
    }

    /** Sends keys until one is refused; how many were taken. */
    private static long fill(TestDriver driver, long from) {
        long before = letters(driver);
        long keys = 0;
        while (letters(driver) == before) {
            driver.send(IN, new Ev(from + keys++, 1, from == 0 ? 1 : 501));
        }
        return keys - 1;
    }

    private static long letters(TestDriver driver) {
        return driver.deadLetterCounts().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private static long keepNothing(long seed) {
        Random random = new Random(seed);
        Window window = random.nextInt(5) == 0
                ? session(ofNanos(random.nextInt(10))).allowedLateness(ofNanos(random.nextInt(30)))
                : PeriodRandomTest.window(PeriodRandomTest.spec(random).keyed(false));
        return new Pair(window, 7 + random.nextInt(3)).run(random);
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
            long before = letters(small);
            small.send(IN, event);
            if (letters(small) == before) {
                whole.send(IN, event);
            } else {
                refused++;
            }
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
