package io.millrace.bench.workloads;

/** One event: a transaction, a login (in W2 only), a declined one (W4), a trade or a quote (W5). Mutable, so that one object serves a whole run; open, for systems whose events carry more. */
public class Tx {
    /** The kind of a transaction. */
    public static final int TRANSACTION = 0;

    /** The kind of a login. */
    public static final int LOGIN = 1;

    /** The kind of a transaction that was declined. */
    public static final int DECLINED = 2;

    /** The kind of a quote: its amount is the bid, see {@link Arithmetic#ask}. A trade is a transaction. */
    public static final int QUOTE = 3;

    /** The number of the event, from 0; in W4 one of a hundred repeats an earlier one. */
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

    /** One of the kinds above. */
    public int kind;
}
