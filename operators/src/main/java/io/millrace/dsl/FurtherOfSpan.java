package io.millrace.dsl;

import io.millrace.dsl.Aggregates.DoubleValue;
import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.event.LongField;
import io.millrace.operators.Fn.DoubleField;
import io.millrace.operators.Fn.TextField;
import io.millrace.operators.aggregate.Aggregate;
import io.millrace.operators.aggregate.Argument;
import io.millrace.operators.aggregate.Declarations;
import io.millrace.operators.aggregate.sketch.Sketches;
import io.millrace.operators.aggregate.statistic.OrderStatistics;
import io.millrace.operators.aggregate.statistic.OrderStatistics.Equal;
import io.millrace.operators.aggregate.statistic.Statistics;
import java.time.Duration;

/**
 * The words of {@link FurtherAggregates}, declared on a span of a look-back.
 *
 * @param <T> the type of the events that are kept
 */
abstract class FurtherOfSpan<T> {
    FurtherOfSpan() {}

    /** Where values are declared. */
    abstract Declarations declarations();

    /**
     * A whole number of the event at which another whole number is smallest; of several such events, of the first to
     * come.
     *
     * @param value reads the number that is the result; a captured variable that changes is outside the log
     * @param by    reads the number that has to be smallest
     * @return the value; absent without events
     */
    public final LongValue argMin(LongField<? super T> value, LongField<? super T> by) {
        return longValue(Statistics.ARG_MIN, Argument.ofLong(by), Argument.ofLong(value), Argument.TURN);
    }

    /**
     * A whole number of the event at which a floating point number is smallest; of several such events, of the first to
     * come.
     *
     * <p>NaN counts neither as the smallest nor as the largest value.
     *
     * @param value reads the number that is the result; a captured variable that changes is outside the log
     * @param by    reads the number that has to be smallest
     * @return the value; absent without events
     */
    public final LongValue argMinByDouble(LongField<? super T> value, DoubleField<? super T> by) {
        return longValue(Statistics.ARG_MIN_DOUBLE, Argument.ofDouble(by), Argument.ofLong(value), Argument.TURN);
    }

    /**
     * A floating point number of the event at which another one is smallest; of several such events, of the first to
     * come.
     *
     * <p>NaN counts neither as the smallest nor as the largest value.
     *
     * @param value reads the number that is the result; a captured variable that changes is outside the log
     * @param by    reads the number that has to be smallest
     * @return the value; absent without events
     */
    public final DoubleValue argMinDouble(DoubleField<? super T> value, DoubleField<? super T> by) {
        return doubleValue(Statistics.ARG_MIN_DOUBLE, Argument.ofDouble(by), Argument.ofDouble(value), Argument.TURN);
    }

    /**
     * A whole number of the event at which another whole number is largest; of several such events, of the first to
     * come.
     *
     * @param value reads the number that is the result; a captured variable that changes is outside the log
     * @param by    reads the number that has to be largest
     * @return the value; absent without events
     */
    public final LongValue argMax(LongField<? super T> value, LongField<? super T> by) {
        return longValue(Statistics.ARG_MAX, Argument.ofLong(by), Argument.ofLong(value), Argument.TURN);
    }

    /**
     * A whole number of the event at which a floating point number is largest; of several such events, of the first to
     * come.
     *
     * <p>NaN counts neither as the smallest nor as the largest value.
     *
     * @param value reads the number that is the result; a captured variable that changes is outside the log
     * @param by    reads the number that has to be largest
     * @return the value; absent without events
     */
    public final LongValue argMaxByDouble(LongField<? super T> value, DoubleField<? super T> by) {
        return longValue(Statistics.ARG_MAX_DOUBLE, Argument.ofDouble(by), Argument.ofLong(value), Argument.TURN);
    }

    /**
     * A floating point number of the event at which another one is largest; of several such events, of the first to
     * come.
     *
     * <p>NaN counts neither as the smallest nor as the largest value.
     *
     * @param value reads the number that is the result; a captured variable that changes is outside the log
     * @param by    reads the number that has to be largest
     * @return the value; absent without events
     */
    public final DoubleValue argMaxDouble(DoubleField<? super T> value, DoubleField<? super T> by) {
        return doubleValue(Statistics.ARG_MAX_DOUBLE, Argument.ofDouble(by), Argument.ofDouble(value), Argument.TURN);
    }

