package io.millrace.bench.nexmark.query;

import static io.millrace.operators.join.Interval.between;
import static io.millrace.operators.window.Window.tumbling;
import static java.time.Duration.ofNanos;

import io.millrace.bench.nexmark.Bid;
import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.Aggregates;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;
import java.time.Duration;

/** The highest bids of each ten seconds. */
final class Q7 implements Query {
    private static final Duration SIZE = Duration.ofSeconds(10);

    private static final class Highest extends Aggregates<Bid> {
        final LongValue price = max(Bid::price);
    }

    @Override
    public Columns columns() {
        return Columns.of().number("auction").number("price").number("bidder").time("date_time");
    }

    /**
     * The highest price has the last nanosecond of its window for a time; a bid counts from the beginning of the window to its
     * end, both included. One that is late is so once, in front of both.
     */
    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        EventStream<Bid> bids = t.from(from.bid()).onTime();
        KeyedStream<Highest> highest = bids.window("highest", tumbling(SIZE).windowsAtMost(WINDOWS_AT_MOST))
                .aggregate(Highest::new)
                .keyBy(h -> h.price.get());
        bids.keyBy(Bid::price)
                .join(
                        "highest-bids",
                        highest,
                        between(ofNanos(-1), SIZE.minusNanos(1)).matchesAtMost(MATCHES_AT_MOST))
                .to(result, (j, row) -> row.copy(j.left(), Bid.AUCTION, Bid.PRICE, Bid.BIDDER, Bid.DATE_TIME));
    }
}
