package io.millrace.operators.aggregate;

/**
 * An own aggregate threw earlier, when what it had kept was put together for later results: a result that needs that cannot be told.
 * It is the cause of the dead letter of the event that asks.
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
