package io.millrace.bench.system;

import io.millrace.bench.workloads.Answer;

/** A workload on one system. One thread makes it, publishes to it and asks it; what else runs is the system's business. */
public interface SystemUnderTest extends AutoCloseable {
    /**
     * Publishes one event of the generator.
     *
     * @param i          its number, one more than the last
     * @param intendedNs when it was to be sent, of {@link System#nanoTime}; 0 when nobody measures
     */
    void publish(long i, long intendedNs);

    /**
     * Publishes events as fast as it goes.
     *
     * @param from the first
     * @param to   one behind the last
     */
    default void run(long from, long to) {
        for (long i = from; i < to; i++) {
            publish(i, 0);
        }
    }

    /** Returns when all that was published has been processed. */
    default void settle() {}

    /** The answer to all that was published; after {@link #settle}. */
    Answer answer();

    @Override
    default void close() {}
}
