package io.millrace.operators.join;

import static io.millrace.operators.join.Market.ANSWERS;
import static io.millrace.operators.join.Market.price;
import static io.millrace.operators.join.Market.trade;
import static java.time.Duration.ofNanos;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.DeadLetter;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Reason;
import io.millrace.operators.join.Market.Answer;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import io.millrace.operators.window.Window;
import io.millrace.plan.PlanOptions;
import io.millrace.state.FiringPace;
import io.millrace.state.Pages;
import io.millrace.state.StateBudget;
import io.millrace.state.StateException;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import io.millrace.topology.TopologyException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Joins of what is in one session of both sides. */
class SessionJoinTest {
    private static final List<String> KINDS = List.of("inner", "left", "right", "full", "anti", "semi");
    private static final Input<Trade> TRADES = Market.trades(0);
    private static final Input<Price> PRICES = Market.prices(0);

    private static Interval<Object> session(long gapNs) {
        return Interval.sameWindow(Window.session(ofNanos(gapNs)));
    }

    private static TestDriver driver(Interval<? super Trade> interval) {
        return driver(interval, PlanOptions.tested());
    }

    private static TestDriver driver(Interval<? super Trade> interval, PlanOptions options) {
        return TestDriver.of(Market.topology(TRADES, PRICES, (t, p) -> t.join("join", p, interval)), options);
    }

    /** Moves progress by events of other keys, which match nothing. */
    private static void progress(TestDriver driver, long ns) {
        driver.send(TRADES, new Trade(99, 99, ns)).send(PRICES, new Price(98, 98, false, ns));
    }

    private static List<Long> times(TestDriver driver) {
        return driver.metas(ANSWERS).stream().map(Meta::timeNs).toList();
    }

    static Trials trials() {
        return Trials.of("trials()", SessionJoinTest::trial).cases(200);
    }

    @Test
    void shouldAgreeWithListsOfAllThatIsInOneSession() {
        trials().check();
    }

    private static Trial trial(Random random) {
        String kind = KINDS.get(random.nextInt(KINDS.size()));
        long gapNs = random.nextInt(9);
        long latenessNs = random.nextInt(3) * random.nextInt(12);
        int most = random.nextInt(4) == 0 ? 4 : 1_000;
        Input<Trade> trades = Market.trades(random.nextInt(3) * random.nextInt(20));
        Input<Price> prices = Market.prices(random.nextInt(3) * random.nextInt(20));
        Interval<Object> interval = IntervalRandomTest.of(session(gapNs), kind)
                .allowedLateness(ofNanos(latenessNs))
                .matchesAtMost(most);
        long baseNs = Market.base(random);
        return Trial.of(Market.topology(trades, prices, (t, p) -> t.join("join", p, interval)))
                .options(PlanOptions.tested().withStateBytes(4 << 20).withHashSeed(random.nextLong()))
                .feed(trades, (key, timeNs, value) -> new Trade(key, value, baseNs + timeNs))
                .feed(prices, (key, timeNs, value) -> new Price(key, value, false, baseNs + timeNs))
                .weights(Market.weights(baseNs).events(30)) // of more, what is due may wait for the next entry
                .endAll()
                .compareByStep(ANSWERS)
                .compareLetters()
                .oracle(new SessionJoinOracle(gapNs, latenessNs, kind, most))
                .look(d -> assertEquals(0, d.counters("join").keys, "all is free at the end"));
    }

    @Test
    void shouldPairTwoEventsWhenOneComesThatLeadsFromOneToTheOther() {
        TestDriver driver = driver(session(10));
        driver.send(TRADES, trade(1, 0)).send(PRICES, price(7, 10)).send(PRICES, price(8, 20));
        assertEquals(List.of(10L, 20L), times(driver));
        assertEquals(List.of(new Answer(1, 7), new Answer(1, 8)), driver.take(ANSWERS), "chained by the one between");
        driver.send(TRADES, trade(2, 31));
        assertEquals(List.of(), driver.take(ANSWERS), "a nanosecond more than the gap is another session");
    }

