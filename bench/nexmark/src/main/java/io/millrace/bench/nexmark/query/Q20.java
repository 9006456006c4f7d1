package io.millrace.bench.nexmark.query;

import io.millrace.bench.nexmark.Auction;
import io.millrace.bench.nexmark.Bid;
import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowType;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.On;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;
import java.util.stream.IntStream;

/** The bids for things of category 10, beside their auctions; a bid that comes before its auction waits for it. */
final class Q20 implements Query {
    private static final long CATEGORY = 10;

    /** Bids of an auction that may wait for it. */
    private static final int WAITING_AT_MOST = 1_024;

    static final class Beside extends KeyedProcess {
        final BooleanState known = booleanState("known");
        final Kept<Auction> auction = keeps("auction", Auction.TYPE);
        final KeptList<Bid> waiting = list("waiting", Bid.TYPE, WAITING_AT_MOST);
        final EmitInPlace<Row, RowWriter> pairs = emits("pairs", PAIR);

        Beside(On<Bid> bids, On<Auction> auctions) {
            emitsAtMost(WAITING_AT_MOST);
            on(bids, this::bid);
            on(auctions, this::opened);
        }

        private void opened(Auction opened) {
            known.set(true);
            if (opened.category() == CATEGORY) {
                auction.set(opened);
                for (int i = 0; i < waiting.size(); i++) {
                    pair(waiting.get(i));
                }
            }
            waiting.clear();
        }

        private void bid(Bid bid) {
            if (auction.isPresent()) {
                pair(bid);
            } else if (!known.get()) {
                waiting.add(bid);
            }
        }

        private void pair(Bid bid) {
            pairs.begin().copy(bid, Bid.ALL).copy(auction.get(), OF_AUCTION);
            pairs.end();
        }
    }

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

    private static final RowType<Row> PAIR = RowType.of("bid-and-auction", pair());

    private static Columns pair() {
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
    public Columns columns() {
        return pair();
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        int[] all = IntStream.range(0, pair().size()).toArray();
        t.from(from.bid())
                .keyBy(Bid::auction)
                .process("beside", FOREVER, t.from(from.auction()).keyBy(Auction::id), Beside::new)
                .out(b -> b.pairs)
                .to(result, (p, row) -> row.copy(p, all));
    }
}
