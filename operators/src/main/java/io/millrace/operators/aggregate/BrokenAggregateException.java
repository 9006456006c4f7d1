package io.millrace.operators.aggregate;

/**
 * An own aggregate threw earlier, when what it had kept was put together for later results: a result that needs that cannot be told.
 * It is the cause of the dead letter of the event that asks a look-back, or of the result of a window or group. For a group of rows
 * "earlier" may be at this very event, and what is named as its own cause is what the aggregate threw last, which may have been of
 * another group.
 */
public final class BrokenAggregateException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Thrown where a result is asked for.
     *
     * @param thrown what the aggregate threw last
     */
    public BrokenAggregateException(Throwable thrown) {
        super("an own aggregate threw when what it had kept was put together", thrown);
    }
}
