package io.millrace.engine;

/**
 * Whether an engine works, as returned by {@link Engine#health} and {@link Inline#health}.
 *
 * @param state up, degraded, closed or halted
 * @param why the reasons in words; empty if it is up
 */
public record Health(State state, String why) {
    /** The states of an engine. */
    public enum State {
        /** Nothing is wrong. */
        UP,
        /**
         * The engine works, and something is wrong, or was and has not been acknowledged ({@link Engine#acknowledge},
         * {@link Setup#degradedFor}): dead letters, events dropped for lack of room, declared answers given, a stage
         * that stands still ({@link Setup#stalledAfter}), a warm-up that did not reach its budget, a source that
         * failed, a sink whose failures are only counted, or housekeeping that fails.
         */
        DEGRADED,
        /** The engine has been closed. */
        CLOSED,
        /** The engine has stopped by itself, because its state can no longer be trusted. */
        HALTED
    }
}