    @Test
    void shouldPairAllOfTwoSessionsWhenALateEventWithinTheLatenessJoinsThem() {
        TestDriver driver = driver(session(10).allowedLateness(ofNanos(20)));
        driver.send(TRADES, trade(1, 0)).send(PRICES, price(5, 1)).send(TRADES, trade(2, 20));
        driver.send(PRICES, price(6, 21));
        assertEquals(List.of(new Answer(1, 5), new Answer(2, 6)), driver.take(ANSWERS));
        driver.send(PRICES, price(7, 11));
        assertEquals(List.of(11L, 20L, 21L, 20L), times(driver), "each has the later time of the two");
        assertEquals(
                List.of(new Answer(1, 7), new Answer(2, 7), new Answer(1, 6), new Answer(2, 5)),
                driver.take(ANSWERS),
                "its own pairs, then those of what it brings together");
        progress(driver, 52);
        driver.send(PRICES, price(8, 31));
        assertEquals(
                List.of(Reason.LATE),
                driver.deadLetters().stream().map(DeadLetter::reason).toList());
    }

    @Test
    void shouldSendWhatStandsAloneInItsSessionWhenThatIsOverStampedWithWhenItCouldHaveGrown() {
        TestDriver driver = driver(session(10).full());
        driver.send(TRADES, trade(1, 0)).send(TRADES, trade(2, 8)).send(PRICES, new Price(2, 5, false, 3));
        progress(driver, 18);
        assertEquals(List.of(new Answer(-1, 5)), driver.take(ANSWERS));
        progress(driver, 19);
        assertEquals(List.of(18L, 18L), times(driver));
        assertEquals(List.of(new Answer(1, -1), new Answer(2, -1)), driver.take(ANSWERS));
    }

    @Test
    void shouldSendForSemiEachLeftEventOnceAndForAntiThoseOfSessionsWithoutARightOne() {
        TestDriver semi = driver(session(10).semi());
        semi.send(TRADES, trade(1, 0)).send(TRADES, trade(2, 5)).send(PRICES, price(7, 9));
        semi.send(PRICES, price(8, 12)).send(TRADES, trade(3, 13));
        assertEquals(List.of(new Answer(1, 7), new Answer(2, 7), new Answer(3, 7)), semi.take(ANSWERS));
        TestDriver anti = driver(session(10).anti());
        anti.send(TRADES, trade(1, 0)).send(TRADES, trade(2, 5)).send(PRICES, price(7, 9));
        anti.send(TRADES, trade(3, 15)).send(TRADES, trade(4, 26));
        progress(anti, 40);
        assertEquals(List.of(new Answer(4, -1)), anti.take(ANSWERS), "the session of a right event goes on behind it");
    }

    @Test
    void shouldRefuseAnEventThatBringsTogetherMoreThanOneMay() {
        TestDriver bridge = driver(session(10).left().matchesAtMost(3).allowedLateness(ofNanos(20)));
        bridge.send(TRADES, trade(1, 0)).send(TRADES, trade(2, 0));
        bridge.send(PRICES, price(5, 20)).send(PRICES, price(6, 20)).send(PRICES, price(7, 10));
        assertEquals(List.of(), bridge.take(ANSWERS), "2 of its own and 4 between: all or none");
        assertEquals(Reason.OVER_BOUND, bridge.deadLetters().get(0).reason());
        bridge.endAll();
        assertEquals(
                List.of(new Answer(1, -1), new Answer(2, -1)),
                bridge.take(ANSWERS),
                "it has not led from one to the other");
    }

    @Test
    void shouldCountForSemiTheOwnPairOfAnEventThatBringsTwoTogether() {
        for (int most = 1; most <= 2; most++) {
            Interval<Object> semi = session(10).semi().matchesAtMost(most).allowedLateness(ofNanos(20));
            TestDriver driver = driver(semi);
            driver.send(TRADES, trade(1, 0)).send(PRICES, price(7, 20)).send(TRADES, trade(2, 10));
            List<Answer> both = List.of(new Answer(2, 7), new Answer(1, 7));
            assertEquals(most == 2 ? both : List.of(), driver.take(ANSWERS));
            assertEquals(most == 2 ? 0 : 1, driver.deadLetters().size());
            assertEquals(most, IntervalJoin.of(null, semi).maxOutputs(), "what has room behind it");
        }
    }

    @Test
    void shouldTouchLittleWhereAnEventPutsTwoSessionsOfOneSideTogether() {
        for (long manyNs : new long[] {0, 20}) {
            MarketRun run = new MarketRun(
                    64 << 20, (t, p) -> t.join("join", p, session(10).allowedLateness(ofNanos(20))));
            run.send(trade(-1, 20 - manyNs));
            for (int i = 0; i < 2_000; i++) {
                run.send(trade(i, manyNs));
            }
            run.send(trade(-2, 10));
            assertTrue(run.counters().maxSlotsTouched < 1_000, run.counters().maxSlotsTouched + " touched");
            assertEquals(0, run.dead());
        }
    }

