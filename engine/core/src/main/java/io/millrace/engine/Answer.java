package io.millrace.engine;

/**
 * What a caller that needs a decision learns: that the engine did its part, or the answer declared for the case that it
 * cannot ({@link Setup#cannotDecide}).
 */
public enum Answer {
    /**
     * The engine has taken the event. For an inline host: the event has been evaluated and what it put out, if
     * anything, has been handed over.
     */
    TAKEN,
    /** The engine cannot decide; as declared, the caller goes on as if nothing were wrong with the event. */
    FAIL_OPEN,
    /** The engine cannot decide; as declared, the caller goes on as if the event were bad. */
    FAIL_CLOSED
}
