package io.millrace.bench.nexmark;

import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowType;
import io.millrace.bench.nexmark.row.Shape;

/** What somebody would pay in an auction. */
public final class Bid extends Row {
    /** The numbers of its columns. */
    public static final int AUCTION = 0, BIDDER = 1, PRICE = 2, CHANNEL = 3, URL = 4, DATE_TIME = 5, EXTRA = 6;

    /** All of them. */
    public static final int[] ALL = {AUCTION, BIDDER, PRICE, CHANNEL, URL, DATE_TIME, EXTRA};

    private static final int BYTES_AT_MOST = 2_048;

    /** The table. */
    public static final RowType<Bid> TYPE = RowType.kept(
            "bid",
            Columns.of()
                    .number("auction")
                    .number("bidder")
                    .number("price")
                    .text("channel")
                    .text("url")
                    .time("date_time")
                    .text("extra"),
            BYTES_AT_MOST,
            Bid::new);

    private Bid(Shape shape) {
        super(shape);
    }

    public long auction() {
        return number(AUCTION);
    }

    public long bidder() {
        return number(BIDDER);
    }

    public long price() {
        return number(PRICE);
    }

    public String channel() {
        return text(CHANNEL);
    }

    public String url() {
        return text(URL);
    }

    public long dateTime() {
        return number(DATE_TIME);
    }

    public String extra() {
        return text(EXTRA);
    }
}
