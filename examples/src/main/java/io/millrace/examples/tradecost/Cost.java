package io.millrace.examples.tradecost;

import io.millrace.event.Length;
import java.math.BigInteger;

/**
 * A trade beside what its exchange quoted; a side that was not quoted is 0.
 *
 * @param row   row of the trade
 * @param ms    when, milliseconds since midnight
 * @param price in 1/10,000 dollars
 * @param size  shares
 * @param ex    code of the exchange
 * @param bid   the last bid
 * @param ask   the last ask
 */
public record Cost(
        long row,
        long ms,
        long price,
        long size,
        @Length(16) String ex,
        long bid,
        long ask) {
    /** Whether both sides were quoted. */
    boolean hasBoth() {
        return bid > 0 && ask > 0;
    }

    /** Twice the distance of the price from the middle between bid and ask: whole, as the prices are, and maybe more than 64 bits hold. */
    BigInteger spread() {
        long overBid = price - bid; // neither is negative, so each difference fits
        long overAsk = price - ask;
        return BigInteger.valueOf(overBid).add(BigInteger.valueOf(overAsk)).abs();
    }
}
