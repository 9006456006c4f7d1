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
 * The words of {@link Aggregates} for statistics and sketches.
 *
 * @param <T> the event
 */
abstract class FurtherAggregates<T> {
    FurtherAggregates() {}

    /** Where values are declared. */
    abstract Declarations declarations();

    /**
     * A whole number of the event at which another is smallest; of several such events that which came first.
     *
     * @param value of what; a captured variable that changes is outside the log
     * @param by    what has to be smallest
     * @return absent when there are no events
     */
    protected final LongValue argMin(LongField<? super T> value, LongField<? super T> by) {
        return longValue(Statistics.ARG_MIN, Argument.ofLong(by), Argument.ofLong(value), Argument.TURN);
    }

    /**
     * A whole number of the event at which a floating point number is smallest; of several such events that which
     * came first.
     *
     * <p>NaN is neither smallest nor largest.
     *
     * @param value of what; a captured variable that changes is outside the log
     * @param by    what has to be smallest
     * @return absent when there are no events
     */
    protected final LongValue argMinByDouble(LongField<? super T> value, DoubleField<? super T> by) {
        return longValue(Statistics.ARG_MIN_DOUBLE, Argument.ofDouble(by), Argument.ofLong(value), Argument.TURN);
    }

    /**
     * A floating point number of the event at which another is smallest; of several such events that which came
     * first.
     *
     * <p>NaN is neither smallest nor largest.
     *
     * @param value of what; a captured variable that changes is outside the log
     * @param by    what has to be smallest
     * @return absent when there are no events
     */
    protected final DoubleValue argMinDouble(DoubleField<? super T> value, DoubleField<? super T> by) {
        return doubleValue(Statistics.ARG_MIN_DOUBLE, Argument.ofDouble(by), Argument.ofDouble(value), Argument.TURN);
    }

    /**
     * A whole number of the event at which another is largest; of several such events that which came first.
     *
     * @param value of what; a captured variable that changes is outside the log
     * @param by    what has to be largest
     * @return absent when there are no events
     */
    protected final LongValue argMax(LongField<? super T> value, LongField<? super T> by) {
        return longValue(Statistics.ARG_MAX, Argument.ofLong(by), Argument.ofLong(value), Argument.TURN);
    }

    /**
     * A whole number of the event at which a floating point number is largest; of several such events that which
     * came first.
     *
     * <p>NaN is neither smallest nor largest.
     *
     * @param value of what; a captured variable that changes is outside the log
     * @param by    what has to be largest
     * @return absent when there are no events
     */
    protected final LongValue argMaxByDouble(LongField<? super T> value, DoubleField<? super T> by) {
        return longValue(Statistics.ARG_MAX_DOUBLE, Argument.ofDouble(by), Argument.ofLong(value), Argument.TURN);
    }

    /**
     * A floating point number of the event at which another is largest; of several such events that which came
     * first.
     *
     * <p>NaN is neither smallest nor largest.
     *
     * @param value of what; a captured variable that changes is outside the log
     * @param by    what has to be largest
     * @return absent when there are no events
     */
    protected final DoubleValue argMaxDouble(DoubleField<? super T> value, DoubleField<? super T> by) {
        return doubleValue(Statistics.ARG_MAX_DOUBLE, Argument.ofDouble(by), Argument.ofDouble(value), Argument.TURN);
    }

    /**
     * The covariance of two numbers over all there is: the mean product of their deviations from their means.
     *
     * @param x one number; a captured variable that changes is outside the log
     * @param y the other
     * @return absent when there are no events
     */
    protected final DoubleValue covariance(DoubleField<? super T> x, DoubleField<? super T> y) {
        return doubleValue(Statistics.COVARIANCE, Argument.ofDouble(x), Argument.ofDouble(y));
    }

    /**
     * The covariance of two numbers as estimated from a sample: divided by one less than the number of events.
     *
     * @param x one number; a captured variable that changes is outside the log
     * @param y the other
     * @return absent when there are fewer than two events
     */
    protected final DoubleValue sampleCovariance(DoubleField<? super T> x, DoubleField<? super T> y) {
        return doubleValue(Statistics.SAMPLE_COVARIANCE, Argument.ofDouble(x), Argument.ofDouble(y));
    }

    /**
     * How two numbers go together: Pearson's coefficient, from -1 to 1.
     *
     * @param x one number; a captured variable that changes is outside the log
     * @param y the other
     * @return absent when one of them is the same in all events, or there are fewer than two events
     */
    protected final DoubleValue correlation(DoubleField<? super T> x, DoubleField<? super T> y) {
        return doubleValue(Statistics.CORRELATION, Argument.ofDouble(x), Argument.ofDouble(y));
    }

