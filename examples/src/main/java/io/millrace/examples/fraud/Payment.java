package io.millrace.examples.fraud;

/**
 * A card payment. In the files it has the label beside it; a terminal's risk therefore looks at payments that are at least
 * seven days old, when a label is taken as known.
 *
 * @param id          number of the payment
 * @param timeSeconds seconds since the epoch, UTC
 * @param customer    whose card
 * @param terminal    where
 * @param amount      not negative, never rounded
 * @param fraud       what became known later
 */
public record Payment(long id, long timeSeconds, long customer, long terminal, double amount, boolean fraud) {}
