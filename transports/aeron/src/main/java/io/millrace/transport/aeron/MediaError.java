package io.millrace.transport.aeron;

/**
 * An error that Aeron has reported, counted for each distinct stack.
 *
 * @param text in words, of the first
 * @param count how often
 * @param firstMs when it first occurred, in milliseconds since the epoch
 * @param lastMs when it last occurred, in milliseconds since the epoch
 */
public record MediaError(String text, long count, long firstMs, long lastMs) {}
