package io.millrace.bench.nexmark.query;

import io.millrace.bench.nexmark.Auction;
import io.millrace.bench.nexmark.Bid;
import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;
import io.millrace.operators.join.JoinKind;

/** Auctions that are not among those with fewer than twenty bids; one without a bid is not. */
final class Q104 implements Query {
    @Override
    public Columns columns() {
        return Columns.of().number("auction_id").key().text("auction_item_name");
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        BidCount.withAuctions(t.from(from.auction()), t.from(from.bid()).keyBy(Bid::auction), JoinKind.LEFT)
                .filter(j -> !j.hasRight() || j.right().bids.get() >= BidCount.MANY)
                .to(result, (j, row) -> row.copy(j.left(), Auction.ID, Auction.ITEM_NAME));
    }
}
