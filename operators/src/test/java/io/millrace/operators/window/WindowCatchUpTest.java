package io.millrace.operators.window;

import static io.millrace.operators.window.Window.global;
import static io.millrace.operators.window.Window.hopping;
import static io.millrace.operators.window.Window.session;
import static io.millrace.operators.window.Window.tumbling;
import static io.millrace.operators.window.WindowSemanticsTest.BARS;
import static io.millrace.operators.window.WindowSemanticsTest.IN;
import static io.millrace.operators.window.WindowSemanticsTest.LATE;
import static io.millrace.operators.window.WindowSemanticsTest.driver;
import static io.millrace.operators.window.WindowSemanticsTest.send;
import static io.millrace.operators.window.WindowSemanticsTest.told;
import static java.time.Duration.ofNanos;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.process.ManualRun;
import io.millrace.operators.window.Bar.Ev;
import io.millrace.operators.window.Bar.KeyedShape;
import io.millrace.operators.window.Bar.Shape;
import io.millrace.operators.window.PeriodOracle.Row;
import io.millrace.operators.window.PeriodOracle.Spec;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.Topology;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * More is due than fires for one entry, and events come in between: what is due for the key of an event fires before it, so
 * no window changes that has ended, and results are those of firing at once.
 */
class WindowCatchUpTest {
    private static final Input<Row> ROWS = Input.of("rows", Row.class);
    private static final Output<Bar> AGAIN = Output.of("bars-again", Bar.class);
    private static final Pattern BAR =
            Pattern.compile("Bar\\[key=0, start=(-?\\d+), .*revision=(\\d+), count=(\\d+).*");
    private static final Pattern KEY = Pattern.compile("\\w+\\[key=(\\d+)");

    /** Far more periods than fire for one event. */
    private static final long LEAP = 20_000;

    private static Topology keyed(Window window, boolean twice) {
        return Millrace.topology("t", t -> {
            var windows =
                    t.from(IN).keyBy(Ev::key).window("w", window).lateTo(LATE).aggregate(KeyedShape::new);
            windows.to(BARS, KeyedShape::bar);
            if (twice) {
                windows.map(Ev.class, s -> new Ev(s.key(), s.sum.get(), s.windowStartNs()))
                        .window("again", tumbling(ofNanos(window.sizeNs)))
                        .aggregate(KeyedShape2::new)
                        .to(AGAIN, KeyedShape2::bar);
            }
        });
    }

    /** The same over results, told apart by the key. */
    static final class KeyedShape2 extends Shape {
        final LongValue key = longKey();

        @Override
        long key() {
            return 1_000 + key.get();
        }
    }

    private static ManualRun unkeyed(Window window) {
        return run(Millrace.topology(
                "t",
                t -> t.from(IN)
                        .window("w", window)
                        .lateTo(LATE)
                        .aggregate(Shape::new)
                        .to(BARS, Shape::bar)));
    }

    private static ManualRun run(Topology topology) {
        return new ManualRun(topology, PlanOptions.tested());
    }

    private static void event(ManualRun run, long key, long timeNs) {
        run.send(0, IN, new Ev(key, 1, timeNs));
    }

    private static void settle(ManualRun run) {
        while (run.isBehind()) {
            run.goOn();
        }
    }

    /** Start, number of events and revision of each result, sorted. */
    private static List<String> sorted(ManualRun run) {
        settle(run);
        Map<Long, List<String>> byStart = new TreeMap<>();
        for (String text : run.take()) {
            Matcher bar = BAR.matcher(text);
            assertTrue(bar.matches(), text);
            byStart.computeIfAbsent(Long.parseLong(bar.group(1)), s -> new ArrayList<>())
                    .add(bar.group(1) + "=" + bar.group(3) + "r" + bar.group(2));
        }
        return byStart.values().stream().flatMap(List::stream).toList();
    }

