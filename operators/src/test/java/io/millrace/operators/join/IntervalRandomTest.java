package io.millrace.operators.join;

import static io.millrace.operators.join.Market.ANSWERS;
import static java.time.Duration.ofNanos;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Reason;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import io.millrace.operators.window.Window;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Interval joins of all kinds against lists of all events: what comes out, at which entry, in which order, with which time. */
class IntervalRandomTest {
    private static final int CASES = 300;
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

    static Trials trials() {
        return Trials.of("trials()", IntervalRandomTest::trial).cases(CASES);
    }

    @Test
    void shouldAgreeWithListsOfAllEvents() {
        trials().check();
    }

    private static Trial trial(Random random) {
        String kind = KINDS.get(random.nextInt(KINDS.size()));
        boolean byRow = random.nextInt(4) == 0;
        long windowNs = !byRow && random.nextInt(3) == 0 ? 1 + random.nextInt(12) : 0;
        boolean hops = windowNs > 0 && random.nextInt(3) == 0;
        long offsetNs = windowNs > 0 && random.nextBoolean() ? random.nextInt(30) - 15 : 0;
        long stepNs = hops ? 1 + (random.nextInt(4) + 1) * (windowNs - 1) / 4 : windowNs;
        boolean overlap = stepNs < windowNs;
        boolean sendsAlone = !kind.equals("inner") && !kind.equals("semi");
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
        Supplier<IntervalOracle> oracle = () -> new IntervalOracle(fromNs, toNs, windowNs, kind)
                .offset(offsetNs)
                .step(overlap ? stepNs : 0);
        Input<Trade> trades = Market.trades(random.nextInt(3) * random.nextInt(20));
        Input<Price> prices = Market.prices(random.nextInt(3) * random.nextInt(20));
        Interval<? super Trade> interval =
                exact.allowedLateness(ofNanos(latenessNs)).matchesAtMost(1_000);
        long baseNs = Market.base(random);
        return Trial.of(Market.topology(trades, prices, (t, p) -> t.join("join", p, interval)))
                .options(PlanOptions.tested().withStateBytes(4 << 20).withHashSeed(random.nextLong()))
                .feed(trades, (key, timeNs, value) -> new Trade(key, value, baseNs + timeNs))
                .feed(prices, (key, timeNs, value) -> new Price(key, value, false, baseNs + timeNs))
                .weights(Market.weights(baseNs)
                        .events(
                                !overlap
                                        ? 60
                                        : sendsAlone ? 12 : 30)) // of more, what is due may wait for the next entry
                .endAll()
                .compareByStep(ANSWERS)
                .compareLetters()
                .oracle((in, out) -> answer(oracle.get(), latenessNs, byRow, in, out))
                .look(d -> assertEquals(0, d.counters("join").keys, "all is free at the end"));
    }

    private static void answer(IntervalOracle oracle, long latenessNs, boolean byRow, History in, Expected out) {
        for (int i = 0; i < in.size(); i++) {
            int before = oracle.answers.size();
            long ns = Market.lenient(in.progressNs(i), latenessNs);
            oracle.progress(ns);
            if (in.step(i).isEvent() && in.timeNs(i) < ns) {
                out.letter(i, "join", Reason.LATE);
            } else if (in.step(i).isEvent() && in.step(i).port() == 0) {
                Trade trade = in.event(i);
                if (byRow) {
                    oracle.left(trade, trade.ns() + length(trade));
                } else {
                    oracle.left(trade);
                }
            } else if (in.step(i).isEvent()) {
                oracle.right(in.event(i));
            }
            for (int k = before; k < oracle.answers.size(); k++) {
                out.at(i).emit(ANSWERS, oracle.times.get(k), oracle.answers.get(k));
            }
        }
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
