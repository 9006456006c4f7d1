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
        /**
         * It works, and something is wrong, or was and nobody has acknowledged it ({@link Engine#acknowledge}, {@link Setup#degradedFor}): dead letters, events dropped for want of room, declared answers given, a stage that stands still ({@link Setup#stalledAfter}), a warm-up that did not reach its budget, a source
         * that failed, a sink that fails where that is only counted, housekeeping that fails.
         */
        DEGRADED,
        /** It has been closed. */
        CLOSED,
        /** It has stopped by itself, because its state can no longer be trusted. */
        HALTED
    }
}
