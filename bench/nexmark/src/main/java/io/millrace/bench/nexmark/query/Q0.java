package io.millrace.bench.nexmark.query;

import io.millrace.bench.nexmark.Bid;
import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;

/** All bids: what it costs to pass them on. */
final class Q0 implements Query {
    @Override
    public Columns columns() {
        return Columns.of().number("auction").number("bidder").number("price").time("date_time");
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        t.from(from.bid()).to(result, (b, row) -> row.copy(b, Bid.AUCTION, Bid.BIDDER, Bid.PRICE, Bid.DATE_TIME));
    }
}
