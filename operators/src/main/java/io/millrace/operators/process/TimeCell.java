package io.millrace.operators.process;

/** A time kept of a key, in nanoseconds since the epoch; not set for a new key. */
public class TimeCell {
    /** What {@link #get} returns while the time is not set: before all times. */
    public static final long NEVER = Long.MIN_VALUE;

    private final KeyState state;
    private final int column;

    /**
     * Declares the state.
     *
     * @param state the state of the process
     * @param name  unique in the process
     */
    protected TimeCell(KeyState state, String name) {
        this.state = state;
        column = state.field(name, "time", 1);
        state.set(column, NEVER);
    }

    /**
     * The time.
     *
     * @return nanoseconds since the epoch, or {@link #NEVER}
     */
    public final long get() {
        return state.get(column);
    }

    /**
     * Whether the time is set.
     *
     * @return false for a new key
     */
    public final boolean isSet() {
        return get() != NEVER;
    }

    /**
     * Sets the time.
     *
     * @param ns nanoseconds since the epoch
     */
    public final void set(long ns) {
        state.requireRunning("set");
        state.set(column, ns);
    }

    /** Sets the time to that of the event, or to the due time of the firing. */
    public final void setNow() {
        set(state.nowNs());
    }

    /** Makes the time not set. */
    public final void clear() {
        set(NEVER);
    }
}
