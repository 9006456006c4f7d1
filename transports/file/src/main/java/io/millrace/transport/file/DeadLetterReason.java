package io.millrace.transport.file;

import io.millrace.event.Reason;

/** Why a row was not taken, in the words of the column {@code reason}. */
public enum DeadLetterReason {
    /** Not CSV, not UTF-8, a wrong number of fields, or a field that is not what its column holds. */
    MALFORMED("malformed"),
    /** An empty field in a column that must have a value. */
    MISSING_VALUE("missing-value"),
    /** A value beyond what its column may hold. */
    OUT_OF_RANGE("out-of-range"),
    /** Older than the progress of event time. */
    LATE("late"),
    /** Too far ahead of event time. */
    AHEAD("ahead"),
    /** The same event again. */
    DUPLICATE("duplicate"),
    /** An operator failed on it. */
    OPERATOR_ERROR("operator-error");

    private final String text;

    DeadLetterReason(String text) {
        this.text = text;
    }

    /**
     * The word for what an engine says.
     *
     * @param reason why the engine refused an event
     * @return the same here; what is over a bound is out of range, what a look-up did not answer is an operator error
     */
    public static DeadLetterReason of(Reason reason) {
        return switch (reason) {
            case MALFORMED -> MALFORMED;
            case MISSING_VALUE -> MISSING_VALUE;
            case OUT_OF_RANGE, OVER_BOUND -> OUT_OF_RANGE;
            case LATE -> LATE;
            case AHEAD -> AHEAD;
            case DUPLICATE -> DUPLICATE;
            case OPERATOR_ERROR, TIMED_OUT, NO_ANSWER -> OPERATOR_ERROR;
        };
    }

    /** The word that an engine has for it, which has all of these. */
    Reason ofEngine() {
        return Reason.valueOf(name());
    }

    /**
     * The word in the file.
     *
     * @return lower case, with a hyphen
     */
    public String text() {
        return text;
    }
}
