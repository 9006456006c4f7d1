package io.millrace.bench.nexmark.query;

import io.millrace.bench.nexmark.Bid;
import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;

/** The bids of five auctions. */
final class Q2 implements Query {
    @Override
    public Columns columns() {
        return Columns.of().number("auction").number("price");
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        t.from(from.bid())
                .filter(b -> b.auction() == 1007
                        || b.auction() == 1020
                        || b.auction() == 2001
                        || b.auction() == 2019
                        || b.auction() == 2087)
                .to(result, (b, row) -> row.copy(b, Bid.AUCTION, Bid.PRICE));
    }
}
