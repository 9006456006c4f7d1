package io.millrace.transport.aeron;

/** What an {@link AeronSink} does with an event that it could not send within its time: nobody subscribes, or who does is too slow. */
public enum Unsent {
    /** Waits on, for as long as it takes; nothing is lost, and the engine stands still meanwhile. Health says so. */
    WAIT,
    /** Drops it, and counts it. */
    DROP,
    /** Throws: the event that caused it becomes a dead letter of the output. */
    FAIL
}
