package io.millrace.bench.nexmark.query;

import static io.millrace.operators.window.Window.global;

import io.millrace.bench.nexmark.Bid;
import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;

/** Of each day: bids, bidders and auctions, of all prices and of three ranks of them. */
final class Q15 implements Query {
    private static final class Daily extends Day.Counts {
        final LongValue day = longKey();
    }

    @Override
    public Columns columns() {
        return Day.counts(Columns.of().date("day").key());
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        EventStream<Bid> bids = t.from(from.bid());
        Day.steps(bids, bids.keyBy(Day::of, Bid::bidder), bids.keyBy(Day::of, Bid::auction))
                .keyBy(Step::day)
                .window("daily", global().emitOnUpdate())
                .aggregate(Daily::new)
                .to(result, (d, row) -> d.put(row.put(d.day.get())));
    }
}
