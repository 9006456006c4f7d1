package io.millrace.operators.join;

import static io.millrace.operators.join.AsOf.backward;
import static io.millrace.operators.join.AsOf.forward;
import static io.millrace.operators.join.AsOf.nearest;
import static io.millrace.operators.join.Market.ANSWERS;
import static io.millrace.operators.join.Market.LATE;
import static io.millrace.operators.join.Market.LATE_PRICES;
import static io.millrace.operators.join.Market.gone;
import static io.millrace.operators.join.Market.price;
import static io.millrace.operators.join.Market.trade;
import static java.time.Duration.ofNanos;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Reason;
import io.millrace.operators.join.Market.Answer;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.TopologyException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The as-of lines of the semantics, and what the Javadoc of the join promises. */
class AsOfTest {
    private static final Input<Trade> TRADES = Market.trades(0);
    private static final Input<Price> PRICES = Market.prices(0);

    private static TestDriver driver(AsOf how) {
        return driver(TRADES, PRICES, how);
    }

    private static TestDriver driver(Input<Trade> trades, Input<Price> prices, AsOf how) {
        return TestDriver.of(
                Market.topology(trades, prices, (t, p) -> t.asOf("as-of", p.deleteWhen(Price::gone), how)));
    }

    private static List<Answer> answers(AsOf how, List<Trade> trades, Price... prices) {
        TestDriver driver = driver(how);
        for (Price p : prices) {
            driver.send(PRICES, p);
        }
        trades.forEach(t -> driver.send(TRADES, t));
        return driver.endAll().take(ANSWERS);
    }

    private static Answer one(AsOf how, long tradeNs, Price... prices) {
        return answers(how, List.of(trade(7, tradeNs)), prices).get(0);
    }

    @Test
    void shouldFindTheLastPriceAtOrBeforeTheTrade() {
        assertEquals(new Answer(7, 1), one(backward(), 19, price(1, 10), price(2, 20)));
        assertEquals(new Answer(7, 2), one(backward(), 20, price(1, 10), price(2, 20)));
    }

    @Test
    void shouldFindTheLastPriceBeforeTheTradeStrictly() {
        assertEquals(new Answer(7, 1), one(backward().strictly(), 20, price(1, 10), price(2, 20)));
    }

    @Test
    void shouldAnswerNothingBeforeTheFirstPriceAndLeaveItOutWhenInner() {
        assertEquals(new Answer(7, -1), one(backward(), 9, price(1, 10)));
        assertEquals(List.of(), answers(backward().inner(), List.of(trade(7, 9)), price(1, 10)));
    }

    @Test
    void shouldCountAPriceOfTheSameTimeWhateverItsPlaceInTheOrder() {
        TestDriver driver = driver(backward());
        driver.send(PRICES, price(1, 10)).send(TRADES, trade(7, 20)).send(PRICES, price(2, 20));
        assertEquals(List.of(), driver.take(ANSWERS));
        driver.send(PRICES, price(3, 21)).send(TRADES, trade(8, 21));
        assertEquals(List.of(new Answer(7, 2)), driver.take(ANSWERS));
    }

    @Test
    void shouldCountOnArrivalOnlyWhatCameBefore() {
        TestDriver driver = driver(backward().onArrival());
        driver.send(PRICES, price(1, 10)).send(TRADES, trade(7, 20));
        assertEquals(List.of(new Answer(7, 1)), driver.take(ANSWERS));
        driver.send(PRICES, price(2, 20)).send(TRADES, trade(8, 20));
        assertEquals(List.of(new Answer(8, 2)), driver.take(ANSWERS));
    }

    @Test
    void shouldFindOnArrivalThePriceAsOfTheTimeOfTheTrade() {
        Input<Trade> trades = Market.trades(50);
        Input<Price> prices = Market.prices(50);
        TestDriver driver = driver(trades, prices, backward().onArrival());
        driver.send(prices, price(2, 20)).send(prices, price(1, 10)).send(trades, trade(7, 15));
        assertEquals(List.of(new Answer(7, 1)), driver.take(ANSWERS));
    }

