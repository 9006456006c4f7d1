package io.millrace.transport.aeron;

/**
 * What an {@link AeronSink} does with an event that it could not send in time, because nobody subscribes, or
 * subscribers are too slow.
 */
public enum Unsent {
    /** Waits on, for as long as it takes. Nothing is lost, and the engine stands still meanwhile; health reports it. */
    WAIT,
    /** Drops the event, and counts it. */
    DROP,
    /** Throws: the causing event becomes a dead letter of the output. */
    FAIL
}
