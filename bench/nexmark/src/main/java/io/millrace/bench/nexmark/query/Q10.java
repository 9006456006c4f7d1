package io.millrace.bench.nexmark.query;

import io.millrace.bench.nexmark.Bid;
import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** All bids with their date and time as texts; {@code HH} counts to twelve. */
final class Q10 implements Query {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("hh:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    @Override
    public Columns columns() {
        return Columns.of()
                .number("auction")
                .number("bidder")
                .number("price")
                .time("date_time")
                .date("date")
                .text("time");
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        t.from(from.bid())
                .to(
                        result,
                        (b, row) -> row.copy(b, Bid.AUCTION, Bid.BIDDER, Bid.PRICE, Bid.DATE_TIME)
                                .put(Day.of(b))
                                .text(TIME.format(Instant.ofEpochMilli(b.dateTime()))));
    }
}
