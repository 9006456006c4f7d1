package io.millrace.operators.process;

/** A double of a key; there is one NaN. */
public class DoubleCell {
    private final KeyState state;
    private final int column;

    /**
     * Declares it.
     *
     * @param state   of the process
     * @param name    unique in it
     * @param initial what it is for a new key
     */
    protected DoubleCell(KeyState state, String name, double initial) {
        this.state = state;
        column = state.field(name, "double", 1);
        state.set(column, Double.doubleToLongBits(initial));
    }

    /**
     * Reads it.
     *
     * @return the value
     */
    public final double get() {
        return Double.longBitsToDouble(state.get(column));
    }

    /**
     * Sets it.
     *
     * @param value the value
     */
    public final void set(double value) {
        state.requireRunning("set");
        state.set(column, Double.doubleToLongBits(value));
    }

    /**
     * Adds to it.
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
