package io.millrace.bench.nexmark.query;

import io.millrace.bench.nexmark.Auction;
import io.millrace.bench.nexmark.Bid;
import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowType;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.On;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;

/** The thousand auctions with the most bids. */
final class Q105 implements Query {
    private static final int MOST = 1_000;
    private static final long ONLY = 0;

    /** How many bids an auction has, once it is known. */
    static final class Counted extends KeyedProcess {
        final Kept<Row> item = keeps("item", ITEM);
        final LongState bids = longState("bids");
        final EmitInPlace<Row, RowWriter> counts = emits("counts", COUNT);

        Counted(On<Bid> all, On<Row> items) {
            on(all, this::bid);
            on(items, this::opened);
        }

        private void opened(Row opened) {
            item.set(opened);
            tell();
        }

        private void bid(Bid bid) {
            bids.add(1);
            tell();
        }

        private void tell() {
            if (item.isPresent() && bids.get() > 0) {
                counts.begin().copy(item.get(), ID, NAME).put(bids.get());
                counts.end();
            }
        }
    }

    /** Those with the most; counts only grow, so that one which is given up comes back by itself. */
    static final class Top extends KeyedProcess {
        final LongMap top = map("top", MOST);
        final EmitInPlace<Row, RowWriter> changes = emits("changes", COUNT);

        Top(On<Row> counts) {
            on(counts, this::count);
        }

        private void count(Row count) {
            if (top.isFull() && !top.has(count.number(ID))) {
                int fewest = fewest();
                if (count.number(BIDS) <= top.valueAt(fewest)) {
                    return;
                }
                changes.begin().put(top.keyAt(fewest)).text("").put(GONE);
                changes.end();
                top.remove(top.keyAt(fewest));
            }
            top.put(count.number(ID), count.number(BIDS));
            changes.begin().copy(count, ID, NAME, BIDS);
            changes.end();
        }

        private int fewest() {
            int fewest = 0;
            for (int i = 1; i < top.size(); i++) {
                fewest = top.valueAt(i) < top.valueAt(fewest) ? i : fewest;
            }
            return fewest;
        }
    }

    private static final int ID = 0, NAME = 1, BIDS = 2;
    private static final long GONE = -1;
    private static final int ITEM_BYTES = 1_024;
    private static final RowType<Row> ITEM =
            RowType.kept("item", Columns.of().number("id").text("item_name"), ITEM_BYTES, Row::new);
    private static final RowType<Row> COUNT = RowType.of("count", counts());

    private static Columns counts() {
        return Columns.of().number("auction_id").key().text("auction_item_name").number("bid_count");
    }

    @Override
    public Columns columns() {
        return counts();
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        KeyedStream<Row> items = t.from(from.auction())
                .keyBy(Auction::id)
                .map(ITEM, (a, item) -> item.copy(a, Auction.ID, Auction.ITEM_NAME));
        t.from(from.bid())
                .keyBy(Bid::auction)
                .process("counted", FOREVER, items, Counted::new)
                .out(c -> c.counts)
                .keyBy(x -> ONLY)
                .process("top", FOREVER, Top::new)
                .out(c -> c.changes)
                .deleteWhen(r -> r.number(BIDS) == GONE)
                .to(result, (r, row) -> row.copy(r, ID, NAME, BIDS));
    }
}
