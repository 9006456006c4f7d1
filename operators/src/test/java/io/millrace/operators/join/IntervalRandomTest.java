package io.millrace.operators.join;

import static io.millrace.operators.join.Market.ANSWERS;
import static java.time.Duration.ofNanos;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.operators.join.Market.Answer;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import io.millrace.operators.window.Window;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Interval joins of all kinds against lists of all events: what comes out, at which entry, in which order, with which time. */
class IntervalRandomTest {
    private static final int CASES = 500;
    private static final List<String> KINDS = List.of("inner", "left", "right", "full", "anti", "semi");

    /** How long the interval of a trade is, where it says so itself. */
    private static long length(Trade t) {
        return t.id() * 7 % 13 - 3;
    }

    static <L> Interval<L> of(Interval<L> interval, String kind) {
        return switch (kind) {
            case "left" -> interval.left();
            case "right" -> interval.right();
            case "full" -> interval.full();
            case "anti" -> interval.anti();
            case "semi" -> interval.semi();
            default -> interval;
        };
    }

    @Test
    void shouldAgreeWithListsOfAllEvents() {
        int[] out = {0};
        int cases = Seeds.each(0, CASES, "agree(%d)", seed -> out[0] += agree(seed));
        assertTrue(cases < 10 || out[0] > 5 * cases, out[0] + " came out");
    }

    private static int agree(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String drawn = KINDS.get(random.nextInt(KINDS.size()));
        boolean byRow = random.nextInt(4) == 0;
        long windowNs = !byRow && random.nextInt(3) == 0 ? 1 + random.nextInt(12) : 0;
        boolean hops = windowNs > 0 && random.nextInt(3) == 0;
        String kind = hops ? "inner" : drawn;
        long offsetNs = windowNs > 0 && random.nextBoolean() ? random.nextInt(30) - 15 : 0;
        long stepNs = hops ? 1 + random.nextInt((int) windowNs) : windowNs;
        boolean overlap = stepNs < windowNs;
        long fromNs = byRow ? 0 : random.nextInt(25) - 15;
        long toNs = fromNs + random.nextInt(12);
        long latenessNs = random.nextInt(3) * random.nextInt(12);
        Interval<? super Trade> exact = byRow
                ? of(Interval.until(Trade.class, t -> t.ns() + length(t), TimeUnit.NANOSECONDS), kind)
                : windowNs > 0
                        ? of(
                                Interval.sameWindow(Window.hopping(ofNanos(windowNs), ofNanos(stepNs))
                                        .offset(ofNanos(offsetNs))),
                                kind)
                        : of(Interval.between(ofNanos(fromNs), ofNanos(toNs)), kind);
        IntervalOracle oracle = new IntervalOracle(fromNs, toNs, windowNs, kind)
                .offset(offsetNs)
                .step(overlap ? stepNs : 0);
        Input<Trade> trades = Market.trades(random.nextInt(3) * random.nextInt(20));
        Input<Price> prices = Market.prices(random.nextInt(3) * random.nextInt(20));
        TwoInputs time = new TwoInputs(trades.disorderNs(), prices.disorderNs(), latenessNs);
        Interval<? super Trade> interval =
                exact.allowedLateness(ofNanos(latenessNs)).matchesAtMost(1_000);
        TestDriver driver = TestDriver.of(
                Market.topology(trades, prices, (t, p) -> t.join("join", p, interval)),
                PlanOptions.tested().withStateBytes(4 << 20).withHashSeed(seed));
        long base = random.nextInt(4) == 0 ? (random.nextLong() >> 6) : -20;
        long clock = 0;
        int keys = 1 + random.nextInt(2);
        int late = 0;
        List<Answer> got = new ArrayList<>();
        List<Long> times = new ArrayList<>();
        int events = 1 + random.nextInt(overlap ? 30 : 60);
        for (int i = 0; i < events; i++) {
            clock += random.nextInt(8) == 0 ? random.nextInt(40) : random.nextInt(3);
            long ns = base + clock - random.nextInt(1 + random.nextInt(20));
            long key = random.nextInt(keys);
            int side = random.nextInt(2);
            long progressNs = time.see(side, ns);
            oracle.progress(progressNs);
            boolean isLate = ns < progressNs;
            late += isLate ? 1 : 0;
            if (side == 0) {
                Trade trade = new Trade(key, i, ns);
                driver.send(trades, trade);
                if (!isLate) {
                    oracle.left(trade, byRow ? ns + length(trade) : ns + toNs);
                }
            } else {
                Price price = new Price(key, i, false, ns);
                driver.send(prices, price);
                if (!isLate) {
                    oracle.right(price);
                }
            }
            times.addAll(driver.metas(ANSWERS).stream().map(Meta::timeNs).toList());
            got.addAll(driver.take(ANSWERS));
            assertEquals(oracle.answers, got, kind + " after event " + i);
        }
        driver.endAll();
        oracle.progress(Long.MAX_VALUE);
        times.addAll(driver.metas(ANSWERS).stream().map(Meta::timeNs).toList());
        got.addAll(driver.take(ANSWERS));
        assertEquals(oracle.answers, got, kind + " at the end");
        assertEquals(oracle.times, times, "times");
        assertEquals(late, driver.deadLetters().size(), "late");
        assertEquals(0, driver.counters("join").keys, "all is free at the end");
        return got.size();
    }

    /** Two keys for ever, within a budget that holds a hundredth of their events. */
    @Test
    void shouldKeepEventsOnlyWhileSomethingCanMatch() {
        for (String kind : KINDS) {
            Input<Trade> trades = Market.trades(10);
            Input<Price> prices = Market.prices(0);
            Interval<Object> interval = of(Interval.between(ofNanos(-20), ofNanos(20)), kind);
            TestDriver driver = TestDriver.of(
                    Market.topology(trades, prices, (t, p) -> t.join("join", p, interval)),
                    PlanOptions.tested().withStateBytes(1 << 20));
            for (int i = 0; i < 50_000; i++) {
                driver.send(trades, new Trade(i % 2, i, i * 3L));
                if (i % 7 != 0) {
                    driver.send(prices, new Price(i % 2 + i % 3, i, false, i * 3L));
                }
                driver.take(ANSWERS);
            }
            assertEquals(List.of(), driver.deadLetters(), kind);
            assertTrue(driver.counters("join").maxSlotsTouched < 1_000);
        }
    }
}
