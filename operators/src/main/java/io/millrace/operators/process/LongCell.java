package io.millrace.operators.process;

/** A long kept of a key. */
public class LongCell {
    private final KeyState state;
    private final int column;

    /**
     * Declares the state.
     *
     * @param state   the state of the process
     * @param name    unique in the process
     * @param initial the value for a new key
     */
    protected LongCell(KeyState state, String name, long initial) {
        this.state = state;
        column = state.field(name, "long", 1);
        state.set(column, initial);
    }

    /**
     * The value.
     *
     * @return the value
     */
    public final long get() {
        return state.get(column);
    }

    /**
     * Sets the value.
     *
     * @param value the value
     */
    public final void set(long value) {
        state.requireRunning("set");
        state.set(column, value);
    }

    /**
     * Adds to the value.
     *
     * @param by what to add
     * @return the sum
     * @throws ArithmeticException if the sum does not fit 64 bits; the event that is being handled then goes to the
     *     dead letters
     */
    public final long add(long by) {
        long sum = Math.addExact(state.get(column), by);
        set(sum);
        return sum;
    }
}
