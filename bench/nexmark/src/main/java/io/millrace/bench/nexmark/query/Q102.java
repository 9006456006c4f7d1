package io.millrace.bench.nexmark.query;

import io.millrace.bench.nexmark.Auction;
import io.millrace.bench.nexmark.Bid;
import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.On;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;
import io.millrace.operators.join.JoinKind;

/** Auctions with at least the mean number of bids: the mean is a table of one row, that every auction names. */
final class Q102 implements Query {
    private static final long ONLY = 0;

    record Tally(long firsts) {}

    record Mean(long bids) {}

    /** Tells of each bid, and whether it is the first of its auction. */
    static final class First extends KeyedProcess {
        final BooleanState seen = booleanState("seen");
        final Emit<Tally> tallies = emits("tallies", Tally.class);

        First(On<Bid> bids) {
            on(bids, this::bid);
        }

        private void bid(Bid bid) {
            tallies.emit(new Tally(seen.get() ? 0 : 1));
            seen.set(true);
        }
    }

    /** The mean of all, as a whole number, whenever it has changed. */
    static final class Means extends KeyedProcess {
        final LongState bids = longState("bids");
        final LongState auctions = longState("auctions");
        final LongState told = longState("told");
        final Emit<Mean> means = emits("means", Mean.class);

        Means(On<Tally> tallies) {
            on(tallies, this::count);
        }

        private void count(Tally tally) {
            long mean = bids.add(1) / auctions.add(tally.firsts());
            if (mean != told.get()) {
                told.set(mean);
                means.emit(new Mean(mean));
            }
        }
    }

    @Override
    public Columns columns() {
        return Columns.of().number("auction_id").key().text("auction_item_name").number("bid_count");
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        KeyedStream<Bid> bids = t.from(from.bid()).keyBy(Bid::auction);
        KeyedStream<Mean> mean = bids.process("first-bids", FOREVER, First::new)
                .out(f -> f.tallies)
                .keyBy(x -> ONLY)
                .process("mean", FOREVER, Means::new)
                .out(m -> m.means);
        BidCount.withAuctions(t.from(from.auction()), bids, JoinKind.INNER)
                .foreignKeyJoin("beside-the-mean", j -> ONLY, mean, JoinKind.INNER)
                .filter(j -> j.left().right().bids.get() >= j.right().bids())
                .to(
                        result,
                        (j, row) -> row.copy(j.left().left(), Auction.ID, Auction.ITEM_NAME)
                                .put(j.left().right().bids.get()));
    }
}
