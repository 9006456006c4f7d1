package io.millrace.engine;

/**
 * Whether an engine works.
 *
 * @param state up, degraded or halted
 * @param why   empty when it is up, else in words
 */
public record Health(State state, String why) {
    /** The states. */
    public enum State {
        /** All is well. */
        UP,
        /** It works, and something is wrong: dead letters, a full stock, a slow receiver. */
        DEGRADED,
        /** It has been closed. */
        CLOSED,
        /** It has stopped by itself, because its state can no longer be trusted. */
        HALTED
    }
}
