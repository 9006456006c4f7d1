package io.millrace.operators.aggregate;

/**
 * One value of a result: written by an {@link Aggregate}, read by the value object of a shape class. One thread, the
 * stage's.
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
     * A whole number that is absent, which reads as 0.
     *
     * @return a new one
     */
    public static Cell ofLong() {
        return new Cell(false);
    }

    /**
     * A floating point number that is absent, which reads as NaN.
     *
     * @return a new one
     */
    public static Cell ofDouble() {
        return new Cell(true);
    }

    /**
     * What kind of value it is.
     *
     * @return false for a whole number
     */
    public boolean isFloating() {
        return floating;
    }

    /**
     * The value as a whole number.
     *
     * @return 0 when there is none
     */
    public long asLong() {
        return bits;
    }

    /**
     * The value as a floating point number.
     *
     * @return NaN when there is none
     */
    public double asDouble() {
        return Double.longBitsToDouble(bits);
    }

    /**
     * Whether there is a value.
     *
     * @return false for the mean, share, minimum or maximum of nothing
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
     * Sets a floating point number; of NaN the canonical one: which one a computation makes hangs on how it was compiled.
     *
     * @param value the value
     */
    public void set(double value) {
        bits = Double.doubleToLongBits(value);
        present = true;
    }

    /** Says that there is no value. */
    public void absent() {
        bits = none;
        present = false;
    }
}
