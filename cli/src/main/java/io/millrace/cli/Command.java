package io.millrace.cli;

import java.util.List;

/** A command of a program such as {@code examples/run}: one class, and one line in the list of its {@code Main}. */
public interface Command {
    /** The input was read to its end, all outputs were written. */
    int OK = 0;
    /** It was not, or they were not. */
    int FAILED = 1;
    /** The command line cannot be understood. */
    int USAGE = 2;
    /** Stopped by the user; what was read is finished. */
    int INTERRUPTED = 130;

    /**
     * The name to call it by.
     *
     * @return lower case
     */
    String name();

    /**
     * What it does.
     *
     * @return one line
     */
    String summary();

    /**
     * Runs it.
     *
     * @param args without the name
     * @return the exit code
     * @throws UsageException when the arguments cannot be understood; nothing has been done then
     */
    int run(List<String> args) throws UsageException;
}
