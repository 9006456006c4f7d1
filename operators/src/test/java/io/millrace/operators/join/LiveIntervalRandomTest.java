package io.millrace.operators.join;

import static io.millrace.operators.join.Market.ANSWERS;
import static java.time.Duration.ofNanos;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.millrace.event.Input;
import io.millrace.event.Reason;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Trait;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import io.millrace.time.Progress;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Interval joins of two live inputs that fall silent and come back, with a clock that ticks, against lists of events. */
class LiveIntervalRandomTest {
    private static final List<String> KINDS = List.of("inner", "left", "right", "full", "anti", "semi");

    static Trials live() {
        return Trials.of("live()", LiveIntervalRandomTest::trial).cases(150);
    }

    private static Trial trial(Random random) {
        long fromNs = random.nextInt(25) - 15;
        long toNs = fromNs + random.nextInt(12);
        long latenessNs = random.nextInt(2) * random.nextInt(12);
        String kind = KINDS.get(random.nextInt(KINDS.size()));
        Input<Trade> trades = live(random, Input.of("trades", Trade.class).eventTime(Trade::ns, NANOSECONDS));
        Input<Price> prices = live(random, Input.of("prices", Price.class).eventTime(Price::ns, NANOSECONDS));
        Interval<Object> interval = IntervalRandomTest.of(Interval.between(ofNanos(fromNs), ofNanos(toNs)), kind)
                .allowedLateness(ofNanos(latenessNs));
        return Trial.of(Market.topology(trades, prices, (t, p) -> t.join("join", p, interval)))
                .feed(trades, (key, timeNs, value) -> new Trade(key, value, timeNs))
                .feed(prices, (key, timeNs, value) -> new Price(key, value, false, timeNs))
                .weights(Weights.usual()
                        .keys(2)
                        .with(Trait.TICKS, 100)
                        .with(Trait.EXTREMES, 0)
                        .with(Trait.END, 40))
                .compare(ANSWERS)
                .compareLetters()
                .oracle((in, out) -> answer(new IntervalOracle(fromNs, toNs, 0, kind), latenessNs, in, out));
    }

    private static <V> Input<V> live(Random random, Input<V> input) {
        return input.live()
                .disorder(ofNanos(random.nextInt(2) * random.nextInt(20)))
                .idleAfter(ofNanos(1 + random.nextInt(100)));
    }

    private static void answer(IntervalOracle oracle, long latenessNs, History in, Expected out) {
        for (int i = 0; i < in.size(); i++) {
            long ns = in.progressNs(i);
            ns = ns == Progress.NONE || ns == Progress.END ? ns : ns - latenessNs;
            oracle.progress(ns);
            if (in.step(i).isEvent() && in.timeNs(i) < ns) {
                out.letter(i, "join", Reason.LATE);
            } else if (in.step(i).isEvent() && in.step(i).port() == 0) {
                oracle.left(in.event(i));
            } else if (in.step(i).isEvent()) {
                oracle.right(in.event(i));
            }
        }
        for (int i = 0; i < oracle.answers.size(); i++) {
            out.emit(ANSWERS, oracle.times.get(i), oracle.answers.get(i));
        }
    }

    @Test
    void shouldAgreeWithListsOfAllEventsWhereInputsFallSilentAndComeBack() {
        live().check();
    }
}
