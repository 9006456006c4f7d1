package io.millrace.bench.nexmark.query;

import static io.millrace.operators.join.Interval.sameWindow;
import static io.millrace.operators.window.Window.hopping;
import static io.millrace.operators.window.Window.tumbling;

import io.millrace.bench.nexmark.Bid;
import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.Aggregates;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;
import java.time.Duration;

/** Which auctions have the most bids of ten seconds, each two seconds. The key of what is joined is the end of the window, so that it has one. */
final class Q5 implements Query {
    private static final Duration SIZE = Duration.ofSeconds(10);
    private static final Duration STEP = Duration.ofSeconds(2);

    private static final class Bids extends Aggregates<Bid> {
        final LongValue auction = longKey();
        final LongValue num = count();
    }

    private static final class Most extends Aggregates<Bids> {
        final LongValue maxn = max(b -> b.num.get());
    }

    @Override
    public Columns columns() {
        return Columns.of().number("auction").number("num");
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        KeyedStream<Bids> bids = t.from(from.bid())
                .keyBy(Bid::auction)
                .window("bids-of-auction", hopping(SIZE, STEP).windowsAtMost(WINDOWS_AT_MOST))
                .aggregate(Bids::new)
                .keyBy(Bids::windowEndNs);
        KeyedStream<Most> most =
                bids.window("most-bids", tumbling(STEP).windowsAtMost(1)).aggregate(Most::new);
        bids.join("hottest", most, sameWindow(STEP).matchesAtMost(MATCHES_AT_MOST))
                .filter(j -> j.left().num.get() >= j.right().maxn.get())
                .to(
                        result,
                        (j, row) ->
                                row.put(j.left().auction.get()).put(j.left().num.get()));
    }
}