    @Test
    void shouldSendSessionsThatEndAtOneMomentInTheOrderInWhichTheyWereBegunWheneverTheyWereLookedAt() {
        for (long lookedAtNs : new long[] {0, 12}) {
            MarketRun run = new MarketRun(
                    64 << 20, (t, p) -> t.join("join", p, session(10).full()));
            run.send(new Trade(1, 1, 0)).send(new Price(2, 2, false, 3)).send(new Trade(1, 3, 5));
            run.advance(lookedAtNs);
            run.send(new Price(2, 4, false, 13)).send(new Trade(3, 5, 13)).send(new Trade(1, 6, 13));
            assertEquals(
                    List.of(
                            new Answer(1, -1),
                            new Answer(3, -1),
                            new Answer(6, -1),
                            new Answer(-1, 2),
                            new Answer(-1, 4),
                            new Answer(5, -1)),
                    run.end().take(),
                    "looked at " + lookedAtNs);
        }
    }

    /** Ten thousand events of one session, and a session for each of ten thousand others, all due at one moment. */
    @Test
    void shouldSendAndFreeAFewAtATimeHoweverMuchIsOver() {
        int each = 10_000;
        for (String kind : List.of("inner", "left")) {
            MarketRun run =
                    new MarketRun(64 << 20, (t, p) -> t.join("join", p, IntervalRandomTest.of(session(10), kind)));
            for (int i = 0; i < 2 * each; i++) {
                run.send(new Trade(i < each ? 0 : i, i, i % 10));
            }
            run.send(new Price(-1, -1, false, 9)).advance(20);
            int few = run.take().size();
            int most = kind.equals("left") ? IntervalJoin.FIRINGS : FiringPace.FEW;
            assertTrue(few <= most, few + " for one entry");
            run.restart();
            assertFalse(run.isBehindAfter(2 * each / most + 2));
            assertEquals(
                    kind.equals("left") ? 2 * each - few : 0,
                    run.take().stream().distinct().count());
            assertEquals(most, run.counters().maxFirings);
            assertTrue(run.counters().maxSlotsTouched < 4_000, run.counters().maxSlotsTouched + " touched");
            assertEquals(0, run.counters().keys);
            assertEquals(0, run.dead());
        }
    }

    @Test
    void shouldSendWhatIsDueForAKeyBeforeItsEventAndTheSameWhenFiringIsSpread() {
        Map<Boolean, List<Answer>> spread = dueOfKey1AndOfOthers(false);
        List<Long> ofKey1 = spread.get(true).stream().map(Answer::id).toList();
        assertEquals(101, ofKey1.size());
        assertEquals(ofKey1.stream().sorted().toList(), ofKey1, "what was due of it, in its order, then its pair");
        assertEquals(new Answer(500, 7), spread.get(true).get(100));
        assertEquals(dueOfKey1AndOfOthers(true), spread);
    }

    /** Key 1 has a hundred events, and as many others one, and all of it is due when an event of key 1 comes. */
    private static Map<Boolean, List<Answer>> dueOfKey1AndOfOthers(boolean allHasFired) {
        MarketRun run =
                new MarketRun(64 << 20, (t, p) -> t.join("join", p, session(10).full()));
        for (int i = 0; i < 200; i++) {
            run.send(new Trade(i % 2 == 0 ? 1 : 1_000 + i, i, i / 70));
        }
        run.send(new Price(-1, -1, false, 0)).advance(50);
        assertEquals(!allHasFired, run.isBehindAfter(allHasFired ? 10 : 0));
        run.send(new Trade(1, 500, 60)).send(new Price(1, 7, false, 60));
        assertEquals(0, run.dead());
        run.end();
        assertFalse(run.isBehindAfter(10));
        return run.take().stream().collect(Collectors.partitioningBy(a -> a.id() >= 0 && a.id() % 2 == 0));
    }

    @Test
    void shouldHaveAnEventWaitForWhichMoreIsDueOfItsKeyThanIsSentBeforeOne() {
        for (int more : new int[] {0, 1, 5_000}) {
            MarketRun run = new MarketRun(
                    64 << 20, (t, p) -> t.join("join", p, session(10).left()));
            int alone = 2 * IntervalJoin.FIRINGS + IntervalJoin.ALONE_OF_KEY + more;
            for (int i = 0; i < alone; i++) {
                run.send(trade(i, 0));
            }
            run.advance(50).send(price(-1, 60)); // each entry fires a share first
            run.send(trade(-1, 60)).send(price(-2, 61)).advance(10_000);
            run.end();
            assertFalse(run.isBehindAfter(200));
            List<Answer> answers = run.take();
            assertEquals(alone + 2, answers.size());
            assertEquals(List.of(new Answer(-1, -1), new Answer(-1, -2)), answers.subList(alone, alone + 2));
            assertEquals(0, run.dead());
            assertEquals(0, run.counters().keys);
        }
    }

