package io.millrace.operators.join;

import static io.millrace.operators.join.Interval.between;
import static io.millrace.operators.join.Market.ANSWERS;
import static io.millrace.operators.join.Market.LATE;
import static io.millrace.operators.join.Market.LATE_PRICES;
import static io.millrace.operators.join.Market.price;
import static io.millrace.operators.join.Market.trade;
import static java.time.Duration.ofNanos;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.JoinedStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operators.join.Market.Answer;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import io.millrace.operators.window.Window;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The lines of the semantics on interval joins, and what the Javadoc of the join promises. */
class IntervalJoinTest {
    private static final Input<Trade> TRADES = Market.trades(0);
    private static final Input<Price> PRICES = Market.prices(0);
    private static final Interval<Object> NEAR = between(ofNanos(-5), ofNanos(5));

    private static TestDriver driver(Interval<? super Trade> interval) {
        return TestDriver.of(Market.topology(TRADES, PRICES, (t, p) -> t.join("join", p, interval)));
    }

    /** Moves progress by events of another key. */
    private static void progress(TestDriver driver, long ns) {
        driver.send(TRADES, new Trade(99, 99, ns)).send(PRICES, new Price(98, 98, false, ns));
    }

    private static List<Long> times(TestDriver driver) {
        return driver.metas(ANSWERS).stream().map(Meta::timeNs).toList();
    }

    private static List<Answer> ofKey1(TestDriver driver) {
        return driver.take(ANSWERS).stream()
                .filter(a -> a.id() < 90 && a.value() < 90)
                .toList();
    }

    @Test
    void shouldWaitUntilProgressHasPassedTheEndAndThenSendOneNullStampedAtIt() {
        TestDriver driver = driver(NEAR.left());
        driver.send(TRADES, trade(1, 0));
        progress(driver, 5);
        assertEquals(List.of(), driver.take(ANSWERS));
        progress(driver, 6);
        List<Meta> metas = driver.metas(ANSWERS);
        assertEquals(5, metas.get(0).timeNs());
        assertTrue(metas.get(0).fired());
        assertEquals(List.of(new Answer(1, -1)), driver.take(ANSWERS));
        progress(driver, 20);
        assertEquals(List.of(), ofKey1(driver));
    }

    @Test
    void shouldMatchAtTheEndAndNeverSendTheNullThen() {
        TestDriver driver = driver(NEAR.left());
        driver.send(TRADES, trade(1, 0));
        progress(driver, 5);
        driver.send(PRICES, price(7, 5));
        assertEquals(List.of(new Answer(1, 7)), driver.take(ANSWERS));
        driver.endAll();
        assertEquals(List.of(), ofKey1(driver));
    }

    @Test
    void shouldRememberInASnapshotThatARowHasMatched() {
        for (boolean matched : new boolean[] {true, false}) {
            TestDriver driver = driver(NEAR.left());
            driver.send(TRADES, trade(1, 0));
            progress(driver, 5);
            if (matched) {
                driver.send(PRICES, price(7, 5));
            }
            driver.take(ANSWERS);
            Topology same = Market.topology(TRADES, PRICES, (t, p) -> t.join("join", p, NEAR.left()));
            TestDriver restored = TestDriver.restore(same, PlanOptions.tested(), driver.snapshot());
            progress(restored, 6);
            assertEquals(matched ? List.of() : List.of(new Answer(1, -1)), ofKey1(restored));
        }
    }

    @Test
    void shouldSendALateRowToTheLateOutputAndNotRepeatTheNull() {
        TestDriver driver = TestDriver.of(Market.topology(
                TRADES,
                PRICES,
                (t, p) -> t.join("join", p, NEAR.left()).lateTo(LATE).lateRightTo(LATE_PRICES)));
        driver.send(TRADES, trade(1, 0));
        progress(driver, 6);
        assertEquals(List.of(new Answer(1, -1)), driver.take(ANSWERS));
        driver.send(PRICES, price(7, 5)).send(TRADES, trade(2, 1)).endAll();
        assertEquals(List.of(), ofKey1(driver));
        assertEquals(Reason.LATE, driver.metas(LATE_PRICES).get(0).reason());
        assertEquals(List.of(price(7, 5)), driver.take(LATE_PRICES));
        assertEquals(List.of(trade(2, 1)), driver.take(LATE));
        assertEquals(List.of(), driver.deadLetters());
    }

