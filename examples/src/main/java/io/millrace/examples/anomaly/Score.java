package io.millrace.examples.anomaly;

/**
 * How unusual a value is.
 *
 * @param row   its number
 * @param value the value
 * @param score 0 to 1
 */
public record Score(long row, double value, double score) {}
