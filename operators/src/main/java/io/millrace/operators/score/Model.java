package io.millrace.operators.score;

import io.millrace.operator.Account;
import java.util.List;

/**
 * A function from a row of doubles to a score.
 *
 * <p><b>Row.</b> {@code row[i]} is the value of the feature {@code featureNames().get(i)}, in the unit the model was
 * trained with. {@code NaN} means <i>missing</i>; what a missing value does is told by each model.
 *
 * <p><b>Threads.</b> A model is immutable: any number of threads may score with one instance, each with its own row. A
 * row is only read.
 *
 * <p><b>Cost.</b> Neither {@link #raw} nor {@link #probability} allocates, blocks or fails on any value in the row.
 *
 * <p><b>Determinism.</b> The same model and the same row give the same bits on every JVM and every machine.
 */
public interface Model {
    /**
     * Returns the names of the features, in the order of the row.
     *
     * @return unmodifiable list without repeats; its size is the length of a row
     */
    List<String> featureNames();

    /**
     * Returns the raw score of a row: for a classifier a number on the scale of log-odds, for a regression the
     * predicted value itself.
     *
     * @param row exactly {@code featureNames().size()} values in that order; {@code NaN} where missing
     * @return the raw score
     * @throws IllegalArgumentException when the row has another length; nothing else is refused
     */
    double raw(double[] row);

    /**
     * Tells whether {@link #probability} has a meaning for this model. A topology that needs a probability asks once,
     * when it is built.
     *
     * @return true for a classifier, false for a regression
     */
    boolean hasProbability();

    /**
     * Converts a raw score of this model to a probability.
     *
     * @param raw what {@link #raw} returned
     * @return the probability in [0, 1]; {@code NaN} when {@code raw} is {@code NaN} or {@link #hasProbability} is false
     *     (not an exception, because this stands on the path of an event)
     */
    double probability(double raw);

    /**
     * Tells how the score of a row came about: what each tree or feature has brought. Asked for by explanations only.
     *
     * @param row as for {@link #raw}
     * @param to  takes it; nothing by default
     */
    default void explain(double[] row, Account to) {}

    /**
     * Returns an identity of what this model computes: the SHA-256, in 64 lower-case hexadecimal digits, of its kind,
     * its feature names and the bits of its numbers. Two models with the same digest give the same score for every row.
     * It is not the hash of the file: comments, parameters and statistics in a file do not change it.
     *
     * @return 64 hexadecimal digits; to be asked for at start, not on the path of an event
     */
    String digest();

    /**
     * Returns one line for a log or a printed plan: kind, size, features, objective and where the model came from.
     *
     * @return text without line breaks, not meant to be parsed
     */
    String describe();
}
