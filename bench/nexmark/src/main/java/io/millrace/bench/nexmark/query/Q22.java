package io.millrace.bench.nexmark.query;

import io.millrace.bench.nexmark.Bid;
import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;

/** The directories of the address of each bid. */
final class Q22 implements Query {
    @Override
    public Columns columns() {
        return Columns.of()
                .number("auction")
                .number("bidder")
                .number("price")
                .text("channel")
                .text("dir1")
                .text("dir2")
                .text("dir3");
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        t.from(from.bid()).to(result, Q22::put);
    }

    private static void put(Bid bid, RowWriter row) {
        String[] parts = bid.url().split("/", -1);
        row.copy(bid, Bid.AUCTION, Bid.BIDDER, Bid.PRICE, Bid.CHANNEL);
        row.text(part(parts, 4)).text(part(parts, 5)).text(part(parts, 6));
    }

    /** As {@code split_part}: counted from 1, empty where there is none. */
    private static String part(String[] parts, int number) {
        return number <= parts.length ? parts[number - 1] : "";
    }
}