    @Test
    void shouldSendExpiredRowsByTimestampThenSideThenOrder() {
        TestDriver driver = driver(between(ofNanos(0), ofNanos(4)).full());
        driver.send(PRICES, new Price(2, 5, false, 10))
                .send(TRADES, trade(1, 6))
                .send(TRADES, trade(2, 6));
        driver.send(PRICES, new Price(2, 6, false, 11)).send(TRADES, trade(3, 6));
        progress(driver, 30);
        assertEquals(
                List.of(new Answer(1, -1), new Answer(2, -1), new Answer(3, -1), new Answer(-1, 5), new Answer(-1, 6)),
                ofKey1(driver));
    }

    @Test
    void shouldSendARightRowAloneByTheMirrorRule() {
        TestDriver driver = driver(between(ofNanos(-5), ofNanos(2)).full());
        driver.send(PRICES, price(5, 10));
        progress(driver, 15);
        assertEquals(List.of(), driver.take(ANSWERS));
        progress(driver, 16);
        assertEquals(15, driver.metas(ANSWERS).get(0).timeNs());
        assertEquals(List.of(new Answer(-1, 5)), driver.take(ANSWERS));
    }

    @Test
    void shouldSendForAntiExactlyTheLeftRowsThatALeftJoinSendsAlone() {
        TestDriver driver = driver(NEAR.anti());
        driver.send(TRADES, trade(1, 0))
                .send(PRICES, price(7, 3))
                .send(TRADES, trade(2, 9))
                .send(TRADES, trade(3, 2));
        driver.endAll();
        assertEquals(List.of(new Answer(2, -1)), driver.take(ANSWERS));
        assertEquals(1, driver.deadLetters().size(), "the one that is behind the prices");
    }

    @Test
    void shouldSendForSemiEachLeftRowOnceAtItsFirstMatch() {
        TestDriver driver = driver(NEAR.semi());
        driver.send(PRICES, price(1, 0)).send(PRICES, price(2, 1)).send(TRADES, trade(1, 2));
        assertEquals(List.of(new Answer(1, 1)), driver.take(ANSWERS));
        driver.send(TRADES, trade(2, 7))
                .send(PRICES, price(3, 8))
                .send(PRICES, price(4, 8))
                .endAll();
        assertEquals(List.of(new Answer(2, 3)), driver.take(ANSWERS));
    }

    /** Five prices match, and two pairs may be sent for an event: of these kinds none needs more than one. */
    @Test
    void shouldBoundForSemiAndAntiWhatIsSentAndNotWhatMatches() {
        for (Interval<Object> interval : List.of(NEAR.semi(), NEAR.anti())) {
            TestDriver driver = driver(interval.matchesAtMost(2));
            for (int i = 1; i <= 5; i++) {
                driver.send(PRICES, price(i, 0));
            }
            driver.send(TRADES, trade(1, 2)).endAll();
            boolean semi = interval.toString().startsWith("semi");
            assertEquals(semi ? List.of(new Answer(1, 1)) : List.of(), driver.take(ANSWERS));
            assertEquals(List.of(), driver.deadLetters());
        }
    }

    @Test
    void shouldGiveSixResultsForTwoAndThreeOfOneTimeEachOnce() {
        TestDriver driver = driver(between(ofNanos(0), ofNanos(0)));
        driver.send(TRADES, trade(1, 0)).send(PRICES, price(1, 0)).send(PRICES, price(2, 0));
        driver.send(TRADES, trade(2, 0)).send(PRICES, price(3, 0)).endAll();
        assertEquals(
                List.of(
                        new Answer(1, 1),
                        new Answer(1, 2),
                        new Answer(2, 1),
                        new Answer(2, 2),
                        new Answer(1, 3),
                        new Answer(2, 3)),
                driver.take(ANSWERS));
    }

