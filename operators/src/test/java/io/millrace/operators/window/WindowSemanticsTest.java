package io.millrace.operators.window;

import static io.millrace.operators.window.Window.days;
import static io.millrace.operators.window.Window.hopping;
import static io.millrace.operators.window.Window.tumbling;
import static java.time.Duration.ofNanos;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.event.EntryForm;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operators.window.Bar.Ev;
import io.millrace.operators.window.Bar.KeyedShape;
import io.millrace.operators.window.Bar.Shape;
import io.millrace.operators.window.PeriodOracle.Row;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The lines of the semantics page that windows over periods are bound by, one test each. */
class WindowSemanticsTest {
    static final Input<Ev> IN = Input.of("in", Ev.class)
            .eventTime(Ev::timeNs, NANOSECONDS)
            .disorder(ofNanos(1_000))
            .maxAhead(ofNanos(Long.MAX_VALUE));
    private static final Input<Row> ROWS = Input.of("rows", Row.class);
    static final Output<Bar> BARS = Output.of("bars", Bar.class);
    static final Output<Ev> LATE = Output.of("late", Ev.class);

    static Topology topology(Window window) {
        return Millrace.topology(
                "t",
                t -> t.from(IN)
                        .keyBy(Ev::key)
                        .window("w", window)
                        .lateTo(LATE)
                        .aggregate(KeyedShape::new)
                        .to(BARS, KeyedShape::bar));
    }

    static TestDriver driver(Window window) {
        return TestDriver.of(topology(window));
    }

    static TestDriver unkeyed(Window window) {
        return TestDriver.of(Millrace.topology(
                "t",
                t -> t.from(IN)
                        .window("w", window)
                        .lateTo(LATE)
                        .aggregate(Shape::new)
                        .to(BARS, Shape::bar)));
    }

    static TestDriver send(TestDriver driver, long... times) {
        for (long time : times) {
            driver.send(IN, new Ev(0, 1, time));
        }
        return driver;
    }

    /** Start, end and number of events of each result. */
    static String told(TestDriver driver) {
        StringBuilder text = new StringBuilder();
        for (Bar b : driver.take(BARS)) {
            text.append('[').append(b.start()).append(',').append(b.end()).append(")=");
            text.append(b.count())
                    .append(b.revision() > 0 ? "r" + b.revision() : "")
                    .append(' ');
        }
        return text.toString().strip();
    }

    private static Window ten() {
        return tumbling(ofNanos(10));
    }

    @Test
    void shouldPutTheEndOfAWindowIntoTheNextOne() {
        TestDriver driver = send(driver(ten()), 0, 9, 10).endAll();
        assertEquals("[0,10)=2 [10,20)=1", told(driver));
    }

    @Test
    void shouldFireAWindowOnceWhenProgressReachesItsEnd() {
        TestDriver driver = send(driver(ten()), 0, 9, 10);
        assertEquals("", told(driver.advanceToNs(9)));
        assertEquals(
                List.of(9L),
                metas(driver.advanceToNs(10)).stream().map(Meta::timeNs).toList());
        assertEquals("[0,10)=2", told(driver));
        assertEquals("", told(driver.advanceToNs(10)));
    }

    private static List<Meta> metas(TestDriver driver) {
        return driver.metas(BARS);
    }

    @Test
    void shouldTakeAnEventBehindProgressWhileItsWindowIsOpen() {
        TestDriver driver = send(driver(ten()).advanceToNs(10), 9, 10);
        assertEquals(List.of(new Ev(0, 1, 9)), driver.take(LATE));
        assertEquals(List.of(), send(driver(ten()).advanceToNs(9), 9, 3).take(LATE));
    }

    @Test
    void shouldStampAResultSoThatASecondWindowOfTheSizeHoldsIt() {
        Output<Bar> again = Output.of("again", Bar.class);
        TestDriver driver = TestDriver.of(Millrace.topology(
                "t",
                t -> t.from(IN)
                        .keyBy(Ev::key)
                        .window("first", ten())
                        .aggregate(KeyedShape::new)
                        .map(Ev.class, s -> new Ev(s.key(), s.sum.get(), s.windowStartNs()))
                        .window("second", ten())
                        .aggregate(Shape::new)
                        .to(again, Shape::bar)));
        send(driver, 1, 2, 11).endAll();
        assertEquals(
                List.of(0L, 10L), driver.take(again).stream().map(Bar::start).toList());
        assertEquals(List.of(), driver.deadLetters());
    }

