package io.millrace.operators.aggregate;

/**
 * Thrown for a result that needs what could not be merged: an aggregate of your own threw earlier, when what it had
 * kept was merged ahead for later results. It is the cause of the dead letter, of the event that asks in a look-back,
 * and of the result in a window or group.
 *
 * <p>For a group of rows, "earlier" may be at this very event. The cause of this exception is then what the aggregate
 * threw last, which may have been for another group.
 */
public final class BrokenAggregateException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception, where a result is asked for.
     *
     * @param thrown what the aggregate threw last
     */
    public BrokenAggregateException(Throwable thrown) {
        super("an own aggregate threw when what it had kept was put together", thrown);
    }
}
