package io.millrace.bench.workloads;

/** One event: a transaction, or a login (in W2 only). Mutable, so that one object serves a whole run. */
public final class Tx {
    /** The kind of a transaction. */
    public static final int TRANSACTION = 0;

    /** The kind of a login. */
    public static final int LOGIN = 1;

    /** The number of the event, from 0. */
    public long id;

    /** The card, see {@link Profiles#cardOf}. */
    public long card;

    /** Event time, ms since the epoch. */
    public long timeMs;

    /** The amount; zero and below are refunds. */
    public long amountCents;

    /** The merchant, 16 bits. */
    public int merchant;

    /** The country, 0 to 49. */
    public int country;

    /** {@link #TRANSACTION} or {@link #LOGIN}. */
    public int kind;
}
