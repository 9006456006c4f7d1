package io.millrace.operators.aggregate;

/** The folds there are; an aggregate of your own may be made of them. */
public final class Folds {
    /** How many events. */
    public static final Fold COUNT = new CountFold();

    /** The exact sum of longs. */
    public static final Fold SUM = new SumFold();

    /** The compensated sum of doubles. */
    public static final Fold SUM_DOUBLE = new DoubleSumFold();

    /** The smallest long. */
    public static final Fold MIN = new MinFold();

    /** The largest long. */
    public static final Fold MAX = new MaxFold();

    /** The smallest double. */
    public static final Fold MIN_DOUBLE = new MinDoubleFold();

    /** The largest double. */
    public static final Fold MAX_DOUBLE = new MaxDoubleFold();

    /** The exact sum of longs with 128 bits in a bucket, too: nothing is refused. */
    public static final Fold WIDE_SUM = new WideSumFold();

    /** The value of the earliest event; arguments: time, value. */
    public static final Fold FIRST = new FirstFold();

    /** The value of the latest event; arguments: time, value. */
    public static final Fold LAST = new LastFold();

    /** Number, mean and squared deviations of doubles. */
    public static final Fold MOMENTS = new MomentsFold();

    /** Sums of products and of weights; arguments: value, weight. */
    public static final Fold WEIGHTED = new WeightedFold();

    private Folds() {}
}
