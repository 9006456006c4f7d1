package io.millrace.operators.window;

import static io.millrace.operators.window.Window.hopping;
import static io.millrace.operators.window.WindowSemanticsTest.BARS;
import static java.time.Duration.ofNanos;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.aggregate.Cell;
import io.millrace.operators.aggregate.OwnAggregate;
import io.millrace.operators.process.ManualRun;
import io.millrace.operators.window.Bar.Ev;
import io.millrace.operators.window.Bar.KeyedShape;
import io.millrace.operators.window.Bar.Shape;
import io.millrace.plan.PlanOptions;
import io.millrace.state.Pages;
import io.millrace.testkit.TestDriver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The panes of windows of many steps are put together in steps by the logarithm of them; sums that are kept are of no other key, and of no
 * event before.
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

    /** The largest value; counts how often two sets are put together. */
    static final class Largest extends OwnAggregate<Ev> {
        static int merges;

        Largest() {
            super("largest");
            reads(Ev::value);
        }

        @Override
        public int summaryLongs() {
            return 1;
        }

        @Override
        public void clear(long[] summary, int at) {
            summary[at] = Long.MIN_VALUE;
        }

        @Override
        public void add(long[] summary, int at, long[] from, int p) {
            summary[at] = Math.max(summary[at], from[p]);
        }

        @Override
        public void merge(long[] summary, int at, long[] other, int p) {
            merges++;
            summary[at] = Math.max(summary[at], other[p]);
        }

        @Override
        protected void result(long[] summary, int at, Cell result) {
            result.set(summary[at]);
        }
    }

    static final class LargestShape extends Aggregates<Ev> {
        final LongValue largest = ownLong(new Largest());

        Told told() {
            return new Told(windowEndNs(), largest.get());
        }
    }

    record Told(long end, long largest) {}

    private static final Input<Ev> IN = Input.of("in", Ev.class).eventTime(Ev::timeNs, NANOSECONDS);
    private static final Output<Told> TOLD = Output.of("told", Told.class);

    private static TestDriver largest(Window window) {
        return TestDriver.of(Millrace.topology(
                "t",
                t -> t.from(IN)
                        .keyBy(Ev::key)
                        .window("w", window)
                        .aggregate(LargestShape::new)
                        .to(TOLD, LargestShape::told)));
    }

    /** What a result may put together: parts of a window from both its ends, two for each length, and the longer sums that end with it. */
    private static int most(int steps) {
        return 3 * (Integer.SIZE - Integer.numberOfLeadingZeros(steps));
    }

    /** A window that ends costs the same number of sums whether its key was told before or not, also behind a snapshot. */
    @Test
    void shouldPutFewSumsTogetherForEachResultOfAHoppingWindow() {
        for (int steps : new int[] {PaneTree.PANES_MIN, 60, 1_000}) {
            TestDriver driver = largest(hopping(ofNanos(steps), ofNanos(1)));
            int most = 0;
            for (int i = 0; i < 2_200; i++) {
                Largest.merges = 0;
                driver.send(IN, new Ev(0, -i, i)); // the largest is the oldest
                for (Told told : driver.take(TOLD)) {
                    assertEquals(new Told(i, -Math.max(0, i - steps)), told);
                }
                most = Math.max(most, Largest.merges);
                if (i == 1_500) {
                    driver.restart();
                }
            }
            assertTrue(most > 2 && most <= most(steps), steps + " steps: " + most);
        }
    }

    /** An event behind the panes that have been put together takes back one sum of each length, and no others. */
    @Test
    void shouldMakeFewSumsAgainForALateEvent() {
        int steps = 500;
        TestDriver driver = largest(hopping(ofNanos(steps), ofNanos(1)).allowedLateness(ofNanos(2 * steps)));
        Random random = new Random(3);
        TreeMap<Long, Long> largest = new TreeMap<>();
        for (int i = 0; i < 1_600; i++) {
            boolean isLate = i % 40 == 39;
            long ns = isLate ? Math.max(0, i - random.nextInt(steps)) : i;
            long value = random.nextInt(1_000) - i;
            largest.merge(ns, value, Math::max);
            Largest.merges = 0;
            driver.send(IN, new Ev(0, value, ns));
            List<Told> told = driver.take(TOLD);
            for (Told t : told) {
                long is = Collections.max(largest.subMap(t.end - steps, t.end).values());
                assertEquals(new Told(t.end, is), t);
            }
            assertTrue(!isLate || told.size() > 1 || i == ns, i + ": " + told.size());
            assertTrue(Largest.merges <= Math.max(1, told.size()) * most(steps), i + ": " + Largest.merges);
        }
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

    // ---- without a directory

    /** Hangs on which sets are put together with which, and in what order. */
    static final class Form extends OwnAggregate<Ev> {
        static int merges;

        Form() {
            super("form");
            reads(Ev::timeNs);
        }

        @Override
        public int summaryLongs() {
            return 1;
        }

        @Override
        public void clear(long[] summary, int at) {
            summary[at] = 0;
        }

        @Override
        public void add(long[] summary, int at, long[] from, int p) {
            summary[at] = 31 * summary[at] + from[p];
        }

        @Override
        public void merge(long[] summary, int at, long[] other, int p) {
            merges++;
            summary[at] = 31 * summary[at] + 17 * other[p] + 1;
        }

        @Override
        protected void result(long[] summary, int at, Cell result) {
            result.set(summary[at]);
        }
    }

    static final class FormShape extends Aggregates<Ev> {
        final LongValue key = longKey();
        final LongValue form = ownLong(new Form());

        Formed formed() {
            return new Formed(key.get(), windowEndNs(), revision(), form.get());
        }
    }

    record Formed(long key, long end, int revision, long form) {}

    private static final Output<Formed> FORMED = Output.of("formed", Formed.class);

    private static ManualRun form(Window window, PlanOptions options) {
        return new ManualRun(
                Millrace.topology(
                        "t",
                        t -> t.from(UNORDERED)
                                .keyBy(Ev::key)
                                .window("w", window)
                                .aggregate(FormShape::new)
                                .to(FORMED, FormShape::formed)),
                options);
    }

    /** Two panes a step, so many that a page has one directory. */
    private static final Window LONG = hopping(ofNanos(2 * 4_096 - 1), ofNanos(2));

    /** When the second key has its first event, and the first its last window. */
    private static final long SECOND_NS = 10_000;

    private static final long FIRST_GOES_NS = SECOND_NS + 6_500;

    private static ManualRun twoKeys(long pages) {
        ManualRun run = form(LONG, PlanOptions.tested().withStateBytes(pages << 16));
        run.send(0, UNORDERED, new Ev(0, 1, FIRST_GOES_NS - LONG.panes()));
        for (int i = 0; i < 6_700 && run.dead() == 0; i++) {
            if (i < 6_000 ? i % 200 == 0 : i % 7 != 3) {
                run.send(0, UNORDERED, new Ev(1, 1, SECOND_NS + i));
            }
        }
        return run;
    }

    /** What comes out up to a time; behind it the most merges of an entry. */
    private static List<String> upTo(ManualRun run, long ns) {
        Form.merges = 0;
        run.advance(ns);
        int most = Form.merges;
        boolean goesOn = run.isBehind();
        while (goesOn) {
            Form.merges = 0;
            goesOn = run.goOn();
            most = Math.max(most, Form.merges);
        }
        Form.merges = most;
        return run.take();
    }

    /**
     * All of the budget is in use but for one page: the second key has no directory as long as the first has one. Each of its results is one
     * walk, and the same to the last bit; when the first key has gone it has the directory, and results cost little.
     */
    @Test
    void shouldPutPanesTogetherInOneWalkToTheSameResultWithoutRoomForADirectory() {
        long pages = 26;
        while (twoKeys(pages).dead() > 0) {
            pages++;
        }
        ManualRun poor = twoKeys(pages + 1);
        ManualRun rich = twoKeys(2 * pages);
        int most = most(LONG.panes());
        poor.counters("w").maxSlotsTouched = 0;
        long ns = FIRST_GOES_NS - 100;
        assertEquals(upTo(rich, ns), upTo(poor, ns));
        for (; ns < FIRST_GOES_NS - 90; ns += 2) {
            assertEquals(upTo(rich, ns + 2), upTo(poor, ns + 2));
            assertTrue(Form.merges > 10 * most, "without a directory: " + Form.merges);
        }
        ns = FIRST_GOES_NS + 100;
        assertEquals(upTo(rich, ns), upTo(poor, ns));
        for (; ns < FIRST_GOES_NS + 110; ns += 2) {
            assertEquals(upTo(rich, ns + 2), upTo(poor, ns + 2));
            assertTrue(Form.merges > 2 && Form.merges <= most, "with a directory: " + Form.merges);
        }
        assertEquals(upTo(rich, ns + 200), upTo(poor, ns + 200));
        long slots = poor.counters("w").maxSlotsTouched;
        assertTrue(slots < 4 * LONG.panes(), slots + " slots touched for one entry");
        assertEquals(0, poor.dead() + rich.dead());
    }

    @Test
    void shouldHaveADirectoryOfOnePageAtMostForTheLongestLateness() {
        for (int size : new int[] {200, 199}) {
            Window window = hopping(ofNanos(size), ofNanos(size == 200 ? 1 : 2)).windowsAtMost(1 << 20);
            for (long lateness : new long[] {Long.MAX_VALUE, Long.MAX_VALUE - 1, Long.MAX_VALUE / 2, 1L << 33}) {
                assertEquals(Pages.PAGE_LONGS - 1, PaneTree.directoryLongs(window.allowedLateness(ofNanos(lateness))));
            }
        }
    }
}
