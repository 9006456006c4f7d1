package io.millrace.operator;

import io.millrace.state.Scratch;

/** The marks of the bases of each {@code with} that the entry in hand answers, 0 where it answers none. One thread. */
final class OriginsInHand {
    @Scratch("within an entry")
    private final long[] marks = new long[Flow.MAX_ORIGINS];

    @Scratch("the same; hardly an entry has any")
    private boolean any;

    long of(int depth) {
        return marks[depth];
    }

    void set(int depth, long mark) {
        marks[depth] = mark;
        any = true;
    }

    /** What keeps the event in hand keeps its marks, also where it has none: not those of an entry before. */
    void forget() {
        if (any) {
            for (int i = 0; i < marks.length; i++) {
                marks[i] = 0;
            }
            any = false;
        }
    }

    void copyFrom(OriginsInHand other) {
        if (any || other.any) {
            System.arraycopy(other.marks, 0, marks, 0, marks.length);
            any = other.any;
        }
    }
}