    /** Prices come ahead of a trade where their input is further, or, with disorder, where the trade is out of its order. */
    @Test
    void shouldFindOnArrivalWhatCameAheadInTime() {
        for (long disorderNs : new long[] {0, 50}) {
            for (AsOf how : List.of(
                    forward(),
                    nearest(),
                    nearest().tolerance(ofNanos(5)),
                    forward().strictly())) {
                Input<Trade> trades = Market.trades(disorderNs);
                Input<Price> prices = Market.prices(disorderNs);
                TestDriver driver = driver(trades, prices, how.onArrival());
                boolean looksFarBack = how.direction == AsOf.Direction.NEAREST && how.tolerance == null;
                driver.send(prices, price(1, 10)).send(trades, trade(7, disorderNs == 0 ? 16 : 26));
                assertEquals(List.of(new Answer(7, looksFarBack ? 1 : -1)), driver.take(ANSWERS), how.toString());
                driver.send(prices, price(2, 20)).send(trades, trade(8, 16)).send(trades, trade(9, 26));
                assertEquals(16, driver.metas(ANSWERS).get(0).timeNs(), "at its own time");
                List<Answer> expected = List.of(new Answer(8, 2), new Answer(9, looksFarBack ? 2 : -1));
                assertEquals(expected, driver.take(ANSWERS), how.toString());
            }
        }
    }

    @Test
    void shouldFindOnArrivalTheNearestHoweverFarItIs() {
        Duration far = ofNanos(Long.MAX_VALUE);
        Input<Trade> trades = TRADES.maxAhead(far);
        Input<Price> prices = PRICES.maxAhead(far);
        TestDriver driver = driver(trades, prices, nearest().onArrival());
        long farNs = 9_000_000_000_000_000_000L;
        driver.send(prices, price(1, -farNs))
                .send(prices, new Price(2, 3, false, 0))
                .send(prices, price(2, farNs));
        driver.send(trades, trade(7, -farNs / 9)).send(trades, trade(8, farNs / 9));
        assertEquals(List.of(), driver.deadLetters());
        assertEquals(List.of(new Answer(7, 1), new Answer(8, 2)), driver.take(ANSWERS));
    }

    @Test
    void shouldForgetOnArrivalWhatIsAheadOnceProgressHasPassedIt() {
        TestDriver driver = driver(forward().tolerance(ofNanos(64)).onArrival());
        driver.send(PRICES, price(1, 10)).send(TRADES, trade(1, 10));
        assertEquals(1, driver.counters("as-of").keys);
        driver.send(PRICES, new Price(2, 1, false, 30)).send(TRADES, new Trade(2, 2, 30));
        driver.send(PRICES, new Price(2, 1, false, 31));
        assertEquals(1, driver.counters("as-of").keys, "an event waits for nothing, and so no row for an event");
    }

    @Test
    void shouldNotReviveWhatATombstoneTookAway() {
        Input<Trade> trades = Market.trades(50);
        Input<Price> prices = Market.prices(50);
        TestDriver driver = driver(trades, prices, backward());
        driver.send(prices, price(1, 10)).send(prices, gone(15)).send(prices, price(2, 12));
        driver.send(trades, trade(13, 13)).send(trades, trade(17, 17)).endAll();
        assertEquals(List.of(new Answer(13, 2), new Answer(17, -1)), driver.take(ANSWERS));
    }

    @Test
    void shouldFindNothingBehindATombstone() {
        assertEquals(new Answer(7, -1), one(backward(), 17, price(1, 10), gone(15)));
        assertEquals(new Answer(7, 1), one(backward(), 14, price(1, 10), gone(15)));
        assertEquals(new Answer(7, 3), one(backward(), 17, price(1, 10), gone(15), price(3, 16)));
    }

    @Test
    void shouldFindNothingBeyondTheTolerance() {
        AsOf within = backward().tolerance(ofNanos(5));
        assertEquals(new Answer(7, -1), one(within, 26, price(1, 10), price(2, 20)));
        assertEquals(new Answer(7, 2), one(within, 25, price(1, 10), price(2, 20)));
        assertEquals(new Answer(7, -1), one(backward().tolerance(Duration.ZERO), 21, price(2, 20)));
        assertEquals(new Answer(7, 2), one(backward().tolerance(Duration.ZERO), 20, price(2, 20)));
    }

    @Test
    void shouldFindTheEarlierOfTwoThatAreEquallyNear() {
        AsOf how = nearest().tolerance(ofNanos(9));
        assertEquals(new Answer(7, 1), one(how, 15, price(1, 10), price(2, 20)));
        assertEquals(new Answer(7, 2), one(how, 16, price(1, 10), price(2, 20)));
        assertEquals(new Answer(7, 1), one(how, 10, price(1, 10), price(2, 20)));
        assertEquals(new Answer(7, 2), one(how.strictly(), 11, price(1, 11), price(2, 20)));
    }

