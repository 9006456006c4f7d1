package io.millrace.state;

/**
 * Thrown if a state cannot be saved, or a saved one cannot be taken over; the message says what, where, and what to do.
 */
public final class StateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message the thing, the value, the cure
     */
    public StateException(String message) {
        super(message);
    }
}
