package io.millrace.operators.process;

/** A long of a key. */
public class LongCell {
    private final KeyState state;
    private final int column;

    /**
     * Declares it.
     *
     * @param state   of the process
     * @param name    unique in it
     * @param initial what it is for a new key
     */
    protected LongCell(KeyState state, String name, long initial) {
        this.state = state;
        column = state.field(name, "long", 1);
        state.set(column, initial);
    }

    /**
     * Reads it.
     *
     * @return the value
     */
    public final long get() {
        return state.get(column);
    }

    /**
     * Sets it.
     *
     * @param value the value
     */
    public final void set(long value) {
        state.requireRunning("set");
        state.set(column, value);
    }

    /**
     * Adds to it.
     *
     * @param by what to add
     * @return the sum
     * @throws ArithmeticException when the sum does not fit: the event goes to the dead letters
     */
    public final long add(long by) {
        long sum = Math.addExact(state.get(column), by);
        set(sum);
        return sum;
    }
}
