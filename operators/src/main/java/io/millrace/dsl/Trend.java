package io.millrace.dsl;

import io.millrace.dsl.Aggregates.DoubleValue;

/** A line of least squares; valid during the call. */
public final class Trend {
    final DoubleValue slope;
    final DoubleValue intercept;

    Trend(DoubleValue slope, DoubleValue intercept) {
        this.slope = slope;
        this.intercept = intercept;
    }

    /**
     * How much y grows where x grows by 1; over time, in a second.
     *
     * @return NaN when there is no line
     */
    public double slope() {
        return slope.get();
    }

    /**
     * y on the line where x is 0; over time, at the earliest of the events.
     *
     * @return NaN when there is no line
     */
    public double intercept() {
        return intercept.get();
    }

    /**
     * Whether there is a line.
     *
     * @return false when all x are equal, or there are no events
     */
    public boolean isPresent() {
        return slope.isPresent();
    }

    @Override
    public String toString() {
        return isPresent() ? intercept + " + " + slope + " x" : "absent";
    }
}
