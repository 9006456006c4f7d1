package io.millrace.bench.nexmark.query;

import static io.millrace.operators.join.Interval.until;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.millrace.bench.nexmark.Auction;
import io.millrace.bench.nexmark.Bid;
import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowType;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.bench.nexmark.row.Shape;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.On;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.operators.Joined;
import java.util.stream.IntStream;

/** An auction that is over, beside the bid that has won it. */
final class Won extends Row {
    private static final int AUCTION = 9, PRICE = 11, BID_TIME = 12;

    /** All columns. */
    static final int[] ALL = IntStream.range(0, 13).toArray();

    private static final int[] OF_AUCTION = IntStream.range(0, 9).toArray();
    private static final RowType<Won> TYPE = RowType.of("won", columns9(), Won::new);

    private Won(Shape shape) {
        super(shape);
    }

    static Columns columns9() {
        return Columns.of()
                .number("id")
                .text("item_name")
                .text("description")
                .number("initial_bid")
                .number("reserve")
                .time("date_time")
                .time("expires")
                .number("seller")
                .number("category")
                .number("auction")
                .number("bidder")
                .number("price")
                .time("bid_date_time");
    }

    long auction() {
        return number(AUCTION);
    }

    long seller() {
        return number(Auction.SELLER);
    }

    long category() {
        return number(Auction.CATEGORY);
    }

    long price() {
        return number(PRICE);
    }

    long bidTime() {
        return number(BID_TIME);
    }

    /** By the highest price, of several the earliest. */
    static KeyedStream<Won> highest(TopologyBuilder t, Tables from) {
        return by(t, from, (a, b) -> a.price() != b.price() ? a.price() > b.price() : a.dateTime() < b.dateTime());
    }

    /** By the lowest price, of several the earliest. */
    static KeyedStream<Won> lowest(TopologyBuilder t, Tables from) {
        return by(t, from, (a, b) -> a.price() != b.price() ? a.price() < b.price() : a.dateTime() < b.dateTime());
    }

    /** A bid counts while its auction is open, both ends included. */
    private static KeyedStream<Won> by(TopologyBuilder t, Tables from, Better better) {
        return t.from(from.auction())
                .keyBy(Auction::id)
                .join(
                        "bids-in-time",
                        t.from(from.bid()).keyBy(Bid::auction),
                        until(Auction.class, Auction::expires, MILLISECONDS).matchesAtMost(Query.MATCHES_AT_MOST))
                .process("won", Query.FOREVER, (On<Joined<Auction, Bid>> pairs) -> new Winner(pairs, better))
                .out(w -> w.won);
    }

    /** Which of two bids wins. */
    private interface Better {
        boolean test(Bid bid, Bid other);
    }

    /** Keeps the bid that wins until the auction is over. */
    static final class Winner extends KeyedProcess {
        final Kept<Auction> auction = keeps("auction", Auction.TYPE);
        final Kept<Bid> best = keeps("best", Bid.TYPE);
        final Timer over = timer("over", this::over);
        final EmitInPlace<Won, RowWriter> won = emits("won", TYPE);
        private final Better better;

        Winner(On<Joined<Auction, Bid>> pairs, Better better) {
            this.better = better;
            on(pairs, this::bid);
        }

        private void bid(Joined<Auction, Bid> pair) {
            if (!best.isPresent()) {
                auction.set(pair.left());
                over.at(Math.min(MILLISECONDS.toNanos(pair.left().expires()), Long.MAX_VALUE - 1) + 1);
            }
            if (!best.isPresent() || better.test(pair.right(), best.get())) {
                best.set(pair.right());
            }
        }

        private void over() {
            won.begin()
                    .copy(auction.get(), OF_AUCTION)
                    .copy(best.get(), Bid.AUCTION, Bid.BIDDER, Bid.PRICE, Bid.DATE_TIME);
            won.end();
            forget();
        }
    }
}
