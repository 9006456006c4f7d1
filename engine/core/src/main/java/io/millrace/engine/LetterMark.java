package io.millrace.engine;

import io.millrace.journal.JournalLog.Marks;

/**
 * How many letters receivers have made, beside the log: they are not called again for what they hold, so no start can work that out. One number, so
 * that a kill finds it as it was or as it is: up to which output that is counted, and the count. The thread that calls the receiver.
 */
final class LetterMark {
    private static final int COUNT_BITS = 20;
    private static final long COUNT_MAX = (1L << COUNT_BITS) - 1;

    private final String output;
    private final Marks marks;
    private final int at;

    LetterMark(String output, Marks marks, int at) {
        this.output = output;
        this.marks = marks;
        this.at = at;
    }

    String output() {
        return output;
    }

    /** How many there have been; a million stands for more. */
    long count() {
        return marks.get(at) & COUNT_MAX;
    }

    private long countedTo() {
        return marks.get(at) >>> COUNT_BITS;
    }

    /** Notes that a receiver has failed with an output, by its number; false when that is one it has been noted for. */
    boolean note(long number) {
        if (number <= countedTo()) {
            return false;
        }
        marks.set(at, number << COUNT_BITS | Math.min(count() + 1, COUNT_MAX));
        return true;
    }

    /** The log makes no more outputs than so many: those that come are others. Answers whether it is another one now, and to be forced. */
    boolean madeOnly(long outputs) {
        if (countedTo() <= outputs) {
            return false;
        }
        marks.set(at, outputs << COUNT_BITS | count());
        return true;
    }
}
