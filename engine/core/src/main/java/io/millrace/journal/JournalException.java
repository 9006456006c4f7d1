package io.millrace.journal;

/** A journal that cannot be opened, read or written: says what, where, and what to do. */
public final class JournalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Something is wrong with a journal.
     *
     * @param message the thing, the value, the cure
     */
    public JournalException(String message) {
        super(message);
    }

    /**
     * Something is wrong with a journal.
     *
     * @param message the thing, the value, the cure
     * @param cause   what was thrown
     */
    public JournalException(String message, Throwable cause) {
        super(message, cause);
    }
}
