package io.millrace.operators.aggregate.statistic;

import io.millrace.operators.aggregate.Aggregate;
import java.time.Duration;

/** The aggregates of this package, to be declared with the arguments that each names. */
public final class Statistics {
    /** The value at the smallest long; arguments: long, value, turn. */
    public static final Aggregate ARG_MIN = new ExtremeAggregate("argMin", false, false);

    /** The value at the largest long; arguments: long, value, turn. */
    public static final Aggregate ARG_MAX = new ExtremeAggregate("argMax", true, false);

    /** The value at the smallest double; arguments: double, value, turn. */
    public static final Aggregate ARG_MIN_DOUBLE = new ExtremeAggregate("argMinDouble", false, true);

    /** The value at the largest double; arguments: double, value, turn. */
    public static final Aggregate ARG_MAX_DOUBLE = new ExtremeAggregate("argMaxDouble", true, true);

    /** The covariance of all there is; arguments: x, y, as in those that follow. */
    public static final Aggregate COVARIANCE = PairsAggregate.covariance("covariance", 0);

    /** The covariance, estimated from a sample. */
    public static final Aggregate SAMPLE_COVARIANCE = PairsAggregate.covariance("sampleCovariance", 1);

    /** Pearson's coefficient. */
    public static final Aggregate CORRELATION = PairsAggregate.correlation("correlation");

    /** How much y grows for 1 of x, by least squares. */
    public static final Aggregate SLOPE = PairsAggregate.slope("slope", false);

    /** y at x = 0, by least squares. */
    public static final Aggregate INTERCEPT = PairsAggregate.intercept("intercept", false);

    /** How much y grows in a second, by least squares; arguments: time, y. */
    public static final Aggregate SLOPE_OVER_TIME = PairsAggregate.slope("slope", true);

    /** y at the time of the earliest event, by least squares; arguments: time, y. */
    public static final Aggregate INTERCEPT_OVER_TIME = PairsAggregate.intercept("intercept", true);

    private Statistics() {}

    /**
     * The mean of a value whose weight halves with age; arguments: time, value.
     *
     * @param halfLife how long until a weight is a half; positive
     * @return the aggregate
     * @throws IllegalArgumentException when it is not
     */
    public static Aggregate ewma(Duration halfLife) {
        if (halfLife.isNegative() || halfLife.isZero()) {
            throw new IllegalArgumentException("ewma(…, " + halfLife + "): the half-life has to be positive");
        }
        try {
            return new FadingMean(halfLife.toNanos());
        } catch (ArithmeticException tooLong) {
            return new FadingMean(Long.MAX_VALUE);
        }
    }
}
