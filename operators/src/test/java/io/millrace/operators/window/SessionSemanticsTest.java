package io.millrace.operators.window;

import static io.millrace.operators.window.Window.session;
import static io.millrace.operators.window.WindowSemanticsTest.BARS;
import static io.millrace.operators.window.WindowSemanticsTest.IN;
import static io.millrace.operators.window.WindowSemanticsTest.LATE;
import static io.millrace.operators.window.WindowSemanticsTest.driver;
import static io.millrace.operators.window.WindowSemanticsTest.send;
import static io.millrace.operators.window.WindowSemanticsTest.told;
import static java.time.Duration.ofNanos;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.event.DeadLetter;
import io.millrace.event.EntryForm;
import io.millrace.event.Meta;
import io.millrace.event.Reason;
import io.millrace.operators.process.ManualRun;
import io.millrace.operators.window.Bar.Ev;
import io.millrace.operators.window.Bar.KeyedShape;
import io.millrace.plan.EdgePlan;
import io.millrace.plan.Plan;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.state.FiringPace;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The lines of the semantics page about sessions, one test each. */
class SessionSemanticsTest {
    private static Window ten() {
        return session(ofNanos(10));
    }

    private static List<String> forms(TestDriver driver) {
        return driver.metas(BARS).stream()
                .map(Meta::form)
                .map(EntryForm::name)
                .map(n -> n.substring(0, 3))
                .toList();
    }

    @Test
    void shouldJoinEventsThatAreAGapApartAndNoFurther() {
        assertEquals("[0,11)=2", told(send(driver(ten()), 0, 10).endAll()));
        assertEquals("[0,1)=1 [11,12)=1", told(send(driver(ten()), 0, 11).endAll()));
    }

    @Test
    void shouldPutTwoSessionsTogetherAndTakeBackWhatWasSentOfBoth() {
        TestDriver driver = send(driver(ten().emitOnUpdate()), 0, 20);
        assertEquals("[0,1)=1 [20,21)=1", told(driver));
        send(driver, 10);
        assertEquals(List.of("RET", "RET", "INS"), forms(driver));
        assertEquals("[20,21)=1 [0,1)=1 [0,21)=3r1", told(driver));
        assertEquals("", told(driver.endAll()));
        assertEquals(0, driver.counters("w").keys);
    }

    @Test
    void shouldGiveTheSameForAllOrdersOfTheEvents() {
        List<String> results = new ArrayList<>();
        long[][] orders = {{0, 10, 20}, {0, 20, 10}, {10, 0, 20}, {10, 20, 0}, {20, 0, 10}, {20, 10, 0}};
        for (long[] order : orders) {
            results.add(told(send(driver(ten()), order).endAll()));
        }
        assertEquals(List.of("[0,21)=3"), results.stream().distinct().toList());
    }

    /** What is left of results that were replaced and taken back, in the order of what was sent last. */
    private static String left(TestDriver driver) {
        Map<String, String> left = new LinkedHashMap<>();
        List<EntryForm> forms = driver.metas(BARS).stream().map(Meta::form).toList();
        List<Bar> bars = driver.take(BARS);
        for (int i = 0; i < bars.size(); i++) {
            Bar b = bars.get(i);
            String window = b.key() + ": " + b.start() + ".." + (b.end() - 1);
            String was = left.remove(window);
            assertEquals(forms.get(i) == EntryForm.INSERT, was == null, window);
            if (forms.get(i) == EntryForm.RETRACTION) {
                assertEquals(was, b.count() + "/" + b.sum(), window);
            } else {
                left.put(window, b.count() + "/" + b.sum());
            }
        }
        return left.toString();
    }

