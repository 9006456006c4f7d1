package io.millrace.operators.process;

/** A flag of a key; false for a new key. */
public class BooleanCell {
    private final KeyState state;
    private final int column;

    /**
     * Declares it.
     *
     * @param state of the process
     * @param name  unique in it
     */
    protected BooleanCell(KeyState state, String name) {
        this.state = state;
        column = state.field(name, "boolean", 1);
    }

    /**
     * Reads it.
     *
     * @return the flag
     */
    public final boolean get() {
        return state.get(column) != 0;
    }

    /**
     * Sets it.
     *
     * @param value the flag
     */
    public final void set(boolean value) {
        state.requireRunning("set");
        state.set(column, value ? 1 : 0);
    }
}
