package io.millrace.engine;

/** What the caller of an engine that has to decide learns: that it did its part, or which answer was declared for that it cannot. */
public enum Answer {
    /**
     * The engine has taken the event. In an inline engine: it has been evaluated and what it put out has been handed over, be that
     * nothing.
     */
    TAKEN,
    /** The engine cannot decide, and it was declared that the caller goes on as if nothing were wrong with the event. */
    FAIL_OPEN,
    /** The engine cannot decide, and it was declared that the caller goes on as if the event were bad. */
    FAIL_CLOSED
}
