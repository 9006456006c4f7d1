package io.millrace.examples.tradecost;

import io.millrace.event.Length;

/**
 * A trade.
 *
 * @param row   its row in the file, from 1
 * @param ms    when, milliseconds since midnight
 * @param price in 1/10,000 dollars
 * @param size  shares
 * @param ex    code of the exchange
 */
public record Trade(
        long row,
        long ms,
        long price,
        long size,
        @Length(16) String ex) {}
