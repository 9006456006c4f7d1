package io.millrace.examples.velocity;

/**
 * What happens to a card: somebody logs in, or pays.
 *
 * @param id       of the event
 * @param card     of whom
 * @param payment  false for a login; then amount and approved mean nothing
 * @param amount   what is paid
 * @param approved whether the payment was approved
 * @param timeMs   when, milliseconds since 1970
 */
public record CardEvent(long id, long card, boolean payment, double amount, boolean approved, long timeMs) {}