    @Test
    void shouldSayNothingOfEmptyWindowsUnlessAsked() {
        assertEquals("[0,10)=1 [50,60)=1", told(send(driver(ten()), 1, 51).endAll()));
        TestDriver driver = send(unkeyed(ten().emitEmpty()), 1).advanceToNs(10);
        assertEquals("[0,10)=1", told(driver));
        assertEquals("[10,20)=0 [20,30)=0 [30,40)=0 [40,50)=0 [50,60)=0", told(driver.advanceToNs(60)));
        assertEquals("[60,70)=0 [70,80)=1", told(send(driver, 71).endAll()));
    }

    private static TestDriver ofTable(Window window) {
        return ofTable(window, 1_000_000);
    }

    private static TestDriver ofTable(Window window, int rowsAtMost) {
        return TestDriver.of(Millrace.topology(
                "t",
                t -> t.from(IN)
                        .keyBy(Ev::key)
                        .window("w", window)
                        .emptyFor(t.table("keys", ROWS, Row::key)
                                .keysAtMost(rowsAtMost)
                                .deleteWhen(r -> r.value() == 0))
                        .aggregate(KeyedShape::new)
                        .to(BARS, KeyedShape::bar)));
    }

    private static String keys(TestDriver driver) {
        StringBuilder text = new StringBuilder();
        driver.take(BARS)
                .forEach(b -> text.append(b.start())
                        .append(':')
                        .append(b.key())
                        .append('=')
                        .append(b.count())
                        .append(' '));
        return text.toString().strip();
    }

    private static TestDriver row(TestDriver driver, long key, long value) {
        return driver.send(ROWS, new Row(key, value, 0));
    }

    @Test
    void shouldGiveEachKeyOfATableOneResultAPeriod() {
        TestDriver driver = row(row(ofTable(ten()), 7, 1), 3, 1);
        driver.advanceToNs(3); // where time begins
        driver.send(IN, new Ev(5, 1, 4)).send(IN, new Ev(3, 1, 5)).advanceToNs(30);
        assertEquals("0:5=1 0:3=1 0:7=0 10:7=0 10:3=0 20:7=0 20:3=0", keys(driver));
        row(driver, 7, 0).advanceToNs(40);
        assertEquals("30:3=0", keys(driver));
        row(row(driver, 8, 1), 7, 1).advanceToNs(50);
        assertEquals("40:3=0 40:8=0 40:7=0", keys(driver));
        driver.send(IN, new Ev(8, 1, 75));
        row(driver, 9, 0).endAll();
        assertEquals("50:3=0 50:8=0 50:7=0 60:3=0 60:8=0 60:7=0 70:8=1 70:3=0 70:7=0", keys(driver));
    }

    @Test
    void shouldTakeAKeyThatComesBackWithinTheLatenessForOneThatWasNeverAway() {
        TestDriver driver = row(ofTable(ten().allowedLateness(ofNanos(15))), 1, 1)
                .advanceToNs(0)
                .advanceToNs(10);
        row(driver, 1, 0).advanceToNs(20);
        assertEquals("0:1=0", keys(driver));
        assertEquals("10:1=0", keys(row(driver, 1, 1)));
        driver.send(IN, new Ev(1, 1, 7));
        assertEquals(EntryForm.REPLACEMENT, metas(driver).get(0).form());
        row(driver, 1, 0).advanceToNs(40);
        assertEquals("", keys(row(driver.advanceToNs(50), 1, 1)).substring(5));
        assertEquals("50:1=0", keys(driver.advanceToNs(60)));
    }

    @Test
    void shouldHaveNoMoreKeysOfATableThanItsBoundWhetherTheyHaveWindowsOrNot() {
        TestDriver driver = ofTable(ten().allowedLateness(ofNanos(100)), 2).advanceToNs(0);
        for (int key = 1; key <= 3; key++) {
            driver.send(IN, new Ev(key, 1, 1));
        }
        row(row(row(driver, 1, 1), 2, 1), 2, 2); // the second is there already
        assertEquals(List.of(), driver.deadLetters());
        assertEquals(Reason.OVER_BOUND, row(driver, 3, 1).deadLetters().get(0).reason());
        row(row(driver.advanceToNs(10), 1, 0), 3, 1); // takes the place of one that goes
        assertEquals(1, driver.deadLetters().size());
        assertEquals(2, row(driver, 1, 1).deadLetters().size()); // which comes back to none
        assertEquals("0:1=1 0:2=1 0:3=1 10:2=0 10:3=0", keys(driver.advanceToNs(20)));
    }