    /**
     * The line of least squares through a number over the time of its events: its slope by the second, and its
     * value at the earliest of the events.
     *
     * @param y of what; a captured variable that changes is outside the log
     * @return absent when all events are of one time
     */
    protected final Trend trend(DoubleField<? super T> y) {
        return new Trend(
                doubleValue(Statistics.SLOPE_OVER_TIME, Argument.TIME, Argument.ofDouble(y)),
                doubleValue(Statistics.INTERCEPT_OVER_TIME, Argument.TIME, Argument.ofDouble(y)));
    }

    /**
     * The line of least squares through a number over another: its slope, and its value where the other is 0.
     *
     * @param x over what; a captured variable that changes is outside the log
     * @param y of what
     * @return absent when x is the same in all events
     */
    protected final Trend trend(DoubleField<? super T> x, DoubleField<? super T> y) {
        return new Trend(
                doubleValue(Statistics.SLOPE, Argument.ofDouble(x), Argument.ofDouble(y)),
                doubleValue(Statistics.INTERCEPT, Argument.ofDouble(x), Argument.ofDouble(y)));
    }

    /**
     * The exponentially weighted mean by event time: an event that is one half-life older than another weighs half
     * as much.
     *
     * <p>It is the same in whatever order events come, but for rounding. Where there are many events close
     * together, each counts: the mean is over events, not over time. A value that is infinite or NaN does not fade.
     *
     * @param field    of what; a captured variable that changes is outside the log
     * @param halfLife how long until a weight is a half; positive
     * @return absent when there are no events
     * @throws IllegalArgumentException when a number is outside what is said here
     */
    protected final DoubleValue ewma(DoubleField<? super T> field, Duration halfLife) {
        return doubleValue(Statistics.ewma(halfLife), Argument.TIME, Argument.ofDouble(field));
    }

    /**
     * The number of different values, exact up to a bound. Where there are more, it is the bound plus 1, which
     * stands for more: no event is refused for it. Kept in as many longs as the bound says, of each key and
     * period.
     *
     * @param field  of what; a captured variable that changes is outside the log
     * @param atMost how many are told apart: 1 to 1,000
     * @return 0 when there are no events
     * @throws IllegalArgumentException when a number is outside what is said here
     */
    protected final LongValue distinct(LongField<? super T> field, int atMost) {
        return longValue(Sketches.distinct(atMost), Argument.ofLong(field));
    }

    /**
     * About the number of different values, however many there are: HyperLogLog with 2,048 registers, that is 2 KB
     * of each key and period. The standard error is 2.3%; small numbers are nearly exact.
     *
     * <p>It is the same in whatever order events come.
     *
     * @param field of what; a captured variable that changes is outside the log
     * @return 0 when there are no events
     */
    protected final LongValue distinctAbout(LongField<? super T> field) {
        return distinctAbout(field, Sketches.PRECISION);
    }

    /**
     * About the number of different values, with a precision of your own: HyperLogLog with 2<sup>precision</sup>
     * registers of a byte, of each key and period. The standard error is 1.04 / 2<sup>precision / 2</sup>.
     *
     * <p>It is the same in whatever order events come.
     *
     * @param field     of what; a captured variable that changes is outside the log
     * @param precision 4 to 12: an error of 26% to 1.6%
     * @return 0 when there are no events
     * @throws IllegalArgumentException when a number is outside what is said here
     */
    protected final LongValue distinctAbout(LongField<? super T> field, int precision) {
        return longValue(Sketches.distinctAbout(precision), Argument.ofLong(field));
    }

    /**
     * The number of different texts, as {@link #distinct(LongField, int)} of numbers. They are kept as they are, with 2 bytes for each
     * character that one may have; an event with a longer text goes to the dead letters. All of them have to fit a page of 64 KiB with what
     * else a key has there: {@code atMost * (length / 4 + 1)} is about 8,100 at most, such as 1,000 of 28 characters or 126 of 255.
     *
     * @param field  of what; a captured variable that changes is outside the log
     * @param length the most characters of a text: 1 to 255, fewer with many texts
     * @param atMost how many are told apart: 1 to 1,000, fewer with long texts
     * @return 0 when there are no events
     * @throws IllegalArgumentException when a number is outside what is said here
     */
    protected final LongValue distinctText(TextField<? super T> field, int length, int atMost) {
        return longValue(Sketches.distinctTexts(length, atMost), Sketches.texts(field, length));
    }

