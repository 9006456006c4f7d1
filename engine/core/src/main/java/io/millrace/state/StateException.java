package io.millrace.state;

/** A state that cannot be saved, or a saved one that cannot be taken: says what, where, and what to do. */
public final class StateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Something is wrong with a state.
     *
     * @param message the thing, the value, the cure
     */
    public StateException(String message) {
        super(message);
    }
}
