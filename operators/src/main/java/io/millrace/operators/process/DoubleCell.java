package io.millrace.operators.process;

/** A double kept of a key. All NaN become the same. */
public class DoubleCell {
    private final KeyState state;
    private final int column;

    /**
     * Declares the state.
     *
     * @param state   the state of the process
     * @param name    unique in the process
     * @param initial the value for a new key
     */
    protected DoubleCell(KeyState state, String name, double initial) {
        this.state = state;
        column = state.field(name, "double", 1);
        state.set(column, Double.doubleToLongBits(initial));
    }

    /**
     * The value.
     *
     * @return the value
     */
    public final double get() {
        return Double.longBitsToDouble(state.get(column));
    }

    /**
     * Sets the value.
     *
     * @param value the value
     */
    public final void set(double value) {
        state.requireRunning("set");
        state.set(column, Double.doubleToLongBits(value));
    }

    /**
     * Adds to the value.
     *
     * @param by what to add
     * @return the sum
     */
    public final double add(double by) {
        double sum = get() + by;
        set(sum);
        return sum;
    }
}
