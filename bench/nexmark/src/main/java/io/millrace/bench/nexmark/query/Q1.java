package io.millrace.bench.nexmark.query;

import io.millrace.bench.nexmark.Bid;
import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;

/** Prices of all bids in another currency. */
final class Q1 implements Query {
    /** 0.908, in thousandths. */
    private static final long RATE = 908;

    /** In thousandths; a price for which they are beyond 64 bits is a dead letter. */
    static long price(Bid bid) {
        return Math.multiplyExact(RATE, bid.price());
    }

    @Override
    public Columns columns() {
        return Columns.of()
                .number("auction")
                .number("bidder")
                .thousandths("price")
                .time("date_time");
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        t.from(from.bid())
                .to(
                        result,
                        (b, row) -> row.put(b.auction())
                                .put(b.bidder())
                                .put(price(b))
                                .put(b.dateTime()));
    }
}
