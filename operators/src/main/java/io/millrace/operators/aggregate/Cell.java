package io.millrace.operators.aggregate;

/**
 * One value of a result, written by an {@link Aggregate} and read by the value object of a shape class. Used by one
 * thread, that of the stage.
 */
public final class Cell {
    private final boolean floating;
    private final long none;
    private long bits;
    private boolean present;

    private Cell(boolean isFloating) {
        floating = isFloating;
        none = isFloating ? Double.doubleToLongBits(Double.NaN) : 0;
        bits = none;
    }

    /**
     * Makes an absent whole number, which reads as 0.
     *
     * @return a new cell
     */
    public static Cell ofLong() {
        return new Cell(false);
    }

    /**
     * Makes an absent floating point number, which reads as NaN.
     *
     * @return a new cell
     */
    public static Cell ofDouble() {
        return new Cell(true);
    }

    /**
     * Whether it is a floating point number.
     *
     * @return false for a whole number
     */
    public boolean isFloating() {
        return floating;
    }

    /**
     * The value as a whole number.
     *
     * @return the value; 0 if it is absent
     */
    public long asLong() {
        return bits;
    }

    /**
     * The value as a floating point number.
     *
     * @return the value; NaN if it is absent
     */
    public double asDouble() {
        return Double.longBitsToDouble(bits);
    }

    /**
     * Whether there is a value.
     *
     * @return false for example for the mean or the smallest value of no events
     */
    public boolean isPresent() {
        return present;
    }

    /**
     * Sets a whole number, or the bits of a floating point number.
     *
     * @param value the value
     */
    public void set(long value) {
        bits = value;
        present = true;
    }

    /**
     * Sets a floating point number. A NaN becomes the canonical one, since which NaN a computation makes depends on how
     * it was compiled.
     *
     * @param value the value
     */
    public void set(double value) {
        bits = Double.doubleToLongBits(value);
        present = true;
    }

    /** Makes the value absent. */
    public void absent() {
        bits = none;
        present = false;
    }
}
