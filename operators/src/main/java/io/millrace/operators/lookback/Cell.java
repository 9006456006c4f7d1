package io.millrace.operators.lookback;

/**
 * One value of a result: written by the node, read by the value object of a shape class. One thread, the stage's.
 */
public final class Cell {
    long bits;
    boolean present = true;

    Cell() {}

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

    void set(long value) {
        bits = value;
        present = true;
    }

    void set(double value) {
        bits = Double.doubleToRawLongBits(value);
        present = true;
    }

    void absent(long value) {
        bits = value;
        present = false;
    }
}
