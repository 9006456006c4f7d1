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

    /** Where several events are due at a time: all of one time have been published, and who holds them back until then need not any more. */
    default void burstEnds() {}

    /** Returns when all that was published has been processed. */
    default void settle() {}
}
