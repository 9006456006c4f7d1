package io.millrace.bench.nexmark.query;

import static io.millrace.operators.window.Window.global;

import io.millrace.bench.nexmark.Auction;
import io.millrace.bench.nexmark.Bid;
import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.Aggregates;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;
import io.millrace.operators.Joined;
import io.millrace.operators.join.JoinKind;

/** The highest bid of each auction, if there is one. */
final class Q101 implements Query {
    private static final class Highest extends Aggregates<Bid> {
        final LongValue price = max(Bid::price);
    }

    @Override
    public Columns columns() {
        return Columns.of().number("auction_id").key().text("auction_item_name").number("current_highest_bid");
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        KeyedStream<Highest> highest = t.from(from.bid())
                .keyBy(Bid::auction)
                .window("highest", global().emitOnUpdate())
                .aggregate(Highest::new);
        t.from(from.auction())
                .keyBy(Auction::id)
                .tableJoin("beside-the-highest", highest, JoinKind.LEFT)
                .to(result, Q101::put);
    }

    private static void put(Joined<Auction, Highest> j, RowWriter row) {
        row.copy(j.left(), Auction.ID, Auction.ITEM_NAME);
        if (j.hasRight()) {
            row.put(j.right().price.get());
        } else {
            row.absent();
        }
    }
}
