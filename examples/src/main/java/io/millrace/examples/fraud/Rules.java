package io.millrace.examples.fraud;

/**
 * What can be changed while the service runs.
 *
 * @param threshold payments with at least this probability raise an alert
 */
public record Rules(double threshold) {}