    /** A key of a thousand panes is silent, and then has an event: before it two thousand windows of a thousand panes are told. */
    @Test
    void shouldTellAllWindowsOfAKeyInStepsByTheLogarithmOfTheirPanes() {
        int steps = 1_000;
        for (Window window : List.of(
                hopping(ofNanos(steps), ofNanos(1)),
                hopping(ofNanos(steps), ofNanos(1)).allowedLateness(ofNanos(7)))) {
            ManualRun run = run(keyed(window, false));
            for (int i = 0; i < steps; i++) {
                event(run, 0, i);
            }
            List<String> told = new ArrayList<>(run.take());
            run.counters("w").maxSlotsTouched = 0;
            event(run, 0, 50L * steps);
            told.addAll(run.take());
            assertEquals(2 * steps - 1, told.size(), "before the event");
            for (int i = 0; i < told.size(); i++) {
                Matcher bar = BAR.matcher(told.get(i));
                assertTrue(bar.matches(), told.get(i));
                assertEquals(i - steps + 1, Long.parseLong(bar.group(1)));
                assertEquals(steps - Math.abs(i - steps + 1), Long.parseLong(bar.group(3)));
            }
            long most = run.counters("w").maxSlotsTouched;
            assertTrue(most > 2 * steps && most < 300L * steps, "slots touched: " + most);
        }
    }

    /** What of an event in many windows is told with it. */
    @Test
    void shouldTellAnEventInAllItsWindowsInStepsByTheLogarithmOfTheirPanes() {
        int steps = 400;
        ManualRun run = run(keyed(hopping(ofNanos(steps), ofNanos(1)).emitOnUpdate(), false));
        for (int i = 0; i < steps; i++) {
            event(run, 0, i);
            run.take();
        }
        run.counters("w").maxSlotsTouched = 0;
        event(run, 0, steps - 1);
        assertEquals(steps, run.take().size());
        long most = run.counters("w").maxSlotsTouched;
        assertTrue(most > steps && most < 100L * steps, "slots touched: " + most);
    }

    static final class Doubles extends Aggregates<Ev> {
        final DoubleValue sum = sumDouble(Doubles::of);
        final DoubleValue deviation = deviation(Doubles::of);
        final DoubleValue most = maxDouble(Doubles::of);
        final LongValue first = first(Ev::value);

        static double of(Ev e) {
            return Math.scalb(e.value() / 3.0, (int) (e.value() % 40) - 20);
        }
    }

    record Told(long start, double sum, double deviation, double most, long first) {}

    /** What a window tells hangs on what is in it to the last bit, not on whether windows are told one by one, or all before an event. */
    @Test
    void shouldTellTheSameToTheLastBitHoweverManyWindowsAreToldAtOnce() {
        Seeds.each(1, 6, "tellsTheSame(%d)", WindowCatchUpTest::tellsTheSame);
    }

    private static void tellsTheSame(long seed) {
        Random random = new Random(seed);
        int steps = 63 + random.nextInt(140);
        long step = 1 + random.nextInt(3);
        Output<Told> out = Output.of("told", Told.class);
        Topology topology = Millrace.topology(
                "t",
                t -> t.from(IN)
                        .keyBy(Ev::key)
                        .window("w", hopping(ofNanos(steps * step - random.nextInt((int) step)), ofNanos(step)))
                        .aggregate(Doubles::new)
                        .to(
                                out,
                                d -> new Told(
                                        d.windowStartNs(),
                                        d.sum.get(),
                                        d.deviation.get(),
                                        d.most.get(),
                                        d.first.get())));
        ManualRun oneByOne = run(topology);
        ManualRun atOnce = run(topology);
        int events = 1 + random.nextInt(300);
        long from = random.nextInt(1_000) - 500;
        long now = from;
        for (int i = 0; i < events; i++) {
            Ev e = new Ev(0, random.nextInt(1_000), now);
            oneByOne.send(0, IN, e);
            atOnce.send(0, IN, e);
            now += random.nextInt(60) == 0 ? steps * step / 2 : random.nextInt(2);
        }
        List<String> one = new ArrayList<>(oneByOne.take());
        List<String> all = new ArrayList<>(atOnce.take());
        for (long ns = now; ns < now + 2 * steps * step; ns++) {
            oneByOne.advance(ns);
            one.addAll(oneByOne.take());
        }
        atOnce.send(0, IN, new Ev(0, 1, now + 10 * steps * step + 2_000));
        all.addAll(atOnce.take());
        assertTrue(all.size() > steps / 2, all.size() + " windows");
        assertIterableEquals(one, all);
    }