    @Test
    void shouldGoThroughTheKeysOfATableAFewAnEntry() {
        TestDriver driver = ofTable(ten());
        for (int key = 0; key < 5_000; key++) {
            row(driver, key, 1);
        }
        driver.advanceToNs(0).advanceToNs(30);
        assertEquals(15_000, driver.take(BARS).size());
        assertTrue(driver.counters("w").maxFirings <= 64, "firings " + driver.counters("w").maxFirings);
    }

    @Test
    void shouldAlignWindowsToTheEpochAndRoundDown() {
        assertEquals(
                "[-20,-10)=1 [-10,0)=2", told(send(driver(ten()), -1, -10, -11).endAll()));
        Window moved = ten().offset(ofNanos(3));
        assertEquals("[-7,3)=1 [3,13)=1", told(send(driver(moved), 2, 3).endAll()));
    }

    @Test
    void shouldRefuseTimesWhoseWindowsAreNotInTheRangeOfTime() {
        for (long time : new long[] {Long.MIN_VALUE + 1, Long.MAX_VALUE - 3}) {
            TestDriver driver = send(driver(ten()), time);
            assertEquals(Reason.OUT_OF_RANGE, driver.deadLetters().get(0).reason());
        }
        long last = (Long.MAX_VALUE - 1) / 10 * 10 - 1;
        assertEquals(
                "[" + (last - 9) + "," + (last + 1) + ")=1",
                told(send(driver(ten()), last).endAll()));
    }

    /** With the guard it is a dead letter, and moves nothing: CoreTimeTest. */
    @Test
    void shouldReportEachGoodEventAsLateBehindOneAYearAheadWithoutTheGuard() {
        long year = Duration.ofDays(365).toNanos();
        TestDriver driver = send(driver(ten()), 5, year);
        assertEquals("[0,10)=1", told(driver));
        send(driver, 11, 12, 13);
        assertEquals(
                List.of(11L, 12L, 13L),
                driver.take(LATE).stream().map(Ev::timeNs).toList());
        assertEquals("[" + year / 10 * 10 + "," + (year / 10 * 10 + 10) + ")=1", told(driver.endAll()));
    }

    @Test
    void shouldHoldEachEventOnceInResultsOrAmongTheLate() {
        Seeds.each(0, 20, "holdEachEventOnce(%d)", seed -> holdEachEventOnce((int) seed));
    }

    private static void holdEachEventOnce(int seed) {
        Random random = new Random(seed);
        TestDriver driver = driver(ten().allowedLateness(ofNanos(random.nextInt(3) * 7)));
        long now = 0;
        for (int i = 0; i < 200; i++) {
            now += random.nextInt(12);
            driver.advanceToNs(now - 10);
            driver.send(IN, new Ev(random.nextInt(3), i, now - random.nextInt(40)));
        }
        Map<String, Bar> last = new TreeMap<>();
        driver.endAll().take(BARS).forEach(b -> last.put(b.key() + "@" + b.start(), b));
        List<Ev> late = driver.take(LATE);
        assertTrue(late.size() > 5, "late");
        assertEquals(200, last.values().stream().mapToLong(Bar::count).sum() + late.size());
        assertEquals(
                199 * 200 / 2,
                last.values().stream().mapToLong(Bar::sum).sum()
                        + late.stream().mapToLong(Ev::value).sum());
    }

    @Test
    void shouldWorkForWindowsThatHoldDataNeverForTheGap() {
        Window window = hopping(ofNanos(10), ofNanos(1));
        TestDriver driver = send(driver(window), 0, 1_000_000_000_000_000L).endAll();
        assertEquals(20, driver.take(BARS).size());
        assertTrue(
                driver.counters("w").maxSlotsTouched <= 10 * OF_WINDOW,
                "slots " + driver.counters("w").maxSlotsTouched);
        assertEquals(20, driver.counters("w").firings);
    }

    /** Writes where a window is opened or ends: its block, those beside it, its timer and the list of that, and looks at it. */
    private static final int OF_WINDOW = 24;

