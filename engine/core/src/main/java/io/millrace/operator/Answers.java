package io.millrace.operator;

/**
 * How many outputs an operator gives for an event of its first input: what {@code with} needs to know about its
 * branches. An operator that also gives outputs for events of other inputs (a merge) returns {@link #MANY}.
 */
public enum Answers {
    /** One output for each event. */
    EXACTLY_ONE,
    /** None or one. */
    AT_MOST_ONE,
    /** Any number. */
    MANY
}
