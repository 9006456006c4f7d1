package io.millrace.operators.join;

/** Which rows of a join of tables there are. */
public enum JoinKind {
    /** Those that have both sides. */
    INNER,

    /** Those that have a left side. */
    LEFT,

    /** Those that have either side. */
    FULL;

    /** Whether there is a row. */
    boolean isThere(boolean hasLeft, boolean hasRight) {
        return switch (this) {
            case INNER -> hasLeft && hasRight;
            case LEFT -> hasLeft;
            case FULL -> hasLeft || hasRight;
        };
    }
}
