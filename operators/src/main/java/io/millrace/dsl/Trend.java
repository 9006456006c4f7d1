package io.millrace.dsl;

import io.millrace.dsl.Aggregates.DoubleValue;

/** A least-squares line. Valid during the call. */
public final class Trend {
    final DoubleValue slope;
    final DoubleValue intercept;

    Trend(DoubleValue slope, DoubleValue intercept) {
        this.slope = slope;
        this.intercept = intercept;
    }

    /**
     * How much y grows where x grows by 1; for a line over time, in one second.
     *
     * @return NaN if there is no line
     */
    public double slope() {
        return slope.get();
    }

    /**
     * The y of the line where x is 0; for a line over time, at the time of the earliest event.
     *
     * @return NaN if there is no line
     */
    public double intercept() {
        return intercept.get();
    }

    /**
     * Whether there is a line.
     *
     * @return false if all x are equal, or without events
     */
    public boolean isPresent() {
        return slope.isPresent();
    }

    @Override
    public String toString() {
        return isPresent() ? intercept + " + " + slope + " x" : "absent";
    }
}
