package io.millrace.operators.aggregate;

/**
 * What aggregates keep of a set of arguments, so that two disjoint sets can be put together. A new kind of aggregate is
 * a {@link Aggregate} over folds, and where none of these fits, one more class like them.
 *
 * <p>A fold has two forms, both some longs: the <em>bucket</em> form of the events of one step, kept with each step,
 * and the <em>summary</em> of any number of events, which only inner nodes and results have. An argument is 64 bits;
 * see {@link Argument}. The bulk methods fold n records that lie {@code stride} apart, so one call of an interface
 * serves many events.
 */
public interface Fold {
    /**
     * Longs of a bucket.
     *
     * @return as many as a summary has, unless the two forms differ
     */
    default int bucketLongs() {
        return summaryLongs();
    }

    /**
     * Longs of a summary.
     *
     * @return 1 or more
     */
    default int summaryLongs() {
        return 1;
    }

    /**
     * The same for rows of a table, which stand in no order: where it is by the order of what is added that this fold breaks ties, one
     * that takes, behind its other arguments, the turn of a row, {@link Argument#TURN}. It has the same result at the same places.
     *
     * @return this, where the order means nothing
     */
    default Fold ofRows() {
        return this;
    }

    /**
     * Whether arguments may be taken out of a sum of them again: each adds {@link #weight} to a sum of 64 bits, which is
     * also the first long of both forms.
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
     * @return what to add
     */
    default long weight(long argument) {
        return argument;
    }

    /**
     * The same for rows that are taken back: windows over changes keep them, and what is refused there could still be taken back.
     *
     * @return this, where no number of rows is too much for a bucket
     */
    default Fold ofChanges() {
        return this;
    }

    /**
     * Whether {@link #takeOut} leaves a bucket as it would be had the event never been added, to the last bit.
     *
     * @return false where the events that stay have to be added up anew
     */
    default boolean givesBack() {
        return false;
    }

    /**
     * Takes an event that was added to a bucket out of it again, where it {@link #givesBack}.
     *
     * @param bucket where
     * @param at     its first long
     * @param from   the arguments
     * @param p      index of the first
     */
    default void takeOut(long[] bucket, int at, long[] from, int p) {
        throw new UnsupportedOperationException("nothing can be taken out of " + this);
    }

    /**
     * Makes a summary of nothing.
     *
     * @param summary where
     * @param at      its first long
     */
    default void clear(long[] summary, int at) {
        summary[at] = 0;
    }

    /**
     * Makes a bucket of one event.
     *
     * @param bucket where
     * @param at     its first long
     * @param from   the arguments
     * @param p      index of the first
     */
    default void open(long[] bucket, int at, long[] from, int p) {
        clear(bucket, at);
        addToBucket(bucket, at, from, p);
    }

    /**
     * Whether a bucket can take an event, or a summary that {@link #isInRange} be so with it, too.
     *
     * @param bucket where
     * @param at     its first long
     * @param from   the arguments
     * @param p      index of the first
     * @return false when the event has to be refused as out of range
     */
    default boolean fits(long[] bucket, int at, long[] from, int p) {
        return true;
    }

    /**
     * Whether results can be told of a summary.
     *
     * @param summary where
     * @param at      its first long
     * @return false when they would be out of range
     */
    default boolean isInRange(long[] summary, int at) {
        return true;
    }

    /**
     * Adds an event to a bucket.
     *
     * @param bucket where
     * @param at     its first long
     * @param from   the arguments
     * @param p      index of the first
     */
    default void addToBucket(long[] bucket, int at, long[] from, int p) {
        add(bucket, at, from, p);
    }

    /**
     * Adds an event to a summary.
     *
     * @param summary where
     * @param at      its first long
     * @param from    the arguments
     * @param p       index of the first
     */
    void add(long[] summary, int at, long[] from, int p);

    /**
     * Adds a summary to a summary.
     *
     * @param summary where to
     * @param at      its first long
     * @param other   what to add; stays as it is
     * @param p       its first long
     */
    void merge(long[] summary, int at, long[] other, int p);

    /**
     * Adds n events to a summary.
     *
     * @param page    holds their arguments
     * @param from    the first argument of the first event
     * @param stride  from one event to the next
     * @param n       how many
     * @param summary where to
     * @param at      its first long
     */
    default void arguments(long[] page, int from, int stride, int n, long[] summary, int at) {
        for (int i = 0, p = from; i < n; i++, p += stride) {
            add(summary, at, page, p);
        }
    }

    /**
     * Adds n buckets to a summary.
     *
     * @param page    holds them
     * @param from    the first long of the first
     * @param stride  from one to the next
     * @param n       how many
     * @param summary where to
     * @param at      its first long
     */
    default void buckets(long[] page, int from, int stride, int n, long[] summary, int at) {
        summaries(page, from, stride, n, summary, at);
    }

    /**
     * Adds n summaries to a summary.
     *
     * @param page    holds them
     * @param from    the first long of the first
     * @param stride  from one to the next
     * @param n       how many
     * @param summary where to
     * @param at      its first long
     */
    default void summaries(long[] page, int from, int stride, int n, long[] summary, int at) {
        for (int i = 0, p = from; i < n; i++, p += stride) {
            merge(summary, at, page, p);
        }
    }
}
