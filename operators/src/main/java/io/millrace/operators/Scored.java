package io.millrace.operators;

import java.util.List;

/**
 * An event beside the score that a model gave it, and the row it was scored by. A view: valid during the call.
 *
 * @param <T> the event
 */
public interface Scored<T> {
    /**
     * The event.
     *
     * @return valid during the call
     */
    T event();

    /**
     * What the model answered: for a classifier on the scale of log-odds, for a regression the predicted value.
     *
     * @return never NaN: an event without a score goes to the dead letters
     */
    double raw();

    /**
     * The score as a probability; computed at the first call, not before.
     *
     * @return 0 to 1
     * @throws IllegalStateException when the model has none (a regression)
     */
    double probability();

    /**
     * A value the event was scored by.
     *
     * @param index its place in {@link #featureNames()}
     * @return NaN when it was missing
     */
    double feature(int index);

    /**
     * A value the event was scored by, found by its name: for explanations, not for the path of every event.
     *
     * @param name one of {@link #featureNames()}
     * @return NaN when it was missing
     * @throws IllegalArgumentException when the model has no such feature; names the nearest
     */
    double feature(String name);

    /**
     * The features of the model, in the order of the row.
     *
     * @return always the same
     */
    List<String> featureNames();
}