    @Test
    void shouldFindTheFirstPriceAtOrBehindTheTrade() {
        AsOf how = forward().tolerance(ofNanos(5));
        assertEquals(new Answer(7, 2), one(how, 15, price(1, 10), price(2, 20)));
        assertEquals(new Answer(7, -1), one(how, 14, price(1, 10), price(2, 20)));
        assertEquals(new Answer(7, 2), one(how, 20, price(2, 20), price(3, 21)));
        assertEquals(new Answer(7, 3), one(how.strictly(), 20, price(2, 20), price(3, 21)));
    }

    @Test
    void shouldTakeOfSeveralRowsOfOneTimeTheLastInTheOrder() {
        assertEquals(new Answer(7, 3), one(backward(), 20, price(2, 20), price(3, 20)));
        assertEquals(new Answer(7, 3), one(forward().tolerance(ofNanos(5)), 20, price(2, 20), price(3, 20)));
        assertEquals(new Answer(7, -1), one(backward(), 20, price(1, 10), price(2, 20), gone(20)));
    }

    @Test
    void shouldAnswerByTimeThenOrderEachAtItsOwnTime() {
        Input<Trade> trades = Market.trades(50);
        TestDriver driver = driver(trades, PRICES, backward());
        driver.send(trades, trade(1, 30))
                .send(trades, trade(2, 10))
                .send(trades, trade(3, 30))
                .send(trades, trade(4, 20));
        driver.endAll();
        List<Meta> metas = driver.metas(ANSWERS);
        assertEquals(
                List.of(10L, 20L, 30L, 30L), metas.stream().map(Meta::timeNs).toList());
        assertTrue(metas.stream().allMatch(Meta::fired));
        List<Long> ids = driver.take(ANSWERS).stream().map(Answer::id).toList();
        assertEquals(List.of(2L, 4L, 1L, 3L), ids);
    }

    @Test
    void shouldNotBeLateDownstream() {
        for (AsOf how : List.of(
                backward(),
                backward().strictly(),
                nearest().tolerance(ofNanos(7)),
                forward().tolerance(ofNanos(7)).strictly())) {
            TestDriver driver = TestDriver.of(Millrace.topology(
                    "two",
                    t -> t.from(TRADES)
                            .keyBy(Trade::key)
                            .asOf("first", t.from(PRICES).keyBy(Price::key), how)
                            .onTime()
                            .asOf("second", t.from(PRICES).keyBy(Price::key), how)
                            .onTime()
                            .to(ANSWERS, j -> Market.answer(j.left()))));
            for (int i = 0; i < 500; i++) {
                driver.send(PRICES, price(i, i)).send(TRADES, trade(i, i + i % 5));
            }
            driver.endAll();
            assertEquals(List.of(), driver.deadLetters(), how.toString());
            assertEquals(500, driver.take(ANSWERS).size());
        }
    }

    @Test
    void shouldSendALatePriceToTheLateOutputAndChangeNoAnswer() {
        TestDriver driver = TestDriver.of(Market.topology(
                TRADES,
                PRICES,
                (t, p) -> t.asOf("as-of", p, backward()).lateTo(LATE).lateRightTo(LATE_PRICES)));
        driver.send(PRICES, price(1, 10)).send(TRADES, trade(1, 15));
        driver.send(PRICES, price(2, 30)).send(TRADES, trade(2, 30));
        assertEquals(List.of(new Answer(1, 1)), driver.take(ANSWERS));
        driver.send(PRICES, price(9, 12)).send(TRADES, trade(3, 11)).endAll();
        assertEquals(List.of(new Answer(2, 2)), driver.take(ANSWERS));
        assertEquals(Reason.LATE, driver.metas(LATE_PRICES).get(0).reason());
        assertEquals(List.of(price(9, 12)), driver.take(LATE_PRICES));
        assertEquals(List.of(trade(3, 11)), driver.take(LATE));
        assertEquals(List.of(), driver.deadLetters());
        assertEquals(2, driver.counters("as-of").late);
    }

    @Test
    void shouldMakeDeadLettersOfWhatIsLateWhereNobodyReadsIt() {
        TestDriver driver = driver(backward());
        driver.send(PRICES, price(2, 30)).send(TRADES, trade(2, 30));
        driver.send(PRICES, price(9, 12)).send(TRADES, trade(3, 11));
        assertEquals(2, driver.counters("as-of").dead);
        assertEquals(Reason.LATE, driver.deadLetters().get(0).reason());
    }

