package io.millrace.examples.candles;

/**
 * A bar: how bid and ask moved within a period.
 *
 * @param startMs  of the period, milliseconds since midnight
 * @param bidOpen  the first bid
 * @param bidHigh  the highest
 * @param bidLow   the lowest
 * @param bidClose the last
 * @param askOpen  the first ask
 * @param askHigh  the highest
 * @param askLow   the lowest
 * @param askClose the last
 */
public record Candle(
        long startMs,
        double bidOpen,
        double bidHigh,
        double bidLow,
        double bidClose,
        double askOpen,
        double askHigh,
        double askLow,
        double askClose) {}
