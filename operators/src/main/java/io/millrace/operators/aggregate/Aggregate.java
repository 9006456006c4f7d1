package io.millrace.operators.aggregate;

/**
 * What is computed of the events of a window or span: which {@link Fold} it needs, and the result of its summary. It
 * has no state.
 */
public interface Aggregate {
    /** How many events. */
    Aggregate COUNT = new CountAggregate();

    /** The sum of longs. */
    Aggregate SUM = new SumAggregate();

    /** The sum of longs, or the nearest long. */
    Aggregate SUM_SATURATING = new SaturatingSumAggregate();

    /** The sum of doubles. */
    Aggregate SUM_DOUBLE = new DoubleSumAggregate();

    /** The mean of doubles. */
    Aggregate MEAN = new MeanAggregate();

    /** How many of the events meet a condition. */
    Aggregate SHARE = new ShareAggregate();

    /** The smallest long. */
    Aggregate MIN = new LongExtreme("min", Folds.MIN);

    /** The largest long. */
    Aggregate MAX = new LongExtreme("max", Folds.MAX);

    /** The smallest double. */
    Aggregate MIN_DOUBLE = new DoubleExtreme("minDouble", Folds.MIN_DOUBLE);

    /** The largest double. */
    Aggregate MAX_DOUBLE = new DoubleExtreme("maxDouble", Folds.MAX_DOUBLE);

    /** The value of the earliest event; arguments: time, value. */
    Aggregate FIRST = new EndAggregate("first", Folds.FIRST);

    /** The value of the latest event; arguments: time, value. */
    Aggregate LAST = new EndAggregate("last", Folds.LAST);

    /** The variance of all there is. */
    Aggregate VARIANCE = new VarianceAggregate("variance", 0, false);

    /** The standard deviation of all there is. */
    Aggregate DEVIATION = new VarianceAggregate("deviation", 0, true);

    /** The variance, estimated from a sample. */
    Aggregate SAMPLE_VARIANCE = new VarianceAggregate("sampleVariance", 1, false);

    /** The standard deviation, estimated from a sample. */
    Aggregate SAMPLE_DEVIATION = new VarianceAggregate("sampleDeviation", 1, true);

    /** The mean, weighted; arguments: value, weight. */
    Aggregate VWAP = new WeightedMeanAggregate();

    /**
     * Its word in the DSL.
     *
     * @return a word such as {@code sum}
     */
    String word();

    /**
     * What is kept of the events.
     *
     * @return the same object for aggregates that may share it
     */
    Fold fold();

    /**
     * Whether the number of events is needed besides the fold.
     *
     * @return false if the fold is enough
     */
    default boolean needsCount() {
        return false;
    }

    /**
     * Writes the result.
     *
     * @param summaries holds the summaries
     * @param at        the index at which that of the fold begins
     * @param count     the index of the number of events; without meaning if it is not needed
     * @param cell      takes the result
     */
    void result(long[] summaries, int at, int count, Cell cell);
}