    @Test
    void shouldGiveEachPairOfASelfJoinAsDeclaredAndNeverTwice() {
        TestDriver driver = TestDriver.of(Millrace.topology("self", t -> {
            KeyedStream<Trade> trades = t.from(TRADES).keyBy(Trade::key);
            trades.join("self", trades, between(ofNanos(0), ofNanos(5)))
                    .to(ANSWERS, j -> new Answer(j.left().id(), j.right().id()));
        }));
        driver.send(TRADES, trade(1, 0))
                .send(TRADES, trade(2, 5))
                .send(TRADES, trade(3, 11))
                .endAll();
        assertEquals(
                List.of(new Answer(1, 1), new Answer(1, 2), new Answer(2, 2), new Answer(3, 3)), driver.take(ANSWERS));
    }

    @Test
    void shouldTakeTheEndOfTheIntervalFromTheRow() {
        Interval<Trade> open = Interval.until(Trade.class, t -> t.id() * 10, java.util.concurrent.TimeUnit.NANOSECONDS)
                .left();
        TestDriver driver = driver(open);
        driver.send(TRADES, trade(1, 0)).send(TRADES, trade(3, 0)).send(PRICES, price(5, 10));
        driver.send(TRADES, trade(2, 10))
                .send(PRICES, price(6, 11))
                .send(PRICES, price(7, 31))
                .endAll();
        assertEquals(
                List.of(new Answer(1, 5), new Answer(3, 5), new Answer(2, 5), new Answer(3, 6), new Answer(2, 6)),
                driver.take(ANSWERS));
    }

    @Test
    void shouldMatchInTheSameWindowAndSendTheOthersAtItsEnd() {
        TestDriver driver = driver(Interval.sameWindow(ofNanos(10)).full());
        driver.send(TRADES, trade(1, 9)).send(PRICES, price(5, 10)).send(TRADES, trade(2, 10));
        driver.send(PRICES, new Price(2, 6, false, 11)).endAll();
        assertEquals(
                List.of(9L, 10L, 19L),
                driver.metas(ANSWERS).stream().map(Meta::timeNs).toList());
        assertEquals(List.of(new Answer(1, -1), new Answer(2, 5), new Answer(-1, 6)), driver.take(ANSWERS));
    }

    /** A hundred events of key 1 whose window ends when one of it comes, in no order of time, among as many others. */
    @Test
    void shouldSendWhatEndsWithOneWindowInTheOrderInWhichItCameAlsoBeforeAnEventOfItsKey() {
        Interval<Object> tumbling = Interval.sameWindow(ofNanos(10)).left();
        Interval<Object> hopping =
                Interval.sameWindow(Window.hopping(ofNanos(20), ofNanos(10))).left();
        for (Interval<Object> interval : List.of(tumbling, hopping)) {
            Map<Boolean, List<Answer>> spread = endingWithOneWindow(interval, false);
            assertEquals(
                    Stream.iterate(0L, id -> id < 200, id -> id + 2).toList(),
                    spread.get(true).stream()
                            .filter(a -> a.value() < 0)
                            .map(Answer::id)
                            .toList());
            assertEquals(interval == tumbling ? 100 : 200, spread.get(false).size(), "one for each window");
            assertEquals(endingWithOneWindow(interval, true), spread);
        }
    }

    private static Map<Boolean, List<Answer>> endingWithOneWindow(Interval<Object> interval, boolean allHasFired) {
        MarketRun run = new MarketRun(64 << 20, (t, p) -> t.join("join", p, interval));
        for (int i = 0; i < 200; i++) {
            run.send(new Trade(i % 2 == 0 ? 1 : 1_000 + i, i, i * 7 % 10));
        }
        run.send(new Price(-1, -1, false, 0)).advance(10);
        assertEquals(!allHasFired, run.isBehindAfter(allHasFired ? 10 : 0));
        run.restart().send(new Price(1, 7, false, 10)).end();
        assertFalse(run.isBehindAfter(10));
        assertEquals(0, run.dead());
        return run.take().stream().collect(Collectors.partitioningBy(a -> a.id() % 2 == 0));
    }

