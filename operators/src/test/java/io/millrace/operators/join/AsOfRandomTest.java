package io.millrace.operators.join;

import static io.millrace.operators.join.Market.ANSWERS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.operators.join.Market.Answer;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** As-of joins of all kinds against a loop over all rows: what comes out, and at which entry. */
class AsOfRandomTest {
    private static final int CASES = 500;

    @Test
    void shouldAgreeWithALoopOverAllRows() {
        int[] sum = {0, 0};
        int cases = Seeds.each(0, CASES, "agree(%d)", seed -> {
            int[] counts = agree(seed);
            sum[0] += counts[0];
            sum[1] += counts[1];
        });
        assertTrue(cases < 10 || sum[0] > cases && sum[1] > cases, sum[0] + " found, " + sum[1] + " late");
    }

    private static int[] agree(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        AsOfOracle oracle = oracle(random);
        Input<Trade> trades = Market.trades(random.nextInt(3) * random.nextInt(20));
        Input<Price> prices = Market.prices(random.nextInt(3) * random.nextInt(20));
        long latenessNs = random.nextInt(3) * random.nextInt(12);
        TwoInputs time = new TwoInputs(trades.disorderNs(), prices.disorderNs(), latenessNs);
        AsOf how = oracle.how().allowedLateness(Duration.ofNanos(latenessNs));
        TestDriver driver = TestDriver.of(
                Market.topology(trades, prices, (t, p) -> t.asOf("as-of", p.deleteWhen(Price::gone), how)),
                PlanOptions.tested().withStateBytes(4 << 20).withHashSeed(seed));
        long base = random.nextInt(4) == 0 ? (random.nextLong() >> 6) : -20;
        long clock = 0;
        int keys = 1 + random.nextInt(3);
        int late = 0;
        List<Answer> got = new ArrayList<>();
        int events = 1 + random.nextInt(60);
        for (int i = 0; i < events; i++) {
            clock += random.nextInt(8) == 0 ? random.nextInt(40) : random.nextInt(3);
            long ns = base + clock - random.nextInt(1 + random.nextInt(25));
            long key = random.nextInt(keys);
            int side = random.nextInt(5) < 2 ? 0 : 1;
            long progressNs = time.see(side, ns);
            oracle.progress(progressNs);
            boolean isLate = ns < progressNs;
            late += isLate ? 1 : 0;
            if (side == 0) {
                Trade trade = new Trade(key, i, ns);
                driver.send(trades, trade);
                if (!isLate) {
                    oracle.trade(trade);
                }
            } else {
                Price price = new Price(key, i, random.nextInt(5) == 0, ns);
                driver.send(prices, price);
                if (!isLate) {
                    oracle.row(price);
                }
            }
            oracle.progress(progressNs); // due at once: the driver lets an entry follow
            got.addAll(driver.take(ANSWERS));
            assertEquals(oracle.answers, got, "after event " + i);
        }
        driver.endAll();
        oracle.progress(Long.MAX_VALUE);
        got.addAll(driver.take(ANSWERS));
        assertEquals(oracle.answers, got, "at the end");
        assertEquals(late, driver.deadLetters().size(), "late");
        return new int[] {(int) got.stream().filter(a -> a.value() >= 0).count(), late};
    }

    private static AsOfOracle oracle(SplittableRandom random) {
        String direction = List.of("backward", "backward", "forward", "nearest").get(random.nextInt(4));
        boolean backward = direction.equals("backward");
        return new AsOfOracle(
                direction,
                random.nextBoolean(),
                random.nextBoolean(),
                backward && random.nextInt(3) == 0,
                backward && random.nextBoolean() ? -1 : random.nextInt(15));
    }

    /** Prices of few keys for ever, within a budget that holds a thousandth of them. */
    @Test
    void shouldFreeVersionsThatNoTradeCanAskFor() {
        Input<Trade> trades = Market.trades(0);
        Input<Price> prices = Market.prices(10);
        TestDriver driver = TestDriver.of(
                Market.topology(trades, prices, (t, p) -> t.asOf("as-of", p, AsOf.backward())),
                PlanOptions.tested().withStateBytes(1 << 20));
        for (int i = 0; i < 200_000; i++) {
            driver.send(prices, new Price(i % 3, i, false, i));
            if (i % 16 == 0) {
                driver.send(trades, new Trade(i % 3, i, i));
            }
        }
        driver.endAll();
        assertEquals(List.of(), driver.deadLetters());
        assertEquals(200_000 / 16, driver.take(ANSWERS).size());
    }
}
