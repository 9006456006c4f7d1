package io.millrace.examples.tradecost;

import io.millrace.event.Length;

/**
 * A quote; a side with price 0 is not quoted by it.
 *
 * @param ms  when, milliseconds since midnight
 * @param bid the price offered, in 1/10,000 dollars
 * @param ask the price asked, in 1/10,000 dollars
 * @param ex  code of the exchange
 */
public record Quote(long ms, long bid, long ask, @Length(16) String ex) {}