    /** Two keys for ever, within a budget that holds a hundredth of their events. */
    @Test
    void shouldKeepEventsOnlyWhileTheirSessionMayGrow() {
        for (String kind : KINDS) {
            TestDriver driver = driver(
                    IntervalRandomTest.of(session(5), kind),
                    PlanOptions.tested().withStateBytes(1 << 20));
            for (int i = 0; i < 10_000; i++) {
                long ns = i * 3L + i / 10 * 20L;
                driver.send(TRADES, new Trade(i % 2, i, ns));
                if (i % 7 != 0) {
                    driver.send(PRICES, new Price(i % 2 + i % 3, i, false, ns));
                }
                driver.take(ANSWERS);
            }
            assertEquals(List.of(), driver.deadLetters(), kind);
            assertTrue(driver.counters("join").maxSlotsTouched < 1_000);
        }
    }

    @Test
    void shouldRefuseOneEventMoreThanASideMayKeepAndKeepTheOthers() {
        TestDriver driver = driver(session(10).eventsAtMost(2));
        driver.send(TRADES, trade(1, 0)).send(TRADES, trade(2, 1)).send(TRADES, trade(3, 2));
        assertEquals(Reason.OVER_BOUND, driver.deadLetters().get(0).reason());
        driver.send(PRICES, price(5, 12));
        assertEquals(List.of(), driver.take(ANSWERS), "what was refused does not make the session longer");
        driver.send(TRADES, trade(4, 12));
        assertEquals(List.of(new Answer(4, 5)), driver.take(ANSWERS), "and what is over has made room");
    }

    /** Sixteen a time fire, and there are others before it: what is over and of no use takes no place of what is not. */
    @Test
    void shouldRefuseNoEventForThoseOfItsSideThatAreOver() {
        for (boolean isTwoSessions : new boolean[] {false, true}) {
            MarketRun run = new MarketRun(
                    64 << 20, (t, p) -> t.join("join", p, session(10).eventsAtMost(4)));
            for (int i = 0; i < 200; i++) {
                run.send(new Trade(1_000 + i, i, 0));
            }
            for (int i = 0; i < 4; i++) {
                run.send(trade(i, 0));
            }
            for (int i = 0; i < 4; i++) {
                run.send(price(i, isTwoSessions ? 20 : 0));
            }
            assertEquals(isTwoSessions ? 0 : 16, run.advance(100).take().size());
            for (int i = 0; i < 4; i++) {
                run.send(price(i, 100));
            }
            assertEquals(0, run.dead());
            run.send(price(4, 100));
            assertEquals(1, run.dead(), "those that came count");
            assertTrue(run.isBehindAfter(0), "others wait all the time");
        }
    }

    @Test
    void shouldRefuseASnapshotThatHasASessionInHandThatIsNotThere() {
        Sessions sessions = new Sessions(new StateBudget("sessions", 1 << 20, new Pages(0)), 10, 1);
        for (int inHand : new int[] {Sessions.NONE, 5, -7}) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            StateWriter to = new StateWriter(out);
            to.begin("sessions", 1);
            to.putLong(0);
            to.putInt(0);
            to.putInt(inHand);
            to.end();
            to.finish();
            StateReader from = new StateReader(new ByteArrayInputStream(out.toByteArray()));
            from.next();
            from.begin("sessions", 1);
            if (inHand == Sessions.NONE) {
                sessions.load(from);
            } else {
                String message = assertThrows(StateException.class, () -> sessions.load(from))
                        .getMessage();
                assertTrue(message.contains("cannot be; take another snapshot"), message);
            }
        }
    }

    @Test
    void shouldRefuseAtBuildWhatNeverEndsOrGivesUpWhatHoldsASessionTogether() {
        assertRefused(session(10).eventsAtMost(4).evictOldest(), "leave out evictOldest()");
        assertRefused(Interval.sameWindow(Window.session(Duration.ofDays(200_000))), "say a shorter one");
    }

    private static void assertRefused(Interval<Object> interval, String cure) {
        TopologyException thrown = assertThrows(TopologyException.class, () -> driver(interval), cure);
        assertTrue(thrown.getMessage().contains(cure), thrown.getMessage());
    }
}
