package io.millrace.operators.join;

import static java.time.Duration.ofNanos;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.millrace.dsl.JoinedStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.Joined;
import io.millrace.testkit.oracle.Trait;
import io.millrace.testkit.oracle.Weights;
import io.millrace.time.Progress;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.Random;
import java.util.function.BiFunction;

/** Two inputs for the tests of joins: events to be joined, and rows, some of which delete. */
final class Market {
    record Trade(long key, long id, long ns) {}

    record Price(long key, long value, boolean gone, long ns) {}

    /** Who was joined with what; -1 for nothing. */
    record Answer(long id, long value) {}

    static final Input<Trade> TRADES = Input.of("trades", Trade.class)
            .eventTime(Trade::ns, NANOSECONDS)
            .historic()
            .maxAhead(Duration.ofDays(9_999));
    static final Input<Price> PRICES = Input.of("prices", Price.class)
            .eventTime(Price::ns, NANOSECONDS)
            .historic()
            .maxAhead(Duration.ofDays(9_999));
    static final Output<Answer> ANSWERS = Output.of("answers", Answer.class);
    static final Output<Trade> LATE = Output.of("late", Trade.class);
    static final Output<Price> LATE_PRICES = Output.of("late-prices", Price.class);

    /** Values are nearly all different; times are near 0 or moved by {@link #base}. */
    private static final Weights WEIGHTS =
            Weights.usual().keys(3).values(200).scale(1, 6).with(Trait.EXTREMES, 0);

    private Market() {}

    /** What all times are moved by: nothing, or to somewhere, or near the ends of a long, but for what intervals need. */
    static long base(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> random.nextLong() >> 6;
            case 1 -> Long.MIN_VALUE + 100_000;
            case 2 -> Long.MAX_VALUE - 100_000;
            default -> 0;
        };
    }

    /** How inputs are made of which all times are moved by so much: progress that moves by itself cannot be. */
    static Weights weights(long baseNs) {
        return WEIGHTS.with(Trait.ADVANCE, baseNs == 0 ? 40 : 0);
    }

    /** Progress less a lateness. */
    static long lenient(long progressNs, long latenessNs) {
        return progressNs == Progress.NONE || progressNs == Progress.END ? progressNs : progressNs - latenessNs;
    }

    static Input<Trade> trades(long disorderNs) {
        return TRADES.disorder(ofNanos(disorderNs));
    }

    static Input<Price> prices(long disorderNs) {
        return PRICES.disorder(ofNanos(disorderNs));
    }

    static Trade trade(long id, long ns) {
        return new Trade(1, id, ns);
    }

    static Price price(long value, long ns) {
        return new Price(1, value, false, ns);
    }

    static Price gone(long ns) {
        return new Price(1, 0, true, ns);
    }

    static Answer answer(Joined<Trade, Price> pair) {
        return new Answer(
                pair.hasLeft() ? pair.left().id() : -1,
                pair.hasRight() ? pair.right().value() : -1);
    }

    static Topology topology(
            Input<Trade> trades,
            Input<Price> prices,
            BiFunction<KeyedStream<Trade>, KeyedStream<Price>, JoinedStream<Trade, Price>> join) {
        return Millrace.topology(
                "market",
                t -> join.apply(t.from(trades).keyBy(Trade::key), t.from(prices).keyBy(Price::key))
                        .to(ANSWERS, Market::answer));
    }
}
