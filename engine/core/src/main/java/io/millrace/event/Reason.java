package io.millrace.event;

import java.util.Locale;

/** Why an event did not go its ordinary way: the reason in a dead letter or on a side stream. */
public enum Reason {
    /** The bytes or the row are not an event of the declared type. */
    MALFORMED,
    /** A value that must be there is absent. */
    MISSING_VALUE,
    /** A value is outside what its field, its unit or its layout can hold. */
    OUT_OF_RANGE,
    /** The event's time is below the progress of the operator that should take it. */
    LATE,
    /** The event's time is further ahead than the {@code maxAhead} of its input allows. */
    AHEAD,
    /** An event with this id was taken before. */
    DUPLICATE,
    /** User code threw. */
    OPERATOR_ERROR,
    /** A key, a block or an output would have gone beyond a declared bound. */
    OVER_BOUND,
    /** A look-up had not answered by the deadline. */
    TIMED_OUT,
    /** A look-up failed, or could not be made. */
    NO_ANSWER;

    private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /**
     * Returns the form used in files and metrics.
     *
     * @return lower case with hyphens, for example {@code missing-value}
     */
    public String text() {
        return text;
    }
}
