package io.millrace.journal;

/** Thrown if a journal cannot be opened, read or written; the message says what is wrong, where, and what to do. */
public final class JournalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message the thing, the value, the cure
     */
    public JournalException(String message) {
        super(message);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param message the thing, the value, the cure
     * @param cause what was thrown
     */
    public JournalException(String message, Throwable cause) {
        super(message, cause);
    }
}
