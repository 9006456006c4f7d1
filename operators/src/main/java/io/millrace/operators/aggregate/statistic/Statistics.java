package io.millrace.operators.aggregate.statistic;

import io.millrace.operators.aggregate.Aggregate;
import java.time.Duration;

/** The aggregates of this package. Declare them with the arguments that each names. */
public final class Statistics {
    /** The value at the smallest long; arguments: long, value, turn. */
    public static final Aggregate ARG_MIN = new ExtremeAggregate("argMin", false, false);

    /** The value at the largest long; arguments: long, value, turn. */
    public static final Aggregate ARG_MAX = new ExtremeAggregate("argMax", true, false);

    /** The value at the smallest double; arguments: double, value, turn. */
    public static final Aggregate ARG_MIN_DOUBLE = new ExtremeAggregate("argMinDouble", false, true);

    /** The value at the largest double; arguments: double, value, turn. */
    public static final Aggregate ARG_MAX_DOUBLE = new ExtremeAggregate("argMaxDouble", true, true);

    /** The covariance of the whole population. Its arguments, and those of the next four, are x and y. */
    public static final Aggregate COVARIANCE = PairsAggregate.covariance("covariance", 0);

    /** The covariance, estimated from a sample. */
    public static final Aggregate SAMPLE_COVARIANCE = PairsAggregate.covariance("sampleCovariance", 1);

    /** The correlation: Pearson's coefficient. */
    public static final Aggregate CORRELATION = PairsAggregate.correlation("correlation");

    /** The slope of the least-squares line: how much y grows for 1 of x. */
    public static final Aggregate SLOPE = PairsAggregate.slope("slope", false);

    /** The intercept of the least-squares line: y at x = 0. */
    public static final Aggregate INTERCEPT = PairsAggregate.intercept("intercept", false);

    /** The slope of the least-squares line over time: how much y grows in a second; arguments: time, y. */
    public static final Aggregate SLOPE_OVER_TIME = PairsAggregate.slope("slope", true);

    /** The intercept of the least-squares line over time: y at the time of the earliest event; arguments: time, y. */
    public static final Aggregate INTERCEPT_OVER_TIME = PairsAggregate.intercept("intercept", true);

    private Statistics() {}

    /**
     * The mean of a value whose weight halves with age; arguments: time, value.
     *
     * @param halfLife the time after which a weight is halved; positive
     * @return the aggregate
     * @throws IllegalArgumentException if it is not positive
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