    /**
     * The covariance of two numbers over the whole population: the mean product of their deviations from their means.
     *
     * @param x reads one number; a captured variable that changes is outside the log
     * @param y reads the other
     * @return the value; absent without events
     */
    public final DoubleValue covariance(DoubleField<? super T> x, DoubleField<? super T> y) {
        return doubleValue(Statistics.COVARIANCE, Argument.ofDouble(x), Argument.ofDouble(y));
    }

    /**
     * The covariance of two numbers, estimated from a sample: divided by one less than the number of events.
     *
     * @param x reads one number; a captured variable that changes is outside the log
     * @param y reads the other
     * @return the value; absent with fewer than two events
     */
    public final DoubleValue sampleCovariance(DoubleField<? super T> x, DoubleField<? super T> y) {
        return doubleValue(Statistics.SAMPLE_COVARIANCE, Argument.ofDouble(x), Argument.ofDouble(y));
    }

    /**
     * The correlation of two numbers: Pearson's coefficient, from -1 to 1.
     *
     * @param x reads one number; a captured variable that changes is outside the log
     * @param y reads the other
     * @return the value; absent if one of the numbers is the same in all events, or with fewer than two events
     */
    public final DoubleValue correlation(DoubleField<? super T> x, DoubleField<? super T> y) {
        return doubleValue(Statistics.CORRELATION, Argument.ofDouble(x), Argument.ofDouble(y));
    }

    /**
     * The least-squares line of a number over event time: its slope per second, and its value at the time of the
     * earliest event.
     *
     * @param y reads the number from an event; a captured variable that changes is outside the log
     * @return the line; absent if all events have one time
     */
    public final Trend trend(DoubleField<? super T> y) {
        return new Trend(
                doubleValue(Statistics.SLOPE_OVER_TIME, Argument.TIME, Argument.ofDouble(y)),
                doubleValue(Statistics.INTERCEPT_OVER_TIME, Argument.TIME, Argument.ofDouble(y)));
    }

    /**
     * The least-squares line of one number over another: its slope, and its value where the other number is 0.
     *
     * @param x reads the number on the horizontal axis; a captured variable that changes is outside the log
     * @param y reads the number on the vertical axis
     * @return the line; absent if x is the same in all events
     */
    public final Trend trend(DoubleField<? super T> x, DoubleField<? super T> y) {
        return new Trend(
                doubleValue(Statistics.SLOPE, Argument.ofDouble(x), Argument.ofDouble(y)),
                doubleValue(Statistics.INTERCEPT, Argument.ofDouble(x), Argument.ofDouble(y)));
    }

    /**
     * The exponentially weighted mean by event time: an event that is one half-life older than another weighs half as
     * much.
     *
     * <p>It is the same in whatever order events come, except for rounding. It is a mean over events, not over time: if
     * many events are close together, each of them counts. A value that is infinite or NaN does not fade.
     *
     * @param field    reads the number from an event; a captured variable that changes is outside the log
     * @param halfLife the time after which a weight is halved; positive
     * @return the value; absent without events
     * @throws IllegalArgumentException if an argument is outside the range given here
     */
    public final DoubleValue ewma(DoubleField<? super T> field, Duration halfLife) {
        return doubleValue(Statistics.ewma(halfLife), Argument.TIME, Argument.ofDouble(field));
    }

    /**
     * The number of different values, exact up to a bound. If there are more, the result is the bound plus 1, and no
     * event is refused for it. It takes as many longs as the bound says, for each key and period.
     *
     * @param field  reads the number from an event; a captured variable that changes is outside the log
     * @param atMost how many values are told apart, 1 to 1,000
     * @return the value; 0 without events
     * @throws IllegalArgumentException if an argument is outside the range given here
     */
    public final LongValue distinct(LongField<? super T> field, int atMost) {
        return longValue(Sketches.distinct(atMost), Argument.ofLong(field));
    }

