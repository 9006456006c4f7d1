package io.millrace.operator;

/**
 * What an operator may depend on that is not in the log, so that another run of the same log can put out something
 * else. It is declared, not detected, and shown by {@code Topology.describe()}.
 */
public enum Outside {
    /** The clock of the machine, other than event time and ticks. */
    CLOCK("a clock"),
    /** Numbers drawn by chance, without a seed that is the same in each run. */
    RANDOMNESS("randomness"),
    /** The order in which a hash table is walked. */
    HASH_ORDER("the order of a hash table"),
    /** The rules of time zones, which come with the JDK and change with its version. */
    TIME_ZONE_DATA("time zone data"),
    /** A service, a file, or memory that others change. */
    OUTSIDE_STATE("state outside the log");

    private final String text;

    Outside(String text) {
        this.text = text;
    }

    /**
     * Returns it in words.
     *
     * @return for listings
     */
    public String text() {
        return text;
    }
}