    /**
     * A key of a thousand panes is silent, and then another one has events: its first opens as many windows as there are steps, which does not
     * make an entry put a million panes together.
     */
    @Test
    void shouldPutFewPanesTogetherWhereAnEventOfAnotherKeyOpensAsManyWindows() {
        int steps = 1_000;
        Topology topology = keyed(hopping(ofNanos(steps), ofNanos(1)), false);
        ManualRun run = run(topology);
        for (int i = 0; i < steps; i++) {
            event(run, 0, i);
        }
        List<String> told = new ArrayList<>(run.take());
        for (int i = 0; i < 5; i++) {
            run.counters("w").maxSlotsTouched = 0;
            event(run, 1, 50L * steps + i);
            told.addAll(run.take());
            long most = run.counters("w").maxSlotsTouched;
            long opens = steps * 30L; // blocks, timers and links of windows that come, and of those that go
            assertTrue(most > 0 && most <= PeriodWindows.PANES_OF_ENTRY + steps + opens, "of an entry " + most);
            assertTrue(i > 0 || run.isBehind());
        }
        settle(run);
        told.addAll(run.take());
        assertEquals(2 * steps - 1, told.size());
        for (int i = 0; i < told.size(); i++) {
            Matcher bar = BAR.matcher(told.get(i));
            assertTrue(bar.matches(), told.get(i));
            assertEquals(i - steps + 1, Long.parseLong(bar.group(1)));
            assertEquals(steps - Math.abs(i - steps + 1), Long.parseLong(bar.group(3)));
        }
    }

    @Test
    void shouldNotAddToAWindowThatHasEndedBehindManyEmptyPeriods() {
        ManualRun run = unkeyed(hopping(ofNanos(4), ofNanos(2)).emitEmpty());
        event(run, 0, 0);
        event(run, 0, LEAP);
        run.advance(LEAP + 2);
        event(run, 0, LEAP + 1); // behind the end of the first window of the one before
        event(run, 0, LEAP + 3);
        assertTrue(run.isBehind());
        run.advance(LEAP + 8);
        List<String> bars = sorted(run);
        assertEquals(
                List.of((LEAP - 4) + "=0r0", (LEAP - 2) + "=1r0", LEAP + "=3r0", LEAP + 2 + "=1r0", LEAP + 4 + "=0r0"),
                bars.subList(bars.size() - 5, bars.size()));
        assertEquals((LEAP + 4 + 2) / 2 + 1, bars.size(), "one a period");
    }

    @Test
    void shouldTellEachPeriodAsEmptyFirstAlsoWhereAnEventComesBeforeItsTurn() {
        ManualRun run = unkeyed(tumbling(ofNanos(1)).emitEmpty().allowedLateness(ofNanos(LEAP)));
        event(run, 0, 0);
        event(run, 0, 15_000);
        run.advance(LEAP);
        event(run, 0, 15_000);
        event(run, 0, 12_000);
        assertTrue(run.isBehind());
        List<String> bars = sorted(run);
        assertEquals(List.of("12000=0r0", "12000=1r1"), bars.subList(12_000, 12_002));
        assertEquals(List.of("15000=1r0", "15000=2r1"), bars.subList(15_001, 15_003));
        assertEquals(LEAP + 2, bars.size());
    }

    @Test
    void shouldFireAllWindowsThatAreDueBeforeAnEventWithoutAKey() {
        int windows = 1_000;
        ManualRun run = unkeyed(tumbling(ofNanos(2))
                .early(ofNanos(1))
                .allowedLateness(ofNanos(2))
                .windowsAtMost(510));
        event(run, 0, 0);
        for (int i = 1; i < windows; i++) {
            event(run, 0, 2 * i);
        }
        run.advance(2 * windows);
        event(run, 0, 2 * windows - 2);
        List<String> bars = sorted(run);
        assertEquals(
                List.of(2 * windows - 2 + "=1r0", 2 * windows - 2 + "=2r1"),
                bars.subList(bars.size() - 2, bars.size()));
    }

    @Test
    void shouldGiveTheResultsOfFiringAtOnceWhateverComesInBetween() {
        Seeds.each(0, 60, "agreeWhateverComesInBetween(%d)", seed -> agreeWhateverComesInBetween((int) seed));
    }

