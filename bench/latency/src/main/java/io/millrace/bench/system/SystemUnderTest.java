package io.millrace.bench.system;

import io.millrace.bench.workloads.Answer;
import io.millrace.rig.Target;
import java.util.function.Supplier;

/** A workload on one system. One thread makes it, publishes to it and asks it; what else runs is the system's business. */
public interface SystemUnderTest extends Target, AutoCloseable {
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

    /**
     * Does on the thread that publishes: the caller's, unless a system has a source of its own and no door for others.
     *
     * @param work publishes, and may settle
     */
    default <T> T onPublisher(Supplier<T> work) {
        return work.get();
    }

    /** The answer to all that was published; after {@link #settle}. */
    Answer answer();

    @Override
    default void close() {}
}