    /** 2,000 windows of up to 1,000 panes each are due at once: a million panes to be put together, some thousands an entry. */
    @Test
    void shouldPutFewPanesTogetherAnEntryHoweverManyOverlappingWindowsAreDue() {
        TestDriver driver = driver(hopping(ofNanos(1_000), ofNanos(1)).windowsAtMost(2_000));
        for (int i = 0; i < 1_000; i++) {
            send(driver, i);
        }
        long most = driver.counters("w").maxSlotsTouched;
        assertTrue(most <= 1_000 * OF_WINDOW, "of an event " + most);
        driver.counters("w").maxSlotsTouched = 0;
        driver.advanceToNs(2_000);
        List<Bar> bars = driver.take(BARS);
        assertEquals(1_999, bars.size());
        for (int i = 0; i < bars.size(); i++) {
            assertEquals(i - 999, bars.get(i).start());
            assertEquals(1_000 - Math.abs(i - 999), bars.get(i).count());
        }
        most = driver.counters("w").maxSlotsTouched;
        assertTrue(most <= PeriodWindows.PANES_OF_ENTRY + 1_000 + 64 * OF_WINDOW, "of an entry " + most);
    }

    @Test
    void shouldAddAPartlyLateEventToItsOpenWindowsAndCountIt() {
        Window window = hopping(ofNanos(30), ofNanos(10));
        TestDriver driver = send(driver(window).advanceToNs(20), 15);
        assertEquals(1, driver.counters("w").partlyLate);
        assertEquals(List.of(), driver.take(LATE));
        assertEquals("[0,30)=1 [10,40)=1", told(driver.endAll()));
    }

    @Test
    void shouldEndAWindowWithinAStepWhereItsSizeIsNoMultipleOfIt() {
        TestDriver driver = driver(hopping(ofNanos(25), ofNanos(10)));
        send(driver, 4, 5, 14, 24, 25).endAll();
        assertEquals("[-20,5)=1 [-10,15)=3 [0,25)=4 [10,35)=3 [20,45)=2", told(driver));
        assertEquals(0, driver.counters("w").keys);
        assertTrue(
                driver.counters("w").maxSlotsTouched <= 5 * OF_WINDOW, "slots " + driver.counters("w").maxSlotsTouched);
    }

    @Test
    void shouldReviseAResultWithinTheAllowedLateness() {
        TestDriver driver = send(driver(ten().allowedLateness(ofNanos(10))), 1).advanceToNs(10);
        assertEquals("[0,10)=1", told(driver));
        send(driver.advanceToNs(15), 5);
        assertEquals(EntryForm.REPLACEMENT, metas(driver).get(0).form());
        assertEquals("[0,10)=2r1", told(driver));
        send(driver.advanceToNs(20), 5);
        assertEquals("", told(driver));
        Meta late = driver.metas(LATE).get(0);
        assertEquals(Reason.LATE, late.reason());
        assertEquals(20, late.progressNs());
        assertEquals(1, driver.take(LATE).size());
        assertEquals(0, driver.counters("w").keys);
    }

    @Test
    void shouldTakeAResultBackWhereAskedInPlaceOfReplacingIt() {
        TestDriver driver = send(driver(ten().emitOnUpdate().retracting()), 1, 2);
        List<EntryForm> forms = metas(driver).stream().map(Meta::form).toList();
        assertEquals(List.of(EntryForm.INSERT, EntryForm.RETRACTION, EntryForm.INSERT), forms);
        assertEquals("[0,10)=1 [0,10)=1 [0,10)=2r1", told(driver));
    }

    @Test
    void shouldSendTheOnlyResultOfAWindowAsAnInsertThoughItIsRetracting() {
        TestDriver driver = send(driver(ten().retracting()), 1, 2).advanceToNs(10);
        assertEquals(
                List.of(EntryForm.INSERT),
                metas(driver).stream().map(Meta::form).toList());
        assertEquals("[0,10)=2", told(driver));
        assertEquals(topology(ten()).describe(), topology(ten().retracting()).describe());
    }