    /** Size 10, step 5: 7 and 9 share [0,10) and [5,15), 9 and 12 share [5,15), 7 and 15 none. */
    @Test
    void shouldSendAPairForEachWindowThatHoldsBothWhereWindowsOverlap() {
        Interval<Object> hopping = Interval.sameWindow(Window.hopping(ofNanos(10), ofNanos(5)));
        TestDriver driver = driver(hopping);
        driver.send(TRADES, trade(1, 7)).send(PRICES, price(5, 9));
        driver.send(TRADES, trade(2, 12)).send(PRICES, price(6, 15)).endAll();
        assertEquals(
                List.of(9L, 14L, 14L, 19L),
                driver.metas(ANSWERS).stream().map(Meta::timeNs).toList());
        assertEquals(
                List.of(new Answer(1, 5), new Answer(1, 5), new Answer(2, 5), new Answer(2, 6)), driver.take(ANSWERS));
        assertEquals(0, driver.counters("join").keys);
        TestDriver bounded = driver(hopping.matchesAtMost(1));
        bounded.send(TRADES, trade(1, 7)).send(PRICES, price(5, 9)).endAll();
        assertEquals(List.of(), bounded.take(ANSWERS), "two pairs, or none");
        assertEquals(Reason.OVER_BOUND, bounded.deadLetters().get(0).reason());
    }

    /** Size 10, step 5: 7 is in [0,10) and [5,15), 12 in [5,15) and [10,20), 3 in [-5,5) and [0,10). */
    @Test
    void shouldSendAnEventAloneForEachWindowThatHoldsNothingOfTheOtherSideWhereWindowsOverlap() {
        Interval<Object> hopping = Interval.sameWindow(Window.hopping(ofNanos(10), ofNanos(5)));
        TestDriver full = driver(hopping.full());
        full.send(TRADES, trade(1, 7)).send(PRICES, price(5, 12));
        assertEquals(List.of(new Answer(1, 5)), full.take(ANSWERS));
        full.send(TRADES, new Trade(99, 99, 9));
        assertEquals(List.of(), full.take(ANSWERS), "its window has not ended");
        full.send(TRADES, new Trade(99, 99, 10));
        assertEquals(List.of(9L, 9L), times(full));
        assertEquals(List.of(new Answer(1, -1), new Answer(99, -1)), full.take(ANSWERS));
        full.send(PRICES, price(6, 13));
        assertEquals(List.of(new Answer(1, 6)), full.take(ANSWERS), "it is there for the windows that are open");
        full.endAll();
        assertEquals(List.of(14L, 14L, 19L, 19L, 19L), times(full));
        assertEquals(
                List.of(
                        new Answer(99, -1),
                        new Answer(99, -1),
                        new Answer(99, -1),
                        new Answer(-1, 5),
                        new Answer(-1, 6)),
                full.take(ANSWERS));
        assertEquals(0, full.counters("join").keys);
        Map<Interval<Object>, List<Answer>> others = Map.of(
                hopping.left(), List.of(new Answer(1, 5), new Answer(1, -1)),
                hopping.right(), List.of(new Answer(1, 5), new Answer(-1, 5)),
                hopping.anti(), List.of(new Answer(1, -1)));
        others.forEach((interval, answers) -> {
            TestDriver driver = driver(interval);
            driver.send(TRADES, trade(1, 7)).send(PRICES, price(5, 3)).endAll();
            assertEquals(answers, driver.take(ANSWERS), interval.toString());
            assertEquals(0, driver.counters("join").keys);
        });
    }

    /** Size 20, step 10: 5 is in [-10,10) and [0,20), as what is given up was. */
    @Test
    void shouldNotSendAloneInAWindowWhoseOtherEventWasGivenUp() {
        TestDriver driver = driver(Interval.sameWindow(Window.hopping(ofNanos(20), ofNanos(10)))
                .full()
                .eventsAtMost(1)
                .evictOldest());
        driver.send(TRADES, trade(1, 5)).send(PRICES, price(5, 6)).send(PRICES, price(6, 25));
        assertEquals(List.of(new Answer(1, 5), new Answer(1, 5)), driver.take(ANSWERS));
        driver.endAll();
        assertEquals(List.of(29L, 39L), times(driver));
        assertEquals(List.of(new Answer(-1, 6), new Answer(-1, 6)), driver.take(ANSWERS));
        assertEquals(0, driver.counters("join").keys);
    }