    /** Three keys, each of which has these events, behind progress and the ends of all sessions but the last. */
    @Test
    void shouldLeaveTheSameForAllOrdersOfTheEventsWithinTheLateness() {
        for (Window window : List.of(ten(), ten().emitOnUpdate(), ten().every(2), ten().retracting())) {
            Set<String> results = new TreeSet<>();
            long[][] orders = {{0, 10, 20}, {0, 20, 10}, {10, 0, 20}, {10, 20, 0}, {20, 0, 10}, {20, 10, 0}};
            for (long[] order : orders) {
                TestDriver driver = driver(window.allowedLateness(ofNanos(40))).advanceToNs(25);
                for (long key : new long[] {3, 1, 2}) {
                    for (long time : order) {
                        driver.send(IN, new Ev(key, time + 1, time));
                    }
                }
                assertEquals(3, driver.counters("w").keys);
                results.add(left(driver.endAll()));
                assertEquals(0, driver.counters("w").keys, "what was put together leaves nothing behind");
                assertEquals(List.of(), driver.take(LATE));
            }
            assertEquals(Set.of("{3: 0..20=3/33, 1: 0..20=3/33, 2: 0..20=3/33}"), results, window.toString());
        }
    }

    /** Long before 1970 progress less such a lateness is no number. */
    @Test
    void shouldTakeWhatIsBehindWithinALatenessAsLongAsTime() {
        TestDriver driver = send(driver(ten().allowedLateness(ofNanos(Long.MAX_VALUE))), -1_000)
                .advanceToNs(-100);
        assertEquals("[-1000,-999)=1", told(driver));
        send(driver, -500);
        assertEquals(List.of(), driver.take(LATE));
        assertEquals("[-500,-499)=1", told(driver));
    }

    @Test
    void shouldHoldWhatIsFinalAgainstALateEvent() {
        TestDriver driver = send(driver(session(ofNanos(5))), 0);
        assertEquals("", told(driver.advanceToNs(5)));
        assertEquals("[0,1)=1", told(driver.advanceToNs(6)));
        send(driver, 6, 3);
        assertEquals(Reason.LATE, driver.metas(LATE).get(0).reason());
        assertEquals(List.of(new Ev(0, 1, 3)), driver.take(LATE), "that at progress is not late");
        assertEquals("[6,7)=1", told(driver.endAll()));
    }

    @Test
    void shouldTakeALateBridgeWithinTheLatenessAndTakeBackWhatItJoins() {
        TestDriver driver =
                send(driver(ten().allowedLateness(ofNanos(50))), 0, 20).advanceToNs(40);
        assertEquals("[0,1)=1 [20,21)=1", told(driver));
        send(driver, 10);
        assertEquals(List.of("RET", "RET", "INS"), forms(driver));
        assertEquals("[20,21)=1 [0,1)=1 [0,21)=3r1", told(driver));
    }

    /** Moments 4 and 8 after the first event; what was told of the session before it grew is taken back at that moment. */
    @Test
    void shouldSendPartialResultsOfASessionAndTakeThemBackWhenItHasGrown() {
        TestDriver driver = send(driver(ten().early(ofNanos(4))), 2).advanceToNs(6);
        assertEquals(List.of(6L), driver.metas(BARS).stream().map(Meta::timeNs).toList());
        assertEquals("[2,3)=1", told(driver));
        send(driver.advanceToNs(7), 8).advanceToNs(9);
        assertEquals("", told(driver), "its next moment is 10");
        assertEquals(List.of("RET", "INS"), forms(driver.advanceToNs(10)));
        assertEquals("[2,3)=1 [2,9)=2r1", told(driver));
        send(driver.advanceToNs(11), 30).advanceToNs(18);
        assertEquals("", told(driver), "nothing has come");
        assertEquals("", told(send(driver, 18)), "the session is [2,19), and that at 30 would be another");
        assertEquals("[2,9)=2r1 [2,19)=3r2", told(driver.advanceToNs(22)));
        assertEquals("[30,31)=1", told(driver.advanceToNs(34)));
        assertEquals("", told(driver.endAll()), "all has been told");
    }

