package io.millrace.bench.nexmark;

import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowType;
import io.millrace.bench.nexmark.row.Shape;

/** What is sold, by whom, and until when. */
public final class Auction extends Row {
    /** The numbers of its columns. */
    public static final int ID = 0, ITEM_NAME = 1, DESCRIPTION = 2, INITIAL_BID = 3, RESERVE = 4;

    /** The numbers of its columns, goes on. */
    public static final int DATE_TIME = 5, EXPIRES = 6, SELLER = 7, CATEGORY = 8, EXTRA = 9;

    private static final int BYTES_AT_MOST = 4_096;

    /** The table. */
    public static final RowType<Auction> TYPE = RowType.kept(
            "auction",
            Columns.of()
                    .number("id")
                    .text("item_name")
                    .text("description")
                    .number("initial_bid")
                    .number("reserve")
                    .time("date_time")
                    .time("expires")
                    .number("seller")
                    .number("category")
                    .text("extra"),
            BYTES_AT_MOST,
            Auction::new);

    private Auction(Shape shape) {
        super(shape);
    }

    public long id() {
        return number(ID);
    }

    public long dateTime() {
        return number(DATE_TIME);
    }

    public long expires() {
        return number(EXPIRES);
    }

    public long seller() {
        return number(SELLER);
    }

    public long category() {
        return number(CATEGORY);
    }
}
