package io.millrace.bench.nexmark.query;

import static io.millrace.operators.join.Interval.between;

import io.millrace.bench.nexmark.Auction;
import io.millrace.bench.nexmark.Bid;
import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;

/** The bids for things of category 10, beside their auctions. A bid may be before its auction, by so much as the tables say. */
final class Q20 implements Query {
    private static final long CATEGORY = 10;

    private static final int[] OF_AUCTION = {
        Auction.ITEM_NAME,
        Auction.DESCRIPTION,
        Auction.INITIAL_BID,
        Auction.RESERVE,
        Auction.DATE_TIME,
        Auction.EXPIRES,
        Auction.SELLER,
        Auction.CATEGORY,
        Auction.EXTRA
    };

    @Override
    public Columns columns() {
        return Columns.of()
                .number("auction")
                .number("bidder")
                .number("price")
                .text("channel")
                .text("url")
                .time("bid_date_time")
                .text("bid_extra")
                .text("item_name")
                .text("description")
                .number("initial_bid")
                .number("reserve")
                .time("auction_date_time")
                .time("expires")
                .number("seller")
                .number("category")
                .text("auction_extra");
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        t.from(from.auction())
                .filter(a -> a.category() == CATEGORY)
                .keyBy(Auction::id)
                .join(
                        "bids",
                        t.from(from.bid()).keyBy(Bid::auction),
                        between(from.lead().negated(), FOREVER).matchesAtMost(MATCHES_AT_MOST))
                .to(result, (j, row) -> row.copy(j.right(), Bid.ALL).copy(j.left(), OF_AUCTION));
    }
}
