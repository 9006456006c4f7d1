package io.millrace.transport.file;

/**
 * A row that cannot be taken: the reading goes on with the next one. Immutable, and without a stack trace: it speaks of
 * the input, not of the program.
 */
public final class RowProblem extends Exception {
    private static final long serialVersionUID = 1L;

    private final DeadLetterReason reason;

    /**
     * Says why a row is not taken.
     *
     * @param reason the kind
     * @param detail one line: the column, the value, what was expected
     */
    public RowProblem(DeadLetterReason reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
    }

    /**
     * The kind.
     *
     * @return why
     */
    public DeadLetterReason reason() {
        return reason;
    }

    /**
     * The column, the value, what was expected.
     *
     * @return one line
     */
    public String detail() {
        return getMessage();
    }
}
