package io.millrace.examples.fraud;

/**
 * What was decided of a payment.
 *
 * @param id          number of the payment
 * @param raw         the model's score
 * @param probability of fraud
 */
public record Decision(long id, double raw, double probability) {}
