package io.millrace.bench.topologies;

/** Hears of each event that passed the first filter, when all that it causes has been put out. */
@FunctionalInterface
public interface Decided {
    /**
     * Called on the engine's thread.
     *
     * @param id         the event's number
     * @param intendedNs when it was to be sent, of {@link System#nanoTime}
     */
    void on(long id, long intendedNs);
}