    @Test
    void shouldRefuseThatAnEventMayComeAloneInMoreWindowsThanAnEntryLetsCome() {
        for (int steps : new int[] {Interval.ALONE_IN, Interval.ALONE_IN + 1}) {
            Interval<Object> many = Interval.sameWindow(Window.hopping(ofNanos(steps), ofNanos(1)));
            for (Interval<Object> alone : List.of(many.left(), many.right(), many.full(), many.anti())) {
                if (steps == Interval.ALONE_IN) {
                    driver(alone);
                    continue;
                }
                TopologyException thrown = assertThrows(TopologyException.class, () -> driver(alone));
                for (String said : List.of("join", "33 windows", "say a longer step")) {
                    assertTrue(thrown.getMessage().contains(said), thrown.getMessage());
                }
            }
            driver(many);
            driver(many.semi());
        }
    }

    /** 7 shares two windows with 9, and one with 12; 20 shares one with 24, which came before it. */
    @Test
    void shouldSendALeftEventOnceAtItsFirstMatchInAnyWindowWhereWindowsOverlap() {
        TestDriver driver = driver(Interval.sameWindow(Window.hopping(ofNanos(10), ofNanos(5)))
                .semi()
                .matchesAtMost(1)
                .allowedLateness(ofNanos(9)));
        driver.send(TRADES, trade(1, 7)).send(PRICES, price(5, 9)).send(PRICES, price(6, 12));
        driver.send(PRICES, price(7, 24))
                .send(TRADES, trade(2, 20))
                .send(TRADES, trade(3, 30))
                .endAll();
        assertEquals(
                List.of(9L, 24L),
                driver.metas(ANSWERS).stream().map(Meta::timeNs).toList());
        assertEquals(List.of(new Answer(1, 5), new Answer(2, 7)), driver.take(ANSWERS));
        assertEquals(List.of(), driver.deadLetters());
        assertEquals(0, driver.counters("join").keys);
    }

    @Test
    void shouldRefuseAnEventWithMorePairsThanDeclaredAsAWhole() {
        TestDriver driver = driver(NEAR.matchesAtMost(2));
        driver.send(TRADES, trade(1, 0)).send(TRADES, trade(2, 0)).send(TRADES, trade(3, 0));
        driver.send(PRICES, price(5, 0));
        assertEquals(List.of(), driver.take(ANSWERS));
        assertEquals(Reason.OVER_BOUND, driver.deadLetters().get(0).reason());
        driver.send(TRADES, trade(4, 0)).endAll();
        assertEquals(List.of(), driver.take(ANSWERS), "and was not kept");
    }

    @Test
    void shouldRefuseOneEventMoreThanAKeyMayKeep() {
        TestDriver driver = driver(NEAR.eventsAtMost(1));
        driver.send(TRADES, trade(1, 0))
                .send(TRADES, trade(2, 0))
                .send(PRICES, price(5, 0))
                .endAll();
        assertEquals(List.of(new Answer(1, 5)), driver.take(ANSWERS));
        assertEquals(Reason.OVER_BOUND, driver.deadLetters().get(0).reason());
    }

    @Test
    void shouldKeepTheHeaderOfAnEventThatComesAlone() {
        TestDriver driver = driver(NEAR.left());
        driver.send(TRADES, trade(1, 0), new Header().correlationId(77)).endAll();
        assertEquals(77, driver.metas(ANSWERS).get(0).correlationId());
    }

    @Test
    void shouldNotBeLateDownstream() {
        TestDriver driver = TestDriver.of(Millrace.topology(
                "two",
                t -> t.from(TRADES)
                        .keyBy(Trade::key)
                        .join(
                                "first",
                                t.from(PRICES).keyBy(Price::key),
                                between(ofNanos(-3), ofNanos(-1)).full())
                        .onTime()
                        .to(ANSWERS, Market::answer)));
        for (int i = 0; i < 300; i++) {
            driver.send(PRICES, price(i, i * 3L)).send(TRADES, trade(i, i * 3L + i % 5));
        }
        driver.endAll();
        assertTrue(
                driver.deadLetters().stream().noneMatch(d -> d.node().startsWith("onTime")),
                driver.deadLetters().toString());
    }