    private static void agreeWhateverComesInBetween(int seed) {
        Random random = new Random(seed);
        Spec s = PeriodRandomTest.spec(random);
        Window window = PeriodRandomTest.window(s.keyed(false));
        Topology topology = keyed(window, !window.makesUpdates());
        assertEquals(
                steps(run(topology), new Random(seed), true), steps(run(topology), new Random(seed), false), "" + s);
    }

    /** What comes out, by key; what is due fires at once, or when something makes it. */
    private static Map<String, List<String>> steps(ManualRun run, Random random, boolean atOnce) {
        long now = 0;
        boolean waited = false;
        for (int i = 0; i < 1_500; i++) {
            now += random.nextInt(60) == 0 ? random.nextInt(60) : 0;
            if (random.nextInt(40) == 0) {
                run.advance(now - random.nextInt(10));
            } else {
                event(run, random.nextInt(300), now + random.nextInt(60) - 30);
            }
            waited |= run.isBehind();
            if (atOnce) {
                settle(run);
            }
        }
        assertTrue(waited, "never behind");
        run.advance(now + 1_000);
        settle(run);
        Map<String, List<String>> byKey =
                run.take().stream().collect(groupingBy(WindowCatchUpTest::key, TreeMap::new, toList()));
        byKey.put("refused", List.of(Long.toString(run.dead())));
        return byKey;
    }

    /**
     * More periods without events wait than are told for one event; those that a late event brings forward are the only ones that
     * come before their turn.
     */
    @Test
    void shouldTellPeriodsWithoutEventsInTheOrderOfFiringAtOnce() {
        Seeds.each(0, 12, "agreeOnPeriodsWithoutEvents(%d)", seed -> agreeOnPeriodsWithoutEvents((int) seed));
    }

    private static void agreeOnPeriodsWithoutEvents(int seed) {
        Spec s = PeriodRandomTest.spec(new Random(seed)).keyed(true);
        boolean ofTable = seed % 2 == 0;
        Window window = PeriodRandomTest.window(s).windowsAtMost(ofTable ? 100 : 200);
        Topology topology = ofTable ? ofTable(window) : ofAll(window.emitEmpty());
        var atOnce = leaps(run(topology), new Random(seed), true, s, ofTable);
        var spread = leaps(run(topology), new Random(seed), false, s, ofTable);
        String what = "" + s;
        atOnce.forEach((key, bars) -> assertIterableEquals(bars, spread.get(key), what + ", " + key));
    }

    private static Topology ofTable(Window window) {
        return Millrace.topology(
                "t",
                t -> t.from(IN)
                        .keyBy(Ev::key)
                        .window("w", window)
                        .emptyFor(t.table("keys", ROWS, Row::key).deleteWhen(r -> r.value() == 0))
                        .lateTo(LATE)
                        .aggregate(KeyedShape::new)
                        .to(BARS, KeyedShape::bar));
    }

    private static Topology ofAll(Window window) {
        return Millrace.topology(
                "t",
                t -> t.from(IN)
                        .window("w", window)
                        .lateTo(LATE)
                        .aggregate(Shape::new)
                        .to(BARS, Shape::bar));
    }

    /** A key that comes back is told at once what it missed; the others do not wait for that, however many come back. */
    @Test
    void shouldGoOnWithTheOtherKeysWhenKeysOfTheTableComeBack() {
        int keys = 2_000;
        int entries = 150; // 16 keys each: more than one period of all takes, and not enough to begin again each time
        ManualRun run = run(ofTable(tumbling(ofNanos(10)).allowedLateness(ofNanos(1_000))));
        run.advance(100);
        rows(run, 0, keys, 1);
        rows(run, 0, 10, 0);
        run.advance(160);
        settle(run);
        run.take();
        run.advance(170);
        for (int i = 0; i < entries; i++) {
            int back = i % 15 == 0 ? i / 15 : keys;
            run.send(1, ROWS, new Row(back, back < keys ? 1 : 0, 0));
        }
        assertEquals(
                keys, run.take().stream().filter(t -> t.contains("start=160,")).count());
        assertTrue(!run.isBehind());
    }

