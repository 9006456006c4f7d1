package io.millrace.rig;

/** What a paced run publishes to. */
public interface Target {
    /**
     * Publishes an event.
     *
     * @param i          its number, one more than the last
     * @param intendedNs when it was to be sent, of {@link System#nanoTime}; 0 when nobody measures
     */
    void publish(long i, long intendedNs);

    /** Returns when all that was published has been processed. */
    default void settle() {}
}
