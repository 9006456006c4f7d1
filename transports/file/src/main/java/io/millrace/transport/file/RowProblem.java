package io.millrace.transport.file;

/**
 * Thrown for a row that cannot be taken; the reading goes on with the next one. Immutable, and without a stack trace:
 * it is about the input, not the program.
 */
public final class RowProblem extends Exception {
    private static final long serialVersionUID = 1L;

    private final DeadLetterReason reason;

    /**
     * Creates a problem.
     *
     * @param reason the kind of problem
     * @param detail one line: the column, the value, what was expected
     */
    public RowProblem(DeadLetterReason reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
    }

    /**
     * Returns the kind of problem.
     *
     * @return the reason
     */
    public DeadLetterReason reason() {
        return reason;
    }

    /**
     * Returns the column, the value, and what was expected.
     *
     * @return one line
     */
    public String detail() {
        return getMessage();
    }
}
