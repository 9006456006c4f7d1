package io.millrace.examples.anomaly;

/**
 * What values are like.
 *
 * @param count     how many there are
 * @param mean      of them
 * @param deviation of them, as of all there is
 */
public record Spread(long count, double mean, double deviation) {}