    /**
     * About the number of different texts, as {@link #distinctAbout(LongField)} of numbers: of a hash of 64 bits, which is the same for
     * two of a thousand with a chance of 1 in 10<sup>13</sup>.
     *
     * @param field of what; a captured variable that changes is outside the log
     * @return 0 when there are no events
     */
    protected final LongValue distinctTextAbout(TextField<? super T> field) {
        return longValue(Sketches.distinctAbout(Sketches.PRECISION), Sketches.text(field));
    }

    /**
     * About the value below which a share of all lie: of n values the one at rank p × n, rounded up, in ascending
     * order; the smallest and the largest are exact. Kept in 252 buckets, that is 2 KB of each key and period;
     * what that means is said at {@link #quantile(double, DoubleField, int)}.
     *
     * @param p     which share, such as 0.99
     * @param field of what; a captured variable that changes is outside the log
     * @return absent when there are no events; NaN when one of the values is
     * @throws IllegalArgumentException when a number is outside what is said here
     */
    protected final DoubleValue quantile(double p, DoubleField<? super T> field) {
        return quantile(p, field, Sketches.BUCKETS);
    }

    /**
     * About the value below which a share of all lie: of n values the one at rank p × n, rounded up, in ascending
     * order; the smallest and the largest are exact.
     *
     * <p>Values are counted in buckets of a scale for all doubles; only those with a value take room. At first the
     * value told is within 0.2% of the true one. Each time the values take more buckets than there are, every two
     * become one, and that bound doubles. Values that spread over a factor of 14 stay within 0.8% with 252
     * buckets, over a factor of 200 within 1.6%, over one of 50,000 within 3.2%. Values nearer to 0 than
     * 10<sup>-307</sup> count as 0.
     *
     * <p>It is the same in whatever order events come. Several quantiles of one function object and as many
     * buckets share what is kept.
     *
     * @param p       which share, such as 0.99
     * @param field   of what; a captured variable that changes is outside the log
     * @param buckets how many may have a value: 16 to 1,000; 8 bytes each, of each key and period
     * @return absent when there are no events; NaN when one of the values is
     * @throws IllegalArgumentException when a number is outside what is said here
     */
    protected final DoubleValue quantile(double p, DoubleField<? super T> field, int buckets) {
        return doubleValue(Sketches.quantile(p, buckets), Argument.ofDouble(field));
    }

    /**
     * The most frequent values of a number and how often each came, exactly; of two that came equally often first
     * that which came first. Where there are more different values than the bound, the result is absent: no event
     * is refused for it.
     *
     * <p>Kept in 24 bytes for each value up to the bound, of each key and period.
     *
     * @param k      how many of them
     * @param item   of what; a captured variable that changes is outside the log
     * @param atMost how many different ones are counted: k to 300
     * @return absent when there are more than could be counted
     * @throws IllegalArgumentException when a number is outside what is said here
     */
    protected final TopItems topK(int k, LongField<? super T> item, int atMost) {
        return new TopItems(Sketches.topK(declarations(), k, Argument.ofLong(item), atMost));
    }

    /**
     * The most frequent values of a number, about, however many different ones there are: space-saving (Metwally,
     * Agrawal, El Abbadi, 2005). Of n events no value is counted too low, none too high by more than n / counters,
     * and each that came more often than that has a counter. Of two that are counted equally often first the
     * smaller one.
     *
     * <p>Kept in 24 bytes for each counter, of each key and period. To put two sets together takes some passes over the counters
     * of both. A look-back does so some twenty times for each event, a window for a result.
     *
     * @param k        how many of them
     * @param item     of what; a captured variable that changes is outside the log
     * @param counters how many values have a counter: k to 300
     * @return 0 items when there are no events
     * @throws IllegalArgumentException when a number is outside what is said here
     */
    protected final TopItems heavyHitters(int k, LongField<? super T> item, int counters) {
        return new TopItems(Sketches.heavyHitters(declarations(), k, Argument.ofLong(item), counters));
    }

    /**
     * The largest values of a whole number, the largest first; one that came twice is told twice.
     *
     * <p>Exact, and kept in 8 bytes for each of them and 8 more, of each key and period.
     *
     * @param k     how many of them: 1 to 1,000
     * @param field of what; a captured variable that changes is outside the log
     * @return no value when there are no events
     * @throws IllegalArgumentException when a number is outside what is said here
     */
    protected final LongValues largest(int k, LongField<? super T> field) {
        return new LongValues(OrderStatistics.largest(declarations(), k, Equal.EACH, Argument.ofLong(field)));
    }

