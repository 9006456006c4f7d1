package io.millrace.examples.fraud.generate;

/** One payment of a {@link PaymentGenerator}, filled anew by each call of {@link PaymentGenerator#next}. */
public final class GeneratedPayment {
    /** Number of the payment in its stream, from 0. */
    public long id;

    /** When it was made: UTC, in seconds since 1970; never less than that of the payment before. */
    public long timeSeconds;

    /** Who pays: 0 up to the number of cards less one. */
    public long customer;

    /** Where: 0 up to {@link PaymentGenerator#terminals()} less one. */
    public long terminal;

    /** How much: above 0, a whole number of hundredths. */
    public double amount;

    /** Whether it is a fraud, that is whether {@link #scenario} is not 0. */
    public boolean fraud;

    /** 0 for a payment of the customer's own, 1 a single large amount, 2 a tampered terminal, 3 a stolen card. */
    public int scenario;

    /** A payment with every field 0, to be filled. */
    public GeneratedPayment() {}
}
