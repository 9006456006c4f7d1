package io.millrace.bench.nexmark.query;

import io.millrace.bench.nexmark.Bid;
import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The number of the channel of each bid, by its name or from the address; bids with neither are left out. */
final class Q21 implements Query {
    private static final Pattern CHANNEL_ID = Pattern.compile("(&|^)channel_id=([^&]*)");

    @Override
    public Columns columns() {
        return Columns.of()
                .number("auction")
                .number("bidder")
                .number("price")
                .text("channel")
                .text("channel_id");
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        t.from(from.bid())
                .filter(b -> channelId(b) != null)
                .to(
                        result,
                        (b, row) -> row.copy(b, Bid.AUCTION, Bid.BIDDER, Bid.PRICE, Bid.CHANNEL)
                                .text(channelId(b)));
    }

    private static String channelId(Bid bid) {
        return switch (bid.channel().toLowerCase(Locale.ROOT)) {
            case "apple" -> "0";
            case "google" -> "1";
            case "facebook" -> "2";
            case "baidu" -> "3";
            default -> {
                Matcher found = CHANNEL_ID.matcher(bid.url());
                yield found.find() ? found.group(2) : null;
            }
        };
    }
}