    @Test
    void shouldSendPartialResultsOnlyWhenSomethingChanged() {
        TestDriver driver = send(driver(ten().early(ofNanos(4))), 1, 2);
        driver.advanceToNs(4);
        send(driver, 5).advanceToNs(8);
        List<Long> stamps = metas(driver).stream().map(Meta::timeNs).toList();
        assertEquals(List.of(4L, 8L), stamps);
        assertEquals("[0,10)=2 [0,10)=3r1", told(driver));
        send(driver, 9).advanceToNs(10);
        assertEquals(List.of(9L), metas(driver).stream().map(Meta::timeNs).toList());
        assertEquals("[0,10)=4r2", told(driver));
        assertEquals("[10,20)=1", told(send(driver, 11).advanceToNs(14)));
        assertEquals("", told(driver.advanceToNs(20)));
    }

    @Test
    void shouldSendAResultAfterEveryNthEventAndAtCloseOnlyIfSomethingCame() {
        TestDriver driver = send(driver(ten().every(2)), 1, 2, 3, 4);
        assertEquals("[0,10)=2 [0,10)=4r1", told(driver));
        assertEquals("", told(driver.advanceToNs(10)));
        assertEquals("[10,20)=1", told(send(driver, 11).advanceToNs(20)));
    }

    @Test
    void shouldSendOneReplacementAnEventAndNoneAtClose() {
        TestDriver driver = send(driver(ten().emitOnUpdate()), 1, 2);
        List<EntryForm> forms = metas(driver).stream().map(Meta::form).toList();
        assertEquals(List.of(EntryForm.INSERT, EntryForm.REPLACEMENT), forms);
        assertEquals("[0,10)=1 [0,10)=2r1", told(driver));
        assertEquals("", told(driver.endAll()));
    }

    /** [10,30) was set to 20 first: [0,20) was, too, but only when it had fired at 10. */
    @Test
    void shouldFireWhatIsDueOfAKeyAtOneMomentByTheBeginningOfItsWindows() {
        TestDriver driver = send(driver(hopping(ofNanos(20), ofNanos(10)).early(ofNanos(10))), 5, 12);
        assertEquals("[-10,10)=1 [0,20)=2", told(driver.advanceToNs(10)));
        assertEquals("[0,20)=3r1 [10,30)=2", told(send(driver, 13).advanceToNs(20)));
    }

    @Test
    void shouldFireWindowsOfOneEndInTheOrderOfTheirFirstEvent() {
        TestDriver driver = driver(ten());
        for (long key : new long[] {5, 3, 9, 3, 5, 1}) {
            driver.send(IN, new Ev(key, 1, 9 - key));
        }
        driver.endAll();
        assertEquals(
                List.of(5L, 3L, 9L, 1L),
                driver.take(BARS).stream().map(Bar::key).toList());
    }

    @Test
    void shouldFireWhenAllInputHasEndedAndNotBefore() {
        TestDriver driver = send(driver(ten()), 1);
        driver.drain();
        assertEquals("", told(driver));
        assertEquals("[0,10)=1", told(driver.endAll()));
    }

    @Test
    void shouldRefuseWhatIsBeyondItsBoundsAndKeepTheRestExact() {
        TestDriver driver = send(driver(ten().windowsAtMost(2)), 1, 11, 21, 2);
        assertEquals(Reason.OVER_BOUND, driver.deadLetters().get(0).reason());
        assertEquals("[0,10)=2 [10,20)=1", told(driver.endAll()));
    }

    @Test
    void shouldRefuseKeysBeyondTheBudgetAndGoOnWhenSomeHaveGone() {
        TestDriver driver = TestDriver.of(topology(ten()), PlanOptions.tested().withStateBytes(512 << 10));
        int keys = 20_000;
        for (int i = 0; i < keys; i++) {
            driver.send(IN, new Ev(i, 1, 5));
        }
        long refused = driver.deadLetterCounts().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        driver.advanceToNs(10);
        assertTrue(refused > 0 && refused < keys, refused + " refused");
        assertEquals(keys - refused, driver.take(BARS).size());
        assertEquals("[10,20)=1", told(send(driver, 15).endAll()));
    }

    @Test
    void shouldRefuseAnEventWithWhichASumWouldNotFit() {
        TestDriver driver = driver(ten());
        driver.send(IN, new Ev(0, Long.MAX_VALUE, 1)).send(IN, new Ev(0, 1, 2)).send(IN, new Ev(0, -1, 3));
        assertEquals(Reason.OUT_OF_RANGE, driver.deadLetters().get(0).reason());
        assertEquals(
                List.of(Long.MAX_VALUE - 1),
                driver.endAll().take(BARS).stream().map(Bar::sum).toList());
    }

