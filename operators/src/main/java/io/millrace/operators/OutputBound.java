package io.millrace.operators;

/** Checks bounds of the outputs of one event, as a topology declares them. */
public final class OutputBound {
    /**
     * The largest bound. More outputs at once fit no edge to another thread, so no larger bound can be kept everywhere.
     * Also, the outputs that an operator declares are a small multiple of this, which must fit an int.
     */
    public static final int MOST = 1 << 20;

    private OutputBound() {}

    /**
     * Whether a bound can be kept.
     *
     * @param most the bound
     * @return false if it is below 1 or above {@link #MOST}
     */
    public static boolean holds(int most) {
        return most >= 1 && most <= MOST;
    }
}
