package io.millrace.operators.aggregate;

/**
 * What aggregates keep of a set of arguments, so that two disjoint sets can be merged. A new kind of aggregate is an
 * {@link Aggregate} over folds; where none of these fits, it is one more class like them.
 *
 * <p>A fold has two forms, both some longs: the <em>bucket</em> of the events of one step, kept with each step, and the
 * <em>summary</em> of any number of events, which only inner nodes and results have. An argument is 64 bits; see
 * {@link Argument}. The bulk methods fold n records that are {@code stride} apart, so that one call of an interface
 * serves many events.
 */
public interface Fold {
    /**
     * How many longs a bucket has.
     *
     * @return as many as a summary, unless the two forms differ
     */
    default int bucketLongs() {
        return summaryLongs();
    }

    /**
     * How many longs a summary has.
     *
     * @return 1 or more
     */
    default int summaryLongs() {
        return 1;
    }

    /**
     * The fold for rows of a table, which are in no order. If this fold breaks ties by the order in which arguments are
     * added, it returns one that takes the turn of a row ({@link Argument#TURN}) after its other arguments. The result
     * is the same, at the same places.
     *
     * @return this, if the order means nothing
     */
    default Fold ofRows() {
        return this;
    }

    /**
     * Whether arguments may be taken out of a sum of them again: each adds its {@link #weight} to a sum of 64 bits,
     * which is also the first long of both forms.
     *
     * @return false unless the fold adds integers
     */
    default boolean isInvertible() {
        return false;
    }

    /**
     * What an argument adds to the sum of an invertible fold.
     *
     * @param argument the argument
     * @return the summand
     */
    default long weight(long argument) {
        return argument;
    }

    /**
     * The fold for rows that may be taken back: windows over changes keep such rows, and a row that was refused could
     * still be taken back.
     *
     * @return this, if no number of rows is too large for a bucket
     */
    default Fold ofChanges() {
        return this;
    }

    /**
     * Whether {@link #takeOut} leaves a bucket as it would be without the event, to the last bit.
     *
     * @return false if the remaining events must be added up anew
     */
    default boolean givesBack() {
        return false;
    }

    /**
     * Takes an event that was added to a bucket out of it again, if the fold {@link #givesBack}.
     *
     * @param bucket holds the bucket
     * @param at     the index of its first long
     * @param from   holds the arguments
     * @param p      the index of the first argument
     */
    default void takeOut(long[] bucket, int at, long[] from, int p) {
        throw new UnsupportedOperationException("nothing can be taken out of " + this);
    }

    /**
     * Makes a summary empty.
     *
     * @param summary holds the summary
     * @param at      the index of its first long
     */
    default void clear(long[] summary, int at) {
        summary[at] = 0;
    }

    /**
     * Makes a bucket of one event.
     *
     * @param bucket holds the bucket
     * @param at     the index of its first long
     * @param from   holds the arguments
     * @param p      the index of the first argument
     */
    default void open(long[] bucket, int at, long[] from, int p) {
        clear(bucket, at);
        addToBucket(bucket, at, from, p);
    }

    /**
     * Whether a bucket can take an event; also whether a summary that {@link #isInRange} would still be so with it.
     *
     * @param bucket holds the bucket
     * @param at     the index of its first long
     * @param from   holds the arguments
     * @param p      the index of the first argument
     * @return false if the event must be refused ({@code out-of-range})
     */
    default boolean fits(long[] bucket, int at, long[] from, int p) {
        return true;
    }

    /**
     * Whether results of a summary can be told.
     *
     * @param summary holds the summary
     * @param at      the index of its first long
     * @return false if they would be out of range
     */
    default boolean isInRange(long[] summary, int at) {
        return true;
    }

    /**
     * Adds an event to a bucket.
     *
     * @param bucket holds the bucket
     * @param at     the index of its first long
     * @param from   holds the arguments
     * @param p      the index of the first argument
     */
    default void addToBucket(long[] bucket, int at, long[] from, int p) {
        add(bucket, at, from, p);
    }

    /**
     * Adds an event to a summary.
     *
     * @param summary holds the summary
     * @param at      the index of its first long
     * @param from    holds the arguments
     * @param p       the index of the first argument
     */
    void add(long[] summary, int at, long[] from, int p);

    /**
     * Adds a summary to another.
     *
     * @param summary holds the summary that is changed
     * @param at      the index of its first long
     * @param other   holds the summary that is added, which stays as it is
     * @param p       the index of its first long
     */
    void merge(long[] summary, int at, long[] other, int p);

    /**
     * Adds n events to a summary.
     *
     * @param page    holds their arguments
     * @param from    the index of the first argument of the first event
     * @param stride  the distance from one event to the next
     * @param n       how many
     * @param summary holds the summary
     * @param at      the index of its first long
     */
    default void arguments(long[] page, int from, int stride, int n, long[] summary, int at) {
        for (int i = 0, p = from; i < n; i++, p += stride) {
            add(summary, at, page, p);
        }
    }

    /**
     * Adds n buckets to a summary.
     *
     * @param page    holds the buckets
     * @param from    the index of the first long of the first one
     * @param stride  the distance from one to the next
     * @param n       how many
     * @param summary holds the summary
     * @param at      the index of its first long
     */
    default void buckets(long[] page, int from, int stride, int n, long[] summary, int at) {
        summaries(page, from, stride, n, summary, at);
    }

    /**
     * Adds n summaries to a summary.
     *
     * @param page    holds the summaries
     * @param from    the index of the first long of the first one
     * @param stride  the distance from one to the next
     * @param n       how many
     * @param summary holds the summary
     * @param at      the index of its first long
     */
    default void summaries(long[] page, int from, int stride, int n, long[] summary, int at) {
        for (int i = 0, p = from; i < n; i++, p += stride) {
            merge(summary, at, page, p);
        }
    }
}