    /**
     * About the number of different values, however many there are: HyperLogLog with 2,048 registers, which take 2 KB
     * for each key and period. The standard error is 2.3%; small numbers are nearly exact.
     *
     * <p>It is the same in whatever order events come.
     *
     * @param field reads the number from an event; a captured variable that changes is outside the log
     * @return the value; 0 without events
     */
    public final LongValue distinctAbout(LongField<? super T> field) {
        return distinctAbout(field, Sketches.PRECISION);
    }

    /**
     * About the number of different values, with a precision of your own: HyperLogLog with 2<sup>precision</sup>
     * registers of one byte, for each key and period. The standard error is 1.04 / 2<sup>precision / 2</sup>.
     *
     * <p>It is the same in whatever order events come.
     *
     * @param field     reads the number from an event; a captured variable that changes is outside the log
     * @param precision 4 to 12, for an error of 26% to 1.6%
     * @return the value; 0 without events
     * @throws IllegalArgumentException if an argument is outside the range given here
     */
    public final LongValue distinctAbout(LongField<? super T> field, int precision) {
        return longValue(Sketches.distinctAbout(precision), Argument.ofLong(field));
    }

    /**
     * The number of different texts, exact up to a bound, as {@link #distinct(LongField, int)} for numbers. If there
     * are more, the result is the bound plus 1. An event with a text that is longer than declared goes to the dead
     * letters.
     *
     * <p>The texts are kept as they are, with 2 bytes for each character that a text may have. They must fit a page of
     * 64 KiB, together with what else a key keeps there: {@code atMost * (length / 4 + 1)} may be about 8,100, such as
     * 1,000 texts of 28 characters or 126 of 255.
     *
     * @param field  reads the text from an event; a captured variable that changes is outside the log
     * @param length the most characters of a text: 1 to 255, fewer with many texts
     * @param atMost how many texts are told apart: 1 to 1,000, fewer with long texts
     * @return the value; 0 without events
     * @throws IllegalArgumentException if an argument is outside the range given here
     */
    public final LongValue distinctText(TextField<? super T> field, int length, int atMost) {
        return longValue(Sketches.distinctTexts(length, atMost), Sketches.texts(field, length));
    }

    /**
     * About the number of different texts, however many there are, as {@link #distinctAbout(LongField)} for numbers.
     * What is counted is a hash of 64 bits; among a thousand texts, the chance that two have the same hash is 1 in
     * 10<sup>13</sup>.
     *
     * @param field reads the text from an event; a captured variable that changes is outside the log
     * @return the value; 0 without events
     */
    public final LongValue distinctTextAbout(TextField<? super T> field) {
        return longValue(Sketches.distinctAbout(Sketches.PRECISION), Sketches.text(field));
    }

    /**
     * About the value at a rank: of n values in ascending order the one at rank p × n, rounded up. The smallest and the
     * largest value are exact. It takes 252 buckets, which is 2 KB for each key and period; see
     * {@link #quantile(double, DoubleField, int)} for its precision.
     *
     * @param p     the rank, such as 0.99
     * @param field reads the number from an event; a captured variable that changes is outside the log
     * @return the value; absent without events; NaN if one of the values is NaN
     * @throws IllegalArgumentException if an argument is outside the range given here
     */
    public final DoubleValue quantile(double p, DoubleField<? super T> field) {
        return quantile(p, field, Sketches.BUCKETS);
    }

