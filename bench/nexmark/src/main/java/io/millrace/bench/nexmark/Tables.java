package io.millrace.bench.nexmark;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.event.InPlaceInput;
import io.millrace.event.Input;
import java.time.Duration;

/**
 * The inputs of the queries.
 *
 * @param person  who sells and bids
 * @param auction what is sold
 * @param bid     what is bidden
 * @param side    what is known beside them, at no time
 * @param lead    how much later than a bid its auction may be
 */
public record Tables(
        InPlaceInput<Person, RowWriter> person,
        InPlaceInput<Auction, RowWriter> auction,
        InPlaceInput<Bid, RowWriter> bid,
        InPlaceInput<Side, RowWriter> side,
        Duration lead) {
    /** Inputs whose rows may stand so far behind the newest one. */
    public static Tables of(Duration disorder, Duration lead) {
        return new Tables(
                Input.of("person", Person.TYPE)
                        .eventTime(Person::dateTime, MILLISECONDS)
                        .disorder(disorder)
                        .historic(),
                Input.of("auction", Auction.TYPE)
                        .eventTime(Auction::dateTime, MILLISECONDS)
                        .disorder(disorder)
                        .historic(),
                Input.of("bid", Bid.TYPE)
                        .eventTime(Bid::dateTime, MILLISECONDS)
                        .disorder(disorder)
                        .historic(),
                Input.of("side", Side.TYPE),
                lead);
    }
}
