package io.millrace.bench.nexmark.row;

/** What a column holds. */
public enum Kind {
    /** A whole number. */
    NUMBER(1),
    /** Milliseconds since the epoch. */
    TIME(1),
    /** Days since the epoch. */
    DATE(1),
    /** A decimal number in thousandths. */
    THOUSANDTHS(1),
    /** A sum and a count, of which it is the quotient: exact as long as it is not written. */
    AVERAGE(2),
    /** UTF-8 of any length that the row has room for. */
    TEXT(1);

    /** How many numbers of 8 bytes it takes in front of the texts. */
    final int slots;

    Kind(int slots) {
        this.slots = slots;
    }
}
