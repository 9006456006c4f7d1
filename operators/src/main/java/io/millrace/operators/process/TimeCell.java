package io.millrace.operators.process;

/** A time of a key, in nanoseconds since the epoch; not set for a new key. */
public class TimeCell {
    /** What {@link #get} answers while it is not set: before all times. */
    public static final long NEVER = Long.MIN_VALUE;

    private final KeyState state;
    private final int column;

    /**
     * Declares it.
     *
     * @param state of the process
     * @param name  unique in it
     */
    protected TimeCell(KeyState state, String name) {
        this.state = state;
        column = state.field(name, "time", 1);
        state.set(column, NEVER);
    }

    /**
     * Reads it.
     *
     * @return nanoseconds, or {@link #NEVER}
     */
    public final long get() {
        return state.get(column);
    }

    /**
     * Whether it is set.
     *
     * @return false for a new key
     */
    public final boolean isSet() {
        return get() != NEVER;
    }

    /**
     * Sets it.
     *
     * @param ns nanoseconds
     */
    public final void set(long ns) {
        state.requireRunning("set");
        state.set(column, ns);
    }

    /** Sets it to the time of the event, or to the due of the firing. */
    public final void setNow() {
        set(state.nowNs());
    }

    /** Unsets it. */
    public final void clear() {
        set(NEVER);
    }
}
