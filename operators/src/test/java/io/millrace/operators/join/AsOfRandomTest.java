package io.millrace.operators.join;

import static io.millrace.operators.join.Market.ANSWERS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.event.Input;
import io.millrace.event.Reason;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Trait;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** As-of joins of all kinds against a loop over all rows: what comes out, and at which entry. */
class AsOfRandomTest {
    private static final int CASES = 300;

    static Trials historic() {
        return Trials.of("historic()", random -> trial(random, false)).cases(CASES);
    }

    /** With a clock that ticks, and inputs that fall silent and come back. */
    static Trials live() {
        return Trials.of("live()", random -> trial(random, true)).cases(CASES / 4);
    }

    @Test
    void shouldAgreeWithALoopOverAllRows() {
        historic().check();
    }

    @Test
    void shouldAgreeWithALoopOverAllRowsWhereInputsFallSilentAndComeBack() {
        live().check();
    }

    private static Trial trial(Random random, boolean live) {
        Supplier<AsOfOracle> oracle = AsOfOracle.any(random);
        Input<Trade> trades = live(random, live, Market.trades(random.nextInt(3) * random.nextInt(20)));
        Input<Price> prices = live(random, live, Market.prices(random.nextInt(3) * random.nextInt(20)));
        long latenessNs = random.nextInt(3) * random.nextInt(12);
        AsOf how = oracle.get().how().allowedLateness(Duration.ofNanos(latenessNs));
        long baseNs = live ? 0 : Market.base(random);
        return Trial.of(Market.topology(trades, prices, (t, p) -> t.asOf("as-of", p.deleteWhen(Price::gone), how)))
                .options(PlanOptions.tested().withStateBytes(4 << 20).withHashSeed(random.nextLong()))
                .feed(trades, (key, timeNs, value) -> new Trade(key, value, baseNs + timeNs))
                .feed(prices, (key, timeNs, value) -> new Price(key, value, value % 5 == 4, baseNs + timeNs))
                .weights(Market.weights(baseNs).with(Trait.TICKS, live ? 100 : 0))
                .endAll()
                .compareByStep(ANSWERS)
                .compareLetters()
                .oracle((in, out) -> answer(oracle.get(), latenessNs, in, out));
    }

    private static <V> Input<V> live(Random random, boolean live, Input<V> input) {
        return live ? input.live().idleAfter(Duration.ofNanos(1 + random.nextInt(60))) : input;
    }

    private static void answer(AsOfOracle oracle, long latenessNs, History in, Expected out) {
        for (int i = 0; i < in.size(); i++) {
            int before = oracle.answers.size();
            long ns = Market.lenient(in.progressNs(i), latenessNs);
            oracle.progress(ns);
            if (in.step(i).isEvent() && in.timeNs(i) < ns) {
                out.letter(i, "as-of", Reason.LATE);
            } else if (in.step(i).isEvent() && in.step(i).port() == 0) {
                oracle.trade(in.event(i));
            } else if (in.step(i).isEvent()) {
                oracle.row(in.event(i));
            }
            oracle.progress(ns); // due at once: an entry follows in the same step
            for (int k = before; k < oracle.answers.size(); k++) {
                out.at(i).emit(ANSWERS, oracle.times.get(k), oracle.answers.get(k));
            }
        }
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
