package io.millrace.examples.candles;

import static io.millrace.operators.window.Window.tumbling;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Ticks into bars: one window, two aggregates of four values each. */
public final class CandlesTopology {
    /** Ticks. An earlier time than the newest taken is late. */
    public static final Input<Tick> TICKS = Input.of("ticks", Tick.class)
            .eventTime(Tick::ns, TimeUnit.NANOSECONDS)
            .historic();

    /** A bar for each period with a tick, when the period is over. */
    public static final Output<Candle> CANDLES = Output.of("candles", Candle.class);

    /** What is computed of the ticks of a period; moved over the state it is the result. */
    static final class Bar extends Aggregates<Tick> {
        final Ohlc bid = ohlc(Tick::bid);
        final Ohlc ask = ohlc(Tick::ask);

        Candle candle() {
            return new Candle(
                    windowStartNs() / 1_000_000,
                    bid.open(),
                    bid.high(),
                    bid.low(),
                    bid.close(),
                    ask.open(),
                    ask.high(),
                    ask.low(),
                    ask.close());
        }
    }

    private CandlesTopology() {}

    /**
     * The topology.
     *
     * @param size of a bar
     * @return to be run by any host
     */
    public static Topology of(Duration size) {
        return Millrace.topology(
                        "candles",
                        t -> t.from(TICKS)
                                .onTime()
                                .window("bars", tumbling(size))
                                .aggregate(Bar::new)
                                .to(CANDLES, Bar::candle))
                .withOption("size", BarSize.text(size));
    }
}