    /** 0 and 20 have been told early, then 10 comes: one is taken back at once, the other when the whole session is told. */
    @Test
    void shouldTakeBackWhatWasToldEarlyOfBothWhenTwoSessionsBecomeOne() {
        Window window = ten().early(ofNanos(4)).allowedLateness(ofNanos(50));
        TestDriver driver = send(driver(window), 0, 20).advanceToNs(24);
        assertEquals("[0,1)=1 [20,21)=1", told(driver));
        assertEquals(List.of("RET"), forms(send(driver, 10)));
        assertEquals("[20,21)=1", told(driver));
        assertEquals(List.of("RET", "INS"), forms(driver.advanceToNs(28)));
        assertEquals("[0,1)=1 [0,21)=3r1", told(driver));
    }

    /** However many end at once and are told anew: what another stage is to be sent has room in the ring to it. */
    @Test
    void shouldHaveRoomInTheRingForWhatIsTakenBackAndToldAnew() {
        Topology topology = Millrace.topology(
                "t",
                t -> t.from(IN)
                        .keyBy(Ev::key)
                        .window("w", ten().every(2).windowsAtMost(1))
                        .aggregate(KeyedShape::new)
                        .filter(s -> s.count.get() > 0)
                        .onThread("behind")
                        .to(BARS, KeyedShape::bar));
        EdgePlan ring = Planner.plan(topology, PlanOptions.tested().withThreads())
                .edges()
                .get(0);
        int rounds = Plan.SET_ASIDE + 1;
        assertTrue(ring.mostPerQ() >= rounds * 2 * 64, ring + ": an entry may end 64, each of which sends two");
    }

    @Test
    void shouldStampASessionWithTheMomentItCouldStillHaveGrown() {
        TestDriver driver = send(driver(ten()), 0, 4).endAll();
        assertEquals(List.of(14L), driver.metas(BARS).stream().map(Meta::timeNs).toList());
    }

