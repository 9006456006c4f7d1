package io.millrace.engine;

/** Thrown by a call to an engine that has been closed or has halted; the message says why. */
public final class EngineStoppedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    EngineStoppedException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The first of the two, with the second suppressed in it; either may be null. */
    static EngineStoppedException first(EngineStoppedException a, EngineStoppedException b) {
        if (a != null && b != null) {
            a.addSuppressed(b);
        }
        return a == null ? b : a;
    }
}