    /** 200 keys fall due in one jump, of which an entry sends 64: the key of the event comes before its pair all the same. */
    @Test
    void shouldSendWhatIsDueForItsKeyBeforeThePairsOfAnEvent() {
        TestDriver driver = driver(NEAR.left());
        for (int key = 0; key < 200; key++) {
            driver.send(TRADES, new Trade(key, key, 0));
        }
        driver.send(PRICES, new Price(150, 1_000, false, 100));
        assertEquals(List.of(), driver.take(ANSWERS));
        long place = driver.nextSequence();
        driver.send(TRADES, new Trade(150, 777, 100));
        List<Meta> metas = driver.metas(ANSWERS);
        List<Answer> answers = driver.take(ANSWERS);
        assertEquals(201, answers.size());
        assertEquals(new Answer(150, -1), answers.get(64));
        assertEquals(new Answer(777, 1_000), answers.get(65));
        assertEquals(5, metas.get(64).timeNs());
        assertEquals(place, metas.get(65).sequence());
        assertTrue(metas.get(66).sequence() > place, "the others come with later entries");
        assertEquals(64, driver.counters("join").maxFirings);
    }

    @Test
    void shouldRefuseAnIntervalThatHoldsNothing() {
        for (Interval<Object> interval : List.of(
                Interval.sameWindow(ofNanos(0)),
                between(ofNanos(1), ofNanos(0)),
                NEAR.matchesAtMost(0),
                NEAR.eventsAtMost(0))) {
            TopologyException thrown = assertThrows(TopologyException.class, () -> driver(interval));
            assertTrue(thrown.problems().get(0).contains("join: "), thrown.getMessage());
        }
    }

    /** L at 0, [-5, +5], lateness 10: what comes alone does so at progress 16, and says 5. */
    @Test
    void shouldTakeWhatIsWithinTheLatenessAndSendTheNullSoMuchLater() {
        TestDriver driver = driver(NEAR.left().allowedLateness(ofNanos(10)));
        driver.send(TRADES, trade(1, 0)).send(TRADES, trade(2, 1));
        progress(driver, 15);
        driver.send(PRICES, price(7, 5));
        assertEquals(List.of(new Answer(1, 7), new Answer(2, 7)), driver.take(ANSWERS));
        driver.send(TRADES, trade(3, 5)).send(TRADES, trade(4, 4)).send(PRICES, price(8, 4));
        assertEquals(List.of(new Answer(3, 7)), driver.take(ANSWERS));
        assertEquals(2, driver.deadLetters().size(), "those at 4: progress less the lateness is 5");
        driver.send(TRADES, new Trade(3, 5, 10));
        progress(driver, 25);
        assertEquals(List.of(), driver.take(ANSWERS));
        progress(driver, 26);
        assertEquals(15, driver.metas(ANSWERS).get(0).timeNs());
        assertEquals(List.of(new Answer(5, -1)), driver.take(ANSWERS));
    }

    /** 10,000 auctions of one key that began before are open or over; a bid finds the three it is for. */
    @Test
    void shouldFindTheOpenOnesWithoutLookingAtTheOthers() {
        Interval<Trade> open = Interval.until(Trade.class, Trade::id, TimeUnit.NANOSECONDS)
                .matchesAtMost(3)
                .eventsAtMost(10_000);
        for (Interval<Trade> interval : List.of(open, open.full(), open.semi())) {
            TestDriver driver = driver(interval);
            for (int i = 0; i < 10_000; i++) {
                driver.send(TRADES, new Trade(1, i % 3_333 == 5 ? 90_000 + i : 20_000 + i, i));
            }
            driver.send(PRICES, new Price(1, 7, false, 50_000));
            assertEquals(
                    List.of(new Answer(90_005, 7), new Answer(93_338, 7), new Answer(96_671, 7)), driver.take(ANSWERS));
            assertEquals(List.of(), driver.deadLetters());
            assertTrue(driver.counters("join").maxSlotsTouched < 600, "" + driver.counters("join").maxSlotsTouched);
            driver.send(TRADES, new Trade(1, 99_999, 10_000));
            assertEquals(
                    interval.toString().startsWith("semi") ? 0 : 1,
                    driver.deadLetters().size(),
                    "one more than a key may keep");
        }
    }

