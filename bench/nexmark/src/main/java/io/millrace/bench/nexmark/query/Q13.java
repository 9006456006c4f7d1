package io.millrace.bench.nexmark.query;

import io.millrace.bench.nexmark.Bid;
import io.millrace.bench.nexmark.Side;
import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.Table;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;

/** Each bid beside what a bounded table says of its auction; SQL looks it up by the clock, and it is whole before the first bid. */
final class Q13 implements Query {
    @Override
    public Columns columns() {
        return Columns.of()
                .number("auction")
                .number("bidder")
                .number("price")
                .time("date_time")
                .text("value");
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        Table<Side> side = t.table("side", from.side(), Side::key);
        t.from(from.bid())
                .keyBy(b -> b.auction() % Side.ROWS)
                .lookup("value", side)
                .filter(j -> j.hasRight())
                .to(
                        result,
                        (j, row) -> row.copy(j.left(), Bid.AUCTION, Bid.BIDDER, Bid.PRICE, Bid.DATE_TIME)
                                .copy(j.right(), Side.VALUE));
    }
}