    /**
     * About the value at a rank: of n values in ascending order the one at rank p × n, rounded up. The smallest and the
     * largest value are exact.
     *
     * <p>Values are counted in buckets of a scale that covers all doubles; only buckets with a value take room. At
     * first the result is within 0.2% of the true value. Each time the values need more buckets than there are,
     * neighbouring buckets are joined in pairs, and the error bound doubles. With 252 buckets, values that spread over
     * a factor of 14 stay within 0.8%, over a factor of 200 within 1.6%, and over a factor of 50,000 within 3.2%.
     * Values closer to 0 than 10<sup>-307</sup> count as 0.
     *
     * <p>It is the same in whatever order events come. Several quantiles with the same function object and number of
     * buckets share what is kept.
     *
     * @param p       the rank, such as 0.99
     * @param field   reads the number from an event; a captured variable that changes is outside the log
     * @param buckets how many buckets may have a value: 16 to 1,000, of 8 bytes each, for each key and period
     * @return the value; absent without events; NaN if one of the values is NaN
     * @throws IllegalArgumentException if an argument is outside the range given here
     */
    public final DoubleValue quantile(double p, DoubleField<? super T> field, int buckets) {
        return doubleValue(Sketches.quantile(p, buckets), Argument.ofDouble(field));
    }

    /**
     * The most frequent values of a number and how often each came, exactly. Of values that came equally often, the one
     * that came first is first. If there are more different values than the bound, the result is absent; no event is
     * refused for it.
     *
     * <p>It takes 24 bytes for each value up to the bound, for each key and period.
     *
     * @param k      how many values are wanted
     * @param item   reads the number from an event; a captured variable that changes is outside the log
     * @param atMost how many different values are counted: k to 300
     * @return the values; absent if there are more than could be counted
     * @throws IllegalArgumentException if an argument is outside the range given here
     */
    public final TopItems topK(int k, LongField<? super T> item, int atMost) {
        return new TopItems(Sketches.topK(declarations(), k, Argument.ofLong(item), atMost));
    }

    /**
     * About the most frequent values of a number, however many different ones there are: the space-saving algorithm
     * (Metwally, Agrawal, El Abbadi, 2005). Of n events, no value is counted too low, none is counted too high by more
     * than n / counters, and each value that came more often than that has a counter. Of values that are counted
     * equally often, the smaller one is first.
     *
     * <p>It takes 24 bytes for each counter, for each key and period. Putting two sets together takes some passes over
     * the counters of both; a look-back does so some twenty times for each event, a window for each result.
     *
     * @param k        how many values are wanted
     * @param item     reads the number from an event; a captured variable that changes is outside the log
     * @param counters how many values have a counter: k to 300
     * @return the values; no item without events
     * @throws IllegalArgumentException if an argument is outside the range given here
     */
    public final TopItems heavyHitters(int k, LongField<? super T> item, int counters) {
        return new TopItems(Sketches.heavyHitters(declarations(), k, Argument.ofLong(item), counters));
    }

    /**
     * The k largest values of a whole number, the largest first. A value that came twice is listed twice.
     *
     * <p>It is exact, and takes 8 bytes for each of the values and 8 more, for each key and period.
     *
     * @param k     how many values: 1 to 1,000
     * @param field reads the number from an event; a captured variable that changes is outside the log
     * @return the values; none without events
     * @throws IllegalArgumentException if an argument is outside the range given here
     */
    public final LongValues largest(int k, LongField<? super T> field) {
        return new LongValues(OrderStatistics.largest(declarations(), k, Equal.EACH, Argument.ofLong(field)));
    }

    /**
     * The k largest values of a floating point number, the largest first. A value that came twice is listed twice.
     *
     * <p>NaN is skipped, and -0.0 counts as 0.0. It is exact, and takes 8 bytes for each of the values and 8 more, for
     * each key and period.
     *
     * @param k     how many values: 1 to 1,000
     * @param field reads the number from an event; a captured variable that changes is outside the log
     * @return the values; none without events, or if all are NaN
     * @throws IllegalArgumentException if an argument is outside the range given here
     */
    public final DoubleValues largestDouble(int k, DoubleField<? super T> field) {
        return new DoubleValues(OrderStatistics.largestDouble(declarations(), k, Equal.EACH, Argument.ofDouble(field)));
    }

    /**
     * The k largest different values of a whole number, the largest first. Each value is listed once, however often it
     * came.
     *
     * <p>It is exact, and takes 8 bytes for each of the values and 8 more, for each key and period.
     *
     * @param k     how many values: 1 to 1,000
     * @param field reads the number from an event; a captured variable that changes is outside the log
     * @return the values; none without events
     * @throws IllegalArgumentException if an argument is outside the range given here
     */
    public final LongValues largestDistinct(int k, LongField<? super T> field) {
        return new LongValues(OrderStatistics.largest(declarations(), k, Equal.ONCE, Argument.ofLong(field)));
    }