    /** In March 2024 the day on which clocks go forward has 23 hours in Vienna: it ends at 22:00 UTC. */
    @Test
    void shouldMatchWithinADayOfItsZoneAndSayWhatThatHangsOn() {
        Topology days = Market.topology(
                TRADES,
                PRICES,
                (t, p) -> t.join(
                        "join",
                        p,
                        Interval.sameWindow(Window.days(ZoneId.of("Europe/Vienna")))
                                .left()));
        assertTrue(days.describe().contains("in the same window, days Europe/Vienna"), days.describe());
        assertTrue(days.describe().contains("time zone"), days.describe());
        TestDriver driver = TestDriver.of(days);
        driver.send(TRADES, trade(1, at("2024-03-30T22:59:59Z"))).send(TRADES, trade(2, at("2024-03-30T23:00:00Z")));
        driver.send(PRICES, price(7, at("2024-03-31T21:59:59Z"))).send(PRICES, price(8, at("2024-03-31T22:00:00Z")));
        driver.endAll();
        assertEquals(List.of(new Answer(1, -1), new Answer(2, 7)), driver.take(ANSWERS));
    }

    private static long at(String instant) {
        return Instant.parse(instant).getEpochSecond() * 1_000_000_000L;
    }

    @Test
    void shouldRefuseWindowsThatAreNotOfTheClockWithACure() {
        Map<Window, String> cures = Map.of(
                Window.session(ofNanos(10)).early(ofNanos(5)), "leave them out",
                Window.global(), "use tumbling(..), days(..) or session(..)",
                Window.tumbling(ofNanos(10)).allowedLateness(ofNanos(1)), "leave them out");
        cures.forEach((window, cure) -> {
            TopologyException thrown =
                    assertThrows(TopologyException.class, () -> driver(Interval.sameWindow(window)), cure);
            assertTrue(thrown.getMessage().contains(cure), thrown.getMessage());
        });
    }

    /** A window behind the join would hold what comes late by as much as the join allows. */
    @Test
    void shouldForwardProgressLessTheLatenessAndSayIt() {
        Topology topology = Millrace.topology(
                "late",
                t -> t.from(TRADES)
                        .keyBy(Trade::key)
                        .join(
                                "join",
                                t.from(PRICES).keyBy(Price::key),
                                between(ofNanos(0), ofNanos(0)).allowedLateness(ofNanos(10)))
                        .map(Answer.class, Market::answer)
                        .window("pairs", Window.tumbling(ofNanos(10)))
                        .aggregate(Pairs::new)
                        .to(ANSWERS, p -> new Answer(p.windowStartNs(), p.pairs.get())));
        assertTrue(topology.describe().contains("progress less PT0.00000001S"), topology.describe());
        TestDriver driver = TestDriver.of(topology);
        driver.send(TRADES, trade(1, 3)).send(PRICES, price(2, 3));
        progress(driver, 19);
        driver.send(TRADES, trade(3, 9)).send(PRICES, price(4, 9));
        assertEquals(List.of(), driver.take(ANSWERS));
        progress(driver, 20);
        assertEquals(List.of(new Answer(0, 2)), driver.take(ANSWERS));
        assertEquals(List.of(), driver.deadLetters());
    }

    /** What stands behind may give a pair another key: the next one of the event has that of the event. */
    @Test
    void shouldSendEachPairOfAnEventWithItsKey() {
        Output<Answer> others = Output.of("others", Answer.class);
        TestDriver driver = TestDriver.of(Millrace.topology("market", t -> {
            JoinedStream<Trade, Price> pairs =
                    t.from(TRADES).keyBy(Trade::key).join("join", t.from(PRICES).keyBy(Price::key), NEAR);
            pairs.dedupe("first", ofNanos(100)).to(ANSWERS, Market::answer);
            pairs.keyBy(p -> p.left().id() * 100 + p.right().value()).to(others, Market::answer);
        }));
        driver.send(PRICES, price(7, 0)).send(PRICES, price(8, 1)).send(TRADES, trade(1, 2));
        assertEquals(List.of(new Answer(1, 7)), driver.take(ANSWERS));
        assertEquals(List.of(new Answer(1, 7), new Answer(1, 8)), driver.take(others));
        driver.send(TRADES, new Trade(2, 3, 3)).send(TRADES, new Trade(2, 4, 3));
        driver.send(PRICES, new Price(2, 9, false, 4));
        assertEquals(List.of(new Answer(3, 9)), driver.take(ANSWERS));
        assertEquals(List.of(new Answer(3, 9), new Answer(4, 9)), driver.take(others));
    }

    static class Pairs extends Aggregates<Answer> {
        final LongValue pairs = count();
    }
}
