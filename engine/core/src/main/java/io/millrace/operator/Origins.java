package io.millrace.operator;

/** The marks of events at the base of a {@code with}, {@link Flow#origin(int)}: each says by which entry its event came. */
public final class Origins {
    private static final int ENTRY = 26;

    private Origins() {}

    /**
     * The first mark of the events of a step.
     *
     * @param sequence the entry
     * @param step     of it
     * @return those of further events of the step follow
     */
    public static long first(long sequence, int step) {
        return sequence << ENTRY | (step & 63L) << 20; // one step brings 2^20 events at most, an entry has 36 steps
    }

    /**
     * Whether the marked event came by an entry before the one in hand.
     *
     * @param flow  the entry in hand
     * @param depth of the mark
     * @return false in the entry that brought it
     */
    public static boolean isEarlier(Flow flow, int depth) {
        return flow.origin(depth) >>> ENTRY != flow.sequence() << ENTRY >>> ENTRY;
    }
}