    /**
     * The largest values of a floating point number, the largest first; one that came twice is told twice.
     *
     * <p>NaN is neither smallest nor largest, and -0.0 is 0.0.
     *
     * <p>Exact, and kept in 8 bytes for each of them and 8 more, of each key and period.
     *
     * @param k     how many of them: 1 to 1,000
     * @param field of what; a captured variable that changes is outside the log
     * @return no value when there are no events
     * @throws IllegalArgumentException when a number is outside what is said here
     */
    protected final DoubleValues largestDouble(int k, DoubleField<? super T> field) {
        return new DoubleValues(OrderStatistics.largestDouble(declarations(), k, Equal.EACH, Argument.ofDouble(field)));
    }

    /**
     * The largest different values of a whole number, the largest first; each is told once, however often it came.
     *
     * <p>Exact, and kept in 8 bytes for each of them and 8 more, of each key and period.
     *
     * @param k     how many of them: 1 to 1,000
     * @param field of what; a captured variable that changes is outside the log
     * @return no value when there are no events
     * @throws IllegalArgumentException when a number is outside what is said here
     */
    protected final LongValues largestDistinct(int k, LongField<? super T> field) {
        return new LongValues(OrderStatistics.largest(declarations(), k, Equal.ONCE, Argument.ofLong(field)));
    }

    /**
     * The largest different values of a floating point number, the largest first; each is told once, however often it came.
     *
     * <p>NaN is neither smallest nor largest, and -0.0 is 0.0.
     *
     * <p>Exact, and kept in 8 bytes for each of them and 8 more, of each key and period.
     *
     * @param k     how many of them: 1 to 1,000
     * @param field of what; a captured variable that changes is outside the log
     * @return no value when there are no events
     * @throws IllegalArgumentException when a number is outside what is said here
     */
    protected final DoubleValues largestDistinctDouble(int k, DoubleField<? super T> field) {
        return new DoubleValues(OrderStatistics.largestDouble(declarations(), k, Equal.ONCE, Argument.ofDouble(field)));
    }

    /**
     * The smallest values of a whole number, the smallest first; one that came twice is told twice.
     *
     * <p>Exact, and kept in 8 bytes for each of them and 8 more, of each key and period.
     *
     * @param k     how many of them: 1 to 1,000
     * @param field of what; a captured variable that changes is outside the log
     * @return no value when there are no events
     * @throws IllegalArgumentException when a number is outside what is said here
     */
    protected final LongValues smallest(int k, LongField<? super T> field) {
        return new LongValues(OrderStatistics.smallest(declarations(), k, Equal.EACH, Argument.ofLong(field)));
    }

    /**
     * The smallest values of a floating point number, the smallest first; one that came twice is told twice.
     *
     * <p>NaN is neither smallest nor largest, and -0.0 is 0.0.
     *
     * <p>Exact, and kept in 8 bytes for each of them and 8 more, of each key and period.
     *
     * @param k     how many of them: 1 to 1,000
     * @param field of what; a captured variable that changes is outside the log
     * @return no value when there are no events
     * @throws IllegalArgumentException when a number is outside what is said here
     */
    protected final DoubleValues smallestDouble(int k, DoubleField<? super T> field) {
        return new DoubleValues(
                OrderStatistics.smallestDouble(declarations(), k, Equal.EACH, Argument.ofDouble(field)));
    }

    /**
     * The smallest different values of a whole number, the smallest first; each is told once, however often it came.
     *
     * <p>Exact, and kept in 8 bytes for each of them and 8 more, of each key and period.
     *
     * @param k     how many of them: 1 to 1,000
     * @param field of what; a captured variable that changes is outside the log
     * @return no value when there are no events
     * @throws IllegalArgumentException when a number is outside what is said here
     */
    protected final LongValues smallestDistinct(int k, LongField<? super T> field) {
        return new LongValues(OrderStatistics.smallest(declarations(), k, Equal.ONCE, Argument.ofLong(field)));
    }

    /**
     * The smallest different values of a floating point number, the smallest first; each is told once, however often it came.
     *
     * <p>NaN is neither smallest nor largest, and -0.0 is 0.0.
     *
     * <p>Exact, and kept in 8 bytes for each of them and 8 more, of each key and period.
     *
     * @param k     how many of them: 1 to 1,000
     * @param field of what; a captured variable that changes is outside the log
     * @return no value when there are no events
     * @throws IllegalArgumentException when a number is outside what is said here
     */
    protected final DoubleValues smallestDistinctDouble(int k, DoubleField<? super T> field) {
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
