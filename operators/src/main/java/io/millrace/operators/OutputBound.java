package io.millrace.operators;

/** Bounds of the outputs of one event, as a topology says them. */
public final class OutputBound {
    /**
     * More than this in one go fits no edge to another thread, so no larger bound can be kept everywhere; and the outputs that an
     * operator declares are a small multiple of what is said, which has to fit an int.
     */
    public static final int MOST = 1 << 20;

    private OutputBound() {}

    /**
     * Whether a bound can be kept.
     *
     * @param most what was said
     * @return false when it is below 1 or above {@link #MOST}
     */
    public static boolean holds(int most) {
        return most >= 1 && most <= MOST;
    }
}
