package io.millrace.bench.option;

/** The command line asks for something impossible; the message is one line for the user. */
public final class UsageException extends Exception {
    private static final long serialVersionUID = 1;

    /** With what is wrong, and what would be right. */
    public UsageException(String message) {
        super(message);
    }
}