    @Test
    void shouldFreeVersionsThatNoTradeCanAskFor() {
        TestDriver full = TestDriver.of(
                Market.topology(TRADES, PRICES, (t, p) -> t.asOf("as-of", p, backward())),
                PlanOptions.tested().withStateBytes(1 << 20));
        for (int i = 0; i < 60_000; i++) {
            full.send(PRICES, new Price(i % 10, i, false, i)).send(TRADES, new Trade(i % 10, i, i));
        }
        assertEquals(List.of(), full.deadLetters(), "a megabyte holds far fewer");
        TestDriver driver = driver(backward());
        for (int i = 0; i < 1_000; i++) {
            driver.send(PRICES, new Price(i % 10, i, false, i));
        }
        driver.advance(ofNanos(Duration.ofSeconds(5).toNanos()));
        for (int i = 0; i < 50; i++) {
            driver.tick(java.time.Instant.EPOCH);
            driver.advance(ofNanos(1));
        }
        assertEquals(10, driver.counters("as-of").keys);
        long freed = driver.counters("as-of").maxFreed;
        assertTrue(freed > 0 && freed <= 4, freed + " an entry");
    }

    @Test
    void shouldForgetAKeyWithoutAFurtherEventOfIt() {
        TestDriver driver = driver(backward().tolerance(ofNanos(64)));
        driver.send(PRICES, price(1, 10)).send(TRADES, trade(1, 10));
        assertEquals(1, driver.counters("as-of").keys);
        driver.send(PRICES, new Price(2, 1, false, 100)).send(TRADES, new Trade(2, 2, 100));
        driver.send(PRICES, new Price(2, 1, false, 101));
        assertEquals(1, driver.counters("as-of").keys);
    }

    @Test
    void shouldRefuseAtTheBoundOfVersionsAndKeys() {
        TestDriver bounded = TestDriver.of(Market.topology(
                TRADES,
                PRICES,
                (t, p) -> t.keysAtMost(2).asOf("as-of", p, backward().versionsAtMost(2))));
        bounded.send(PRICES, price(1, 10)).send(PRICES, price(2, 11)).send(PRICES, price(3, 12));
        bounded.send(PRICES, new Price(2, 1, false, 12)).send(PRICES, new Price(3, 1, false, 12));
        assertEquals(2, bounded.deadLetters().size());
        assertEquals(Reason.OVER_BOUND, bounded.deadLetters().get(0).reason());
    }

    @Test
    void shouldKeepTheHeaderOfATradeThatWaits() {
        TestDriver driver = driver(backward());
        driver.send(TRADES, trade(1, 10), new Header().correlationId(77)).endAll();
        assertEquals(77, driver.metas(ANSWERS).get(0).correlationId());
        assertEquals(0, driver.metas(ANSWERS).get(0).eventSequence());
    }

    @Test
    void shouldRefuseWhatHasNoBound() {
        for (AsOf how : List.of(
                forward(),
                nearest(),
                backward().tolerance(ofNanos(-1)),
                backward().allowedLateness(ofNanos(-1)),
                backward().versionsAtMost(0))) {
            TopologyException thrown = assertThrows(TopologyException.class, () -> driver(how), how.toString());
            assertTrue(thrown.problems().get(0).contains("asOf: "), thrown.getMessage());
        }
    }

    /** Lateness 10: what was answered would not have been another answer with a price that is taken later. */
    @Test
    void shouldWaitForTheLatenessSoThatALatePriceServesTheTradesThatWait() {
        TestDriver driver = driver(backward().allowedLateness(ofNanos(10)));
        driver.send(PRICES, price(1, 10)).send(TRADES, trade(1, 14));
        driver.send(PRICES, price(3, 24)).send(TRADES, trade(2, 24));
        assertEquals(List.of(), driver.take(ANSWERS));
        driver.send(PRICES, price(2, 14)).send(PRICES, price(9, 13));
        assertEquals(1, driver.deadLetters().size(), "that at 13");
        driver.send(TRADES, trade(3, 25)).send(PRICES, price(4, 25));
        assertEquals(List.of(new Answer(1, 2)), driver.take(ANSWERS));
        driver.endAll();
        assertEquals(List.of(new Answer(2, 3), new Answer(3, 4)), driver.take(ANSWERS));
    }

    @Test
    void shouldServeOnArrivalWhatComesBehindALatePriceAndChangeNoAnswer() {
        TestDriver driver = driver(backward().onArrival().allowedLateness(ofNanos(10)));
        driver.send(PRICES, price(1, 10)).send(TRADES, trade(1, 24)).send(PRICES, price(3, 24));
        driver.send(TRADES, trade(2, 15)).send(PRICES, price(2, 14)).send(TRADES, trade(3, 15));
        assertEquals(List.of(new Answer(1, 1), new Answer(2, 1), new Answer(3, 2)), driver.take(ANSWERS));
        assertEquals(List.of(), driver.deadLetters());
    }
}
