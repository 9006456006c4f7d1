package io.millrace.bench.nexmark.query;

import io.millrace.bench.nexmark.Bid;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowType;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.bench.nexmark.row.Shape;

/** What a bid adds to the numbers of a day: to those of bids, bidders or auctions, and to which ranks. */
final class Step extends Row {
    private static final int DAY = 0, CHANNEL = 1, MINUTE = 2, SUBJECT = 3, RANKS = 4;

    /** What is counted. */
    static final int BIDS = 0, BIDDERS = 1, AUCTIONS = 2;

    static final RowType<Step> TYPE = RowType.of(
            "step",
            Columns.of()
                    .date("day")
                    .text("channel")
                    .number("minute")
                    .number("subject")
                    .number("ranks"),
            Step::new);

    private Step(Shape shape) {
        super(shape);
    }

    static void put(Bid bid, int subject, long ranks, RowWriter into) {
        into.put(Day.of(bid))
                .copy(bid, Bid.CHANNEL)
                .put(Day.minute(bid))
                .put(subject)
                .put(ranks);
    }

    long day() {
        return number(DAY);
    }

    String channel() {
        return text(CHANNEL);
    }

    long minute() {
        return number(MINUTE);
    }

    /** 1 where it adds one to a number, else 0; rank 0 is all prices. */
    long adds(int subject, int rank) {
        return number(SUBJECT) == subject ? number(RANKS) >>> rank & 1 : 0;
    }
}
