package io.millrace.cli;

/** The command line cannot be understood: one line, exit 2, no file touched. */
public final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