    @Test
    void shouldLeaveNoSessionWhenTimeHasPassedHoweverOftenKeysComeBack() {
        TestDriver driver = driver(ten());
        int keys = 40_000;
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < keys; i++) {
                driver.send(IN, new Ev(i, 1, 1_000_000L * round));
            }
            driver.advanceToNs(1_000_000L * round + 11);
            assertEquals(keys, driver.take(BARS).size());
            assertEquals(0, driver.counters("w").keys);
        }
        assertEquals(List.of(), driver.deadLetters());
        assertTrue(driver.counters("w").maxFirings <= FiringPace.FEW, "firings " + driver.counters("w").maxFirings);
    }

    /** Two become one, and the state of one is free: with what one leaves behind a mebibyte would be full after some thousands. */
    @Test
    void shouldFreeTheStateOfOneOfTwoSessionsThatBecomeOne() {
        int sessions = 200_000;
        ManualRun run = new ManualRun(
                WindowSemanticsTest.topology(ten()), PlanOptions.fused().withStateBytes(1 << 20));
        int told = 0;
        for (int i = 0; i < sessions; i++) {
            long ns = 40L * i;
            int key = i % 7;
            run.send(0, IN, new Ev(key, 1, ns));
            run.send(0, IN, new Ev(key, 1, ns + 20));
            run.send(0, IN, new Ev(key, 1, ns + 10));
            if (i % 1_000 == 0) {
                told += run.take().size();
            }
        }
        run.advance(40L * sessions);
        while (run.goOn()) {
            told += run.take().size();
        }
        assertEquals(sessions, told + run.take().size());
        assertEquals(0, run.dead(), "refused");
        assertEquals(0, run.counters("w").keys);
    }

    // ---- windows of so many events

    /** Moments are the multiples of 4; what fills the window takes back what was told before; what is left is told at the end. */
    @Test
    void shouldSendPartialResultsOfAWindowThatIsNotFull() {
        TestDriver driver =
                send(driver(Window.count(3).early(ofNanos(4))), 1, 2).advanceToNs(4);
        assertEquals("[1,3)=2", told(driver));
        assertEquals(List.of("RET", "INS"), forms(send(driver.advanceToNs(9), 9)));
        assertEquals("[1,3)=2 [1,10)=3r1", told(driver));
        assertEquals("", told(driver.advanceToNs(100)), "nothing has come");
        assertEquals("[101,102)=1", told(send(driver, 101).endAll()));
    }

    /** One result for each event, that which fills a window too; it has other bounds than the one before, so it takes that back. */
    @Test
    void shouldTellAWindowByCountWithEachEvent() {
        TestDriver driver = send(driver(Window.count(3).emitOnUpdate()), 1, 2, 9, 20);
        assertEquals(List.of("INS", "RET", "INS", "RET", "INS", "INS"), forms(driver));
        assertEquals("[1,2)=1 [1,2)=1 [1,3)=2r1 [1,3)=2r1 [1,10)=3r2 [20,21)=1", told(driver.endAll()));
        assertEquals(
                List.of("INS", "REP", "REP"), forms(send(driver(Window.count(3).emitOnUpdate()), 5, 5, 5)));
        assertEquals(
                List.of("INS", "RET", "INS"),
                forms(send(driver(Window.count(3).emitOnUpdate().retracting()), 5, 5)));
    }

    @Test
    void shouldTellAWindowByCountWithEveryNthOfItsEvents() {
        TestDriver driver = send(driver(Window.count(5).every(2)), 1, 1, 1, 1, 1, 1, 1);
        assertEquals("[1,2)=2 [1,2)=4r1 [1,2)=5r2 [1,2)=2", told(driver.endAll()));
        assertEquals("[1,2)=2 [1,2)=4r1", told(send(driver(Window.count(4).every(2)), 1, 1, 1, 1)));
    }

    /** What an event has told is not told once more when the moment comes. */
    @Test
    void shouldTellAtTheMomentOnlyWhatNoEventHasTold() {
        TestDriver driver = driver(Window.count(5).every(2).early(ofNanos(4)));
        assertEquals("[1,2)=2", told(send(driver, 1, 1).advanceToNs(4)));
        assertEquals("[1,6)=3r1", told(send(driver, 5).advanceToNs(8)).replace("[1,2)=2 ", ""));
        assertEquals("", told(driver.endAll()));
    }

    /** The window that the step ends: the ones behind it have begun by then, and wait. */
    @Test
    void shouldTellOfWindowsByCountThatSlideTheOneThatTheStepEnds() {
        Window window = Window.slidingCount(4, 2).retracting();
        String all = "[1,2)=1 [1,2)=1 [1,3)=2r1 [1,4)=3 [1,4)=3 [1,5)=4r1 [3,6)=3 [3,6)=3 [3,7)=4r1";
        assertEquals(all, told(send(driver(window.emitOnUpdate()), 1, 2, 3, 4, 5, 6)));
        assertEquals("[1,3)=2 [1,4)=3 [1,4)=3 [1,5)=4r1", told(send(driver(window.every(3)), 1, 2, 3, 4)));
        TestDriver driver = send(driver(window.early(ofNanos(4))), 1, 2, 3).advanceToNs(4);
        assertEquals("[1,3)=2 [1,4)=3", told(driver));
        assertEquals("", told(driver.advanceToNs(100)), "nothing has come");
        assertEquals(List.of("RET", "INS"), forms(send(driver, 104)));
    }

    /** With a longer step most events are in no window, and bring nothing. */
    @Test
    void shouldTellNothingForEventsBetweenWindowsByCount() {
        for (int step : new int[] {4, 5}) { // with two, and with one event in a pane
            TestDriver driver =
                    driver(Window.slidingCount(2, step).emitOnUpdate().early(ofNanos(1)));
            long[] times = new long[2 * step];
            Arrays.fill(times, 7);
            send(driver, times).advanceToNs(100);
            assertEquals("[7,8)=1 [7,8)=2r1 [7,8)=1 [7,8)=2r1", told(driver));
        }
    }

    @Test
    void shouldRefuseToTellWindowsByCountBeforeTheyAreFullWhereNothingCanBeTold() {
        for (Window w : List.of(Window.count(1), Window.slidingCount(9, 1), Window.slidingCount(1, 9))) {
            for (Window each : List.of(w.emitOnUpdate(), w.every(1), w.early(ofNanos(4)))) {
                refused("fills it, so there is a result for it already; leave out emitOnUpdate", each);
            }
        }
        refused("take fewer than 5, or leave it out", Window.count(5).every(5));
        refused("take fewer than 4, or leave it out", Window.slidingCount(4, 2).every(6));
        refused("take fewer than 5, or leave it out", Window.slidingCount(10, 5).every(5));
        refused(
                "take fewer than 10, or leave it out",
                Window.slidingCount(100, 10).every(20));
        refused(
                "has had fewer than 10: later nothing would be told before it is full; take fewer than 4, or leave it out",
                Window.slidingCount(10, 4).every(5));
    }

    @Test
    void shouldTakeEachNumberOfEventsBehindWhichThereIsSomethingToTell() {
        for (int size = 2; size <= 24; size++) {
            for (int step = 2; step <= 26; step++) {
                for (int every = 1; every < size; every++) {
                    Window window = Window.slidingCount(size, step).every(every);
                    boolean isTaken = window.problem() == null;
                    assertEquals(CountOracle.Spec.tells(size, step, every), isTaken, size + " " + step + " " + every);
                }
            }
        }
    }

    /** With the node, and the line that says it. */
    private static void refused(String why, Window window) {
        String said =
                assertThrows(TopologyException.class, () -> driver(window)).getMessage();
        assertTrue(said.contains(why), said);
        assertTrue(said.contains("w") && said.contains("WindowSemanticsTest.java:"), said);
    }

    @Test
    void shouldCountInTheOrderOfArrivalWhateverTheTime() {
        TestDriver driver =
                send(driver(Window.count(2)).advanceToNs(5_000), 9, 1, 5, 3, 7).endAll();
        assertEquals("[1,10)=2 [3,6)=2", told(driver));
        assertEquals(List.of(), driver.take(LATE));
    }

    /** There is room for two keys: one whose window is full is none of them, also where partial results have been told of it. */
    @Test
    void shouldKeepNothingOfAKeyWhoseWindowIsFull() {
        for (Window window : List.of(Window.count(2), Window.count(2).early(ofNanos(4)))) {
            TestDriver driver = TestDriver.of(Millrace.topology(
                    "full",
                    t -> t.from(IN)
                            .keyBy(Ev::key)
                            .keysAtMost(2)
                            .window("w", window)
                            .aggregate(KeyedShape::new)
                            .to(BARS, KeyedShape::bar)));
            for (int i = 0; i < 200; i++) {
                driver.send(IN, new Ev(i / 2, 1, i * 3)).restart();
            }
            assertEquals(0, driver.counters("w").keys);
            assertEquals(List.of(), driver.deadLetters());
            assertEquals(
                    100, driver.take(BARS).stream().filter(b -> b.count() == 2).count());
            for (int key = 0; key < 3; key++) {
                driver.send(IN, new Ev(key, 1, 600));
            }
            assertEquals(2, driver.counters("w").keys, "what is not full is kept");
            assertEquals(Reason.OVER_BOUND, driver.deadLetters().get(0).reason());
        }
    }

    @Test
    void shouldSlideOverTheLastEventsAndGrowUntilThereAreSoMany() {
        TestDriver driver = send(driver(Window.slidingCount(4, 2)), 1, 2, 3, 4, 5, 6, 7);
        assertEquals("[1,3)=2 [1,5)=4 [3,7)=4", told(driver));
    }

    private static String sums(TestDriver driver, long... values) {
        for (long value : values) {
            driver.send(IN, new Ev(0, value, 1));
        }
        return driver.take(BARS).stream().map(Bar::sum).toList().toString();
    }

    @Test
    void shouldRefuseAnEventWithWhichTheSumOfAWindowByCountWouldNotFitAndGoOnWithTheNext() {
        for (Window window : List.of(Window.count(3), Window.count(3).early(ofNanos(4)))) {
            TestDriver driver = driver(window);
            assertEquals("[" + (Long.MAX_VALUE - 25) + "]", sums(driver, Long.MAX_VALUE, 5, 1, -20, -5));
            assertEquals(2, driver.deadLetters().size());
            assertEquals(Reason.OUT_OF_RANGE, driver.deadLetters().get(0).reason());
            assertTrue(
                    driver.deadLetters().get(0).event().contains("value=5"),
                    driver.deadLetters().get(0).event());
            assertEquals(2, driver.redrive("w"), "and they come into the next one");
            assertEquals("[13]", sums(driver, 7));
        }
    }

    /** Each event is a pane, and fits. */
    @Test
    void shouldLoseTheResultOfAWindowByCountWhosePanesDoNotFitTogetherAndNoEvent() {
        TestDriver driver = driver(Window.slidingCount(3, 1));
        assertEquals("[" + Long.MAX_VALUE + ", 16, 31]", sums(driver, Long.MAX_VALUE, 5, 1, 10, 20));
        assertEquals(2, driver.deadLetters().size());
        for (DeadLetter letter : driver.deadLetters()) {
            assertEquals(Reason.OUT_OF_RANGE, letter.reason());
            assertTrue(letter.cause().contains("though those of its parts do: these are kept"), letter.cause());
        }
        assertEquals(0, driver.redrive("w"));
    }

    /** The letter says that the result is not there; what was told of the first three of its events stays. */
    @Test
    void shouldLeaveWhatWasToldOfAWindowByCountBeforeAResultThatDoesNotFit() {
        Window window = Window.slidingCount(4, 2).emitOnUpdate();
        long most = Long.MAX_VALUE;
        for (Window each : List.of(window, window.retracting())) {
            TestDriver driver = driver(each);
            sums(driver, most, 0);
            assertEquals("[" + (most - 1) + "]", sums(driver, -1));
            assertEquals("[]", sums(driver, 6));
            assertEquals(Reason.OUT_OF_RANGE, driver.deadLetters().get(0).reason());
            assertEquals("[6]", sums(driver, 1), "of the next window");
        }
    }

    /** The counted work for an event is the same whatever the size, and at every event. */
    @Test
    void shouldSlideInConstantWorkWhateverTheSize() {
        for (int size : new int[] {10, 101, 1_000, 100_000}) {
            slideInConstantWork(size, Window.slidingCount(size, 1), size, 24);
        }
    }

    /** So it is where each event tells of the window in hand: the last has all but the events to the end of its step. */
    @Test
    void shouldTellOfTheWindowInHandInConstantWorkWhateverTheSize() {
        for (int size : new int[] {10, 101, 1_000}) {
            int missing = Math.floorMod(-4 * size, 3);
            slideInConstantWork(size, Window.slidingCount(size, 3).emitOnUpdate(), size - missing, 30);
        }
    }

    private static void slideInConstantWork(int size, Window window, int last, int slots) {
        TestDriver driver = driver(window);
        long most = 0;
        int events = size > 10_000 ? 160_000 : 4 * size;
        for (int i = 0; i < events; i++) {
            driver.send(IN, new Ev(0, i, i));
            if (i % 1_000 == 0) {
                driver.take(BARS);
            }
            most = Math.max(most, driver.counters("w").maxSlotsTouched);
        }
        List<Bar> rest = driver.take(BARS);
        assertEquals(last, rest.get(rest.size() - 1).count());
        assertTrue(most <= slots, "slots touched " + most + " with " + size);
        assertEquals(List.of(), driver.deadLetters());
    }
}
