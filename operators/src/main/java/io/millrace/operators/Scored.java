package io.millrace.operators;

import java.util.List;

/**
 * An event beside the score that a model gave it, and the features that it was scored by. A view: valid during the
 * call.
 *
 * @param <T> the type of the event
 */
public interface Scored<T> {
    /**
     * The event.
     *
     * @return the event, valid during the call
     */
    T event();

    /**
     * The raw score: for a classifier on the scale of log-odds, for a regression the predicted value.
     *
     * @return never NaN, since an event without a score goes to the dead letters
     */
    double raw();

    /**
     * The score as a probability, computed at the first call.
     *
     * @return 0 to 1
     * @throws IllegalStateException if the model has none (a regression)
     */
    double probability();

    /**
     * The value of a feature.
     *
     * @param index its place in {@link #featureNames()}
     * @return the value; NaN if it was missing
     */
    double feature(int index);

    /**
     * The value of a feature, found by its name. Use it for explanations, not for every event.
     *
     * @param name one of {@link #featureNames()}
     * @return the value; NaN if it was missing
     * @throws IllegalArgumentException if the model has no such feature; names the nearest
     */
    double feature(String name);

    /**
     * The features of the model, in order.
     *
     * @return always the same list
     */
    List<String> featureNames();
}