    /**
     * The k largest different values of a floating point number, the largest first. Each value is listed once, however
     * often it came.
     *
     * <p>NaN is skipped, and -0.0 counts as 0.0. It is exact, and takes 8 bytes for each of the values and 8 more, for
     * each key and period.
     *
     * @param k     how many values: 1 to 1,000
     * @param field reads the number from an event; a captured variable that changes is outside the log
     * @return the values; none without events, or if all are NaN
     * @throws IllegalArgumentException if an argument is outside the range given here
     */
    public final DoubleValues largestDistinctDouble(int k, DoubleField<? super T> field) {
        return new DoubleValues(OrderStatistics.largestDouble(declarations(), k, Equal.ONCE, Argument.ofDouble(field)));
    }

    /**
     * The k smallest values of a whole number, the smallest first. A value that came twice is listed twice.
     *
     * <p>It is exact, and takes 8 bytes for each of the values and 8 more, for each key and period.
     *
     * @param k     how many values: 1 to 1,000
     * @param field reads the number from an event; a captured variable that changes is outside the log
     * @return the values; none without events
     * @throws IllegalArgumentException if an argument is outside the range given here
     */
    public final LongValues smallest(int k, LongField<? super T> field) {
        return new LongValues(OrderStatistics.smallest(declarations(), k, Equal.EACH, Argument.ofLong(field)));
    }

    /**
     * The k smallest values of a floating point number, the smallest first. A value that came twice is listed twice.
     *
     * <p>NaN is skipped, and -0.0 counts as 0.0. It is exact, and takes 8 bytes for each of the values and 8 more, for
     * each key and period.
     *
     * @param k     how many values: 1 to 1,000
     * @param field reads the number from an event; a captured variable that changes is outside the log
     * @return the values; none without events, or if all are NaN
     * @throws IllegalArgumentException if an argument is outside the range given here
     */
    public final DoubleValues smallestDouble(int k, DoubleField<? super T> field) {
        return new DoubleValues(
                OrderStatistics.smallestDouble(declarations(), k, Equal.EACH, Argument.ofDouble(field)));
    }

    /**
     * The k smallest different values of a whole number, the smallest first. Each value is listed once, however often
     * it came.
     *
     * <p>It is exact, and takes 8 bytes for each of the values and 8 more, for each key and period.
     *
     * @param k     how many values: 1 to 1,000
     * @param field reads the number from an event; a captured variable that changes is outside the log
     * @return the values; none without events
     * @throws IllegalArgumentException if an argument is outside the range given here
     */
    public final LongValues smallestDistinct(int k, LongField<? super T> field) {
        return new LongValues(OrderStatistics.smallest(declarations(), k, Equal.ONCE, Argument.ofLong(field)));
    }

    /**
     * The k smallest different values of a floating point number, the smallest first. Each value is listed once,
     * however often it came.
     *
     * <p>NaN is skipped, and -0.0 counts as 0.0. It is exact, and takes 8 bytes for each of the values and 8 more, for
     * each key and period.
     *
     * @param k     how many values: 1 to 1,000
     * @param field reads the number from an event; a captured variable that changes is outside the log
     * @return the values; none without events, or if all are NaN
     * @throws IllegalArgumentException if an argument is outside the range given here
     */
    public final DoubleValues smallestDistinctDouble(int k, DoubleField<? super T> field) {
        return new DoubleValues(
                OrderStatistics.smallestDouble(declarations(), k, Equal.ONCE, Argument.ofDouble(field)));
    }

    private LongValue longValue(Aggregate aggregate, Argument... arguments) {
        return new LongValue(declarations().addLong(aggregate, arguments));
    }

    private DoubleValue doubleValue(Aggregate aggregate, Argument... arguments) {
        return new DoubleValue(declarations().addDouble(aggregate, arguments));
    }
}
