package io.millrace.engine;

/** A call came to an engine that no longer takes any: it was closed, or it halted. Says why. */
public final class EngineStoppedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    EngineStoppedException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The first of two, which keeps the second; either may be null. */
    static EngineStoppedException first(EngineStoppedException a, EngineStoppedException b) {
        if (a != null && b != null) {
            a.addSuppressed(b);
        }
        return a == null ? b : a;
    }
}