    @Test
    void shouldLoseTheResultOfAWindowWhosePanesDoNotFitTogetherAndNoEvent() {
        Window window = hopping(ofNanos(20), ofNanos(10));
        TestDriver driver = driver(window);
        driver.send(IN, new Ev(0, Long.MAX_VALUE, 1)).send(IN, new Ev(0, 1, 11)).endAll();
        assertEquals(List.of(Long.MAX_VALUE, 1L), sums(driver));
        assertEquals(Reason.OUT_OF_RANGE, driver.deadLetters().get(0).reason());
        assertTrue(driver.deadLetters().get(0).fired());

        TestDriver updates = driver(window.emitOnUpdate());
        updates.send(IN, new Ev(0, Long.MAX_VALUE, 1)).send(IN, new Ev(0, 1, 11));
        assertEquals(List.of(Long.MAX_VALUE, Long.MAX_VALUE, 1L), sums(updates));
        assertEquals(1, updates.deadLetters().size());
        updates.send(IN, new Ev(0, -5, 12));
        assertEquals("[0,20)=3r1 [10,30)=2r1", told(updates));
        assertEquals(1, updates.deadLetters().size());
    }

    private static List<Long> sums(TestDriver driver) {
        return driver.take(BARS).stream().map(Bar::sum).toList();
    }

    @Test
    void shouldHaveWindowsOfMoreThanACentury() {
        long day = Duration.ofDays(1).toNanos();
        for (int days : new int[] {60_000, 100_000}) {
            TestDriver driver = driver(tumbling(Duration.ofDays(days)));
            send(driver, -1, 5, 6, day).endAll();
            String last = "[0," + days * day + ")=3";
            assertEquals("[" + -days * day + ",0)=1 " + last, told(driver));
            assertEquals(List.of(), driver.take(LATE));
        }
        for (int[] steps : new int[][] {{90_000, 30_000, 3}, {70_000, 50_000, 2}}) {
            TestDriver driver = driver(hopping(Duration.ofDays(steps[0]), Duration.ofDays(steps[1])));
            send(driver, 5, 6).endAll();
            List<Bar> bars = driver.take(BARS);
            assertEquals(steps[2], bars.size());
            for (Bar bar : bars) {
                assertEquals(steps[0] * day, bar.end() - bar.start());
                assertEquals(2, bar.count());
            }
        }
        TestDriver driver = driver(tumbling(Duration.ofDays(60_000)));
        driver.send(IN, new Ev(0, 1, 60_000 * day));
        assertEquals(Reason.OUT_OF_RANGE, driver.deadLetters().get(0).reason());
    }

    @Test
    void shouldSayWhatCannotBe() {
        refused("filter in front", () -> topology(hopping(ofNanos(3), ofNanos(10))));
        refused("in 4097 windows", () -> topology(hopping(ofNanos(8_193), ofNanos(2))));
        refused("positive", () -> topology(tumbling(ofNanos(0))));
        refused("292 years", () -> topology(tumbling(Duration.ofDays(110_000))));
        refused("292 years", () -> topology(hopping(Duration.ofDays(100_000), Duration.ofDays(60_000))));
        refused("windowsAtMost(0): one event alone is in 1", () -> topology(ten().windowsAtMost(0)));
        refused(
                "windowsAtMost(2147483647); use 1 to 1048576",
                () -> topology(Window.session(ofNanos(1)).windowsAtMost(Integer.MAX_VALUE)));
        refused("fewer events", () -> topology(Window.slidingCount(1_000_000_000, 1)));
        refused("fewer events", () -> topology(Window.slidingCount(2_000_000_000, 1)));
        refused("emptyFor(table)", () -> topology(ten().emitEmpty()));
        refused("one result a window", () -> topology(ten().emitEmpty().every(2)));
        refused(
                "inserts only",
                () -> Millrace.topology(
                        "t",
                        t -> t.from(IN)
                                .keyBy(Ev::key)
                                .window("w", ten().emitOnUpdate())
                                .aggregate(KeyedShape::new)
                                .map(Ev.class, s -> new Ev(s.key(), 1, 1))
                                .window("second", ten())
                                .aggregate(Shape::new)
                                .to(BARS, Shape::bar)));
    }

    private static void refused(String word, Runnable builds) {
        String message = assertThrows(TopologyException.class, builds::run).getMessage();
        assertTrue(message.contains(word), message);
    }
}
