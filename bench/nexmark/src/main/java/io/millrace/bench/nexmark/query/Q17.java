package io.millrace.bench.nexmark.query;

import static io.millrace.operators.window.Window.global;

import io.millrace.bench.nexmark.Bid;
import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.Aggregates;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;

/** Of each auction and day: bids, of all prices and of three ranks of them, and what the prices were. */
final class Q17 implements Query {
    private static final class Daily extends Aggregates<Bid> {
        final LongValue auction = longKey(0);
        final LongValue day = longKey(1);
        final LongValue bids = count();
        final LongValue rank1 = sum(b -> Day.rank(b) == 1 ? 1 : 0);
        final LongValue rank2 = sum(b -> Day.rank(b) == 2 ? 1 : 0);
        final LongValue rank3 = sum(b -> Day.rank(b) == 3 ? 1 : 0);
        final LongValue min = min(Bid::price);
        final LongValue max = max(Bid::price);
        final LongValue sum = sum(Bid::price);
    }

    @Override
    public Columns columns() {
        return Columns.of()
                .number("auction")
                .key()
                .date("day")
                .key()
                .number("total_bids")
                .number("rank1_bids")
                .number("rank2_bids")
                .number("rank3_bids")
                .number("min_price")
                .number("max_price")
                .average("avg_price")
                .number("sum_price");
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        t.from(from.bid())
                .keyBy(Bid::auction, Day::of)
                .window("daily", global().emitOnUpdate())
                .aggregate(Daily::new)
                .to(result, Q17::put);
    }

    private static void put(Daily d, RowWriter row) {
        row.put(d.auction.get()).put(d.day.get()).put(d.bids.get());
        row.put(d.rank1.get()).put(d.rank2.get()).put(d.rank3.get());
        row.put(d.min.get()).put(d.max.get()).average(d.sum.get(), d.bids.get()).put(d.sum.get());
    }
}
