package io.millrace.bench.nexmark.query;

import static io.millrace.operators.window.Window.session;

import io.millrace.bench.nexmark.Bid;
import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.Aggregates;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;
import java.time.Duration;

/** How many bids somebody made in one go: with no more than ten seconds between two. */
final class Q11 implements Query {
    private static final Duration GAP = Duration.ofSeconds(10);

    private static final class Session extends Aggregates<Bid> {
        final LongValue bidder = longKey();
        final LongValue bids = count();
        final LongValue first = min(Bid::dateTime);
        final LongValue last = max(Bid::dateTime);
    }

    @Override
    public Columns columns() {
        return Columns.of()
                .number("bidder")
                .number("bid_count")
                .time("starttime")
                .time("endtime");
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        t.from(from.bid())
                .keyBy(Bid::bidder)
                .window("session", session(GAP).windowsAtMost(WINDOWS_AT_MOST))
                .aggregate(Session::new)
                .to(
                        result,
                        (s, row) -> row.put(s.bidder.get())
                                .put(s.bids.get())
                                .put(s.first.get())
                                .put(s.last.get() + GAP.toMillis()));
    }
}
