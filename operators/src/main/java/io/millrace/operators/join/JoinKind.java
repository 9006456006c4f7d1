package io.millrace.operators.join;

/** Which pairs a join of tables has. */
public enum JoinKind {
    /** Pairs with both sides. */
    INNER,

    /** Pairs with a left side. */
    LEFT,

    /** Pairs with either side. */
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
