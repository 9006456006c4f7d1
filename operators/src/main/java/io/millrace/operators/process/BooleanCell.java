package io.millrace.operators.process;

/** A flag kept of a key; false for a new key. */
public class BooleanCell {
    private final KeyState state;
    private final int column;

    /**
     * Declares the state.
     *
     * @param state the state of the process
     * @param name  unique in the process
     */
    protected BooleanCell(KeyState state, String name) {
        this.state = state;
        column = state.field(name, "boolean", 1);
    }

    /**
     * The flag.
     *
     * @return the flag
     */
    public final boolean get() {
        return state.get(column) != 0;
    }

    /**
     * Sets the flag.
     *
     * @param value the flag
     */
    public final void set(boolean value) {
        state.requireRunning("set");
        state.set(column, value ? 1 : 0);
    }
}
