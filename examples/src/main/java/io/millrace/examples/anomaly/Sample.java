package io.millrace.examples.anomaly;

/**
 * A value of a series.
 *
 * @param row   its number, from 1
 * @param value the value
 */
public record Sample(long row, double value) {}
