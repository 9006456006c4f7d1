package io.millrace.examples.tradecost;

import static io.millrace.operators.join.AsOf.backward;

import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.Joined;
import io.millrace.operators.join.AsOf;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Each trade beside the last bid and the last ask of its exchange, as of its own time. */
public final class TradeCostTopology {
    /** Quotes. An earlier time than the newest taken is late. */
    public static final Input<Quote> QUOTES = Input.of("quotes", Quote.class)
            .eventTime(Quote::ms, TimeUnit.MILLISECONDS)
            .historic();

    /** Trades. An earlier time than the newest taken is late. */
    public static final Input<Trade> TRADES = Input.of("trades", Trade.class)
            .eventTime(Trade::ms, TimeUnit.MILLISECONDS)
            .historic();

    /** Every trade with its quotes, by time. */
    public static final Output<Cost> COSTS = Output.of("costs", Cost.class);

    /** A trade beside what was last quoted. */
    record Touch(Trade trade, Joined<Trade, Quote> bid, Joined<Trade, Quote> ask) {
        Cost cost() {
            return new Cost(
                    trade.row(),
                    trade.ms(),
                    trade.price(),
                    trade.size(),
                    trade.ex(),
                    bid.hasRight() ? bid.right().bid() : 0,
                    ask.hasRight() ? ask.right().ask() : 0);
        }
    }

    private TradeCostTopology() {}

    /**
     * The topology.
     *
     * @param tolerance how old a quote may be, in whole milliseconds, as their times are; null for any age
     * @return to be run by any host
     */
    public static Topology of(Duration tolerance) {
        if (tolerance == null) {
            return of(backward());
        }
        long ms = tolerance.toMillis();
        return of(backward().tolerance(Duration.ofMillis(ms))).withOption("tolerance-ms", Long.toString(ms));
    }

    private static Topology of(AsOf last) {
        return Millrace.topology("trade-cost", t -> {
            KeyedStream<Quote> quotes = t.from(QUOTES).onTime().keyByText(Quote::ex);
            KeyedStream<Trade> trades = t.from(TRADES).onTime().keyByText(Trade::ex);
            trades.with(
                            trades.asOf("last-bid", quotes.filter(q -> q.bid() > 0), last),
                            trades.asOf("last-ask", quotes.filter(q -> q.ask() > 0), last),
                            Touch::new)
                    .to(COSTS, Touch::cost);
        });
    }
}