    /** Nor when they have missed more than is told at once: the rest comes a few an entry, in its order. */
    @Test
    void shouldGoOnWithTheOtherKeysWhenKeysComeBackThatHaveMissedMoreThanIsToldAtOnce() {
        int keys = 2_000;
        ManualRun run = run(
                ofTable(tumbling(ofNanos(10)).allowedLateness(ofNanos(1_000)).windowsAtMost(2)));
        run.advance(100);
        rows(run, 0, keys, 1);
        rows(run, 0, 10, 0);
        run.advance(300);
        settle(run);
        run.take();
        run.advance(310);
        List<String> bars = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            int back = i % 15 == 0 ? i / 15 : keys;
            run.send(1, ROWS, new Row(back, back < keys ? 1 : 0, 0));
            bars.addAll(run.take());
        }
        assertTrue(!run.isBehind(), "16 an entry are enough for all, and 64 for what is more than a period late");
        assertEquals(keys, bars.stream().filter(t -> t.contains("start=300,")).count());
        List<String> ofFirst =
                bars.stream().filter(t -> t.startsWith("Bar[key=0,")).toList();
        assertEquals(21, ofFirst.size(), "[100,110) to [300,310)");
        assertEquals(ofFirst.stream().sorted().toList(), ofFirst);
    }

    /**
     * Keys that come and go while more waits than is told at once: of each comes what comes of it when all fires at once. Not in the
     * same order, where a window with events has ended while the key was away.
     */
    @Test
    void shouldTellKeysThatComeBackAllThatFiringAtOnceTells() {
        Seeds.each(0, 6, "agreeWhereKeysComeAndGo(%d)", seed -> agreeWhereKeysComeAndGo((int) seed));
    }

    private static void agreeWhereKeysComeAndGo(int seed) {
        Window window = (seed % 2 == 0 ? tumbling(ofNanos(2)) : hopping(ofNanos(3), ofNanos(1)))
                .windowsAtMost(8)
                .allowedLateness(ofNanos(10_000)); // so that all that come back were never away
        Topology topology = ofTable(window);
        var atOnce = comeAndGo(run(topology), new Random(seed), true);
        var spread = comeAndGo(run(topology), new Random(seed), false);
        String what = "";
        atOnce.forEach((key, bars) -> assertIterableEquals(bars, spread.get(key), what + key));
    }

    private static Map<String, List<String>> comeAndGo(ManualRun run, Random random, boolean atOnce) {
        long now = 0;
        int behind = 0;
        for (int i = 0; i < 600; i++) {
            now += random.nextInt(30) == 0 ? random.nextInt(150) : 0;
            int key = random.nextInt(40);
            if (random.nextInt(10) == 0) {
                event(run, key, now + random.nextInt(4));
            } else {
                run.send(1, ROWS, new Row(key, random.nextInt(3), now));
            }
            behind += run.isBehind() ? 1 : 0;
            if (atOnce) {
                settle(run);
            }
        }
        assertTrue(behind > 20, "behind");
        settle(run);
        Map<String, List<String>> byKey =
                run.take().stream().collect(groupingBy(WindowCatchUpTest::key, TreeMap::new, toList()));
        byKey.values().forEach(Collections::sort);
        byKey.put("refused", List.of(Long.toString(run.dead())));
        return byKey;
    }

    /** Also of a row of a key that it knows: what an entry may send has been promised to those behind it. */
    @Test
    void shouldTellNoMorePeriodsWithoutEventsForARowThanAKeyMayHaveWindows() {
        int keys = 1_000;
        ManualRun run = run(ofTable(tumbling(ofNanos(10)).windowsAtMost(1)));
        run.advance(0);
        rows(run, 1, keys, 1);
        rows(run, 0, 1, 1);
        event(run, 0, 25);
        run.advance(35);
        run.take();
        List<Integer> told = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            rows(run, 0, 1, 1);
            told.add((int)
                    run.take().stream().filter(t -> t.startsWith("Bar[key=0,")).count());
        }
        assertEquals(List.of(1, 2, 0), told, "[0,10); [10,20) and [20,30), which has an event");
    }

    private static void rows(ManualRun run, int from, int to, int value) {
        for (int key = from; key < to; key++) {
            run.send(1, ROWS, new Row(key, value, 0));
        }
    }

    private static Map<String, List<String>> leaps(
            ManualRun run, Random random, boolean atOnce, Spec s, boolean ofTable) {
        long now = 0;
        boolean waited = false;
        for (int i = 0; i < 240; i++) {
            now += random.nextInt(16) > 0 ? random.nextInt(4) : s.step() * random.nextInt(ofTable ? 400 : 4_000);
            if (ofTable && random.nextInt(4) == 0) {
                run.send(1, ROWS, new Row(random.nextInt(12), i < 160 ? 1 : 0, now));
            } else if (random.nextInt(20) == 0) {
                run.advance(now - random.nextInt(10));
            } else {
                event(run, random.nextInt(ofTable ? 15 : 1), now + random.nextInt(30) - 20);
            }
            waited |= run.isBehind();
            if (atOnce) {
                settle(run);
            }
        }
        assertTrue(waited, "never behind");
        settle(run);
        Map<String, List<String>> byKey =
                run.take().stream().collect(groupingBy(WindowCatchUpTest::key, TreeMap::new, toList()));
        if (s.lateness() > 0) {
            byKey.values().forEach(Collections::sort);
        }
        byKey.put("refused", List.of(Long.toString(run.dead())));
        return byKey;
    }

    private static String key(String text) {
        Matcher m = KEY.matcher(text);
        assertTrue(m.find(), text);
        return m.group();
    }

    @Test
    void shouldSendPartialResultsOfAKeyWhateverOtherKeysDo() {
        TestDriver driver = driver(global().early(ofNanos(10)));
        driver.advanceToNs(0);
        driver.send(IN, new Ev(1, 1, 5)).send(IN, new Ev(2, 1, 500));
        driver.advanceToNs(10).send(IN, new Ev(1, 1, 15)).advanceToNs(20);
        assertEquals(
                List.of(1L, 2L),
                driver.take(BARS).stream()
                        .filter(b -> b.key() == 1)
                        .map(Bar::count)
                        .toList());
    }

    /** Of 1,000 windows of its key most fire before an event: what is looked at grows with them, and not with their square. */
    @Test
    void shouldFindWhatIsDueOfAKeyWithoutALookAtAllThatItHas() {
        for (Window kind : List.of(tumbling(ofNanos(1)), session(ofNanos(0)))) {
            TestDriver driver = driver(kind.allowedLateness(ofNanos(5)));
            for (int i = 0; i < 1_000; i++) {
                send(driver, i);
            }
            assertEquals(List.of(), driver.take(BARS));
            send(driver, 10_000);
            assertEquals(1_000, driver.take(BARS).size());
            long most = driver.counters("w").maxSlotsTouched;
            assertTrue(most > 900 && most < 64_000, "slots touched " + most);
        }
    }

    /** A thousand windows of the key have been told and are kept for late events: those are not looked at. */
    @Test
    void shouldFindWhatIsDueOfAKeyWithoutALookAtTheWindowsThatAreKept() {
        Window kept = tumbling(ofNanos(2));
        Window partly = hopping(ofNanos(4), ofNanos(2)).early(ofNanos(1));
        for (Window kind : List.of(kept, partly)) {
            TestDriver driver = driver(kind.allowedLateness(ofNanos(2_000)).windowsAtMost(2_000));
            for (int i = 0; i < 3_000; i++) {
                send(driver, i);
            }
            driver.counters("w").maxSlotsTouched = 0;
            for (int i = 3_000; i < 3_100; i++) {
                send(driver, i);
            }
            long most = driver.counters("w").maxSlotsTouched;
            assertTrue(most > 0 && most < 64, "slots touched " + most);
        }
    }

    @Test
    void shouldTakeAnEventWithinALatenessLongerThanTime() {
        TestDriver driver = driver(tumbling(ofNanos(10)).allowedLateness(ofNanos(Long.MAX_VALUE)));
        send(driver, -41).advanceToNs(-20);
        assertEquals("[-50,-40)=1", told(driver));
        assertEquals("[-50,-40)=2r1", told(send(driver, -42)));
    }
}
