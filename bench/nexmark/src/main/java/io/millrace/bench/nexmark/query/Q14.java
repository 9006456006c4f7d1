package io.millrace.bench.nexmark.query;

import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;

/** Bids between two prices, what part of the day they came in, and how often their last column has a c. */
final class Q14 implements Query {
    private static final long MS_PER_HOUR = 3_600_000;
    private static final long ABOVE = 1_000_000_000L;
    private static final long BELOW = 50_000_000_000L;

    @Override
    public Columns columns() {
        return Columns.of()
                .number("auction")
                .number("bidder")
                .thousandths("price")
                .text("bidTimeType")
                .time("date_time")
                .number("c_counts");
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        t.from(from.bid())
                .filter(b -> Q1.price(b) > ABOVE && Q1.price(b) < BELOW)
                .to(
                        result,
                        (b, row) -> row.put(b.auction())
                                .put(b.bidder())
                                .put(Q1.price(b))
                                .text(partOfDay(b.dateTime()))
                                .put(b.dateTime())
                                .put(b.extra().chars().filter(c -> c == 'c').count()));
    }

    private static String partOfDay(long ms) {
        long hour = Math.floorMod(ms, Day.MS) / MS_PER_HOUR;
        return hour >= 8 && hour <= 18 ? "dayTime" : hour <= 6 || hour >= 20 ? "nightTime" : "otherTime";
    }
}
