package io.millrace.transport.aeron;

/**
 * Something that Aeron has reported, counted for each distinct stack.
 *
 * @param text    in words, of the first
 * @param count   how often
 * @param firstMs when first, milliseconds since the epoch
 * @param lastMs  when last
 */
public record MediaError(String text, long count, long firstMs, long lastMs) {}
