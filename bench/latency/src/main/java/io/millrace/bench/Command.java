package io.millrace.bench;

import io.millrace.bench.option.Options;
import io.millrace.bench.option.UsageException;
import java.io.IOException;

/** What {@code bench/run NAME} does. To add one: a class, and a line in {@link Main}. */
interface Command {
    String name();

    /** Its options with their defaults. */
    Options options();

    /**
     * Runs it.
     *
     * @return the exit code: 0, or 1 when a figure is void
     */
    int run(Options options) throws IOException, UsageException, InterruptedException;
}
