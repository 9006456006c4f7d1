package io.millrace.examples.candles;

/**
 * A tick: what is bid and what is asked.
 *
 * @param ns  when, nanoseconds since midnight
 * @param bid the price offered
 * @param ask the price asked
 */
public record Tick(long ns, double bid, double ask) {}
