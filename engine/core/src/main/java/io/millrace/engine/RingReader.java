package io.millrace.engine;

/** Who reads a ring that several publishers share: says whether it still does. Called by any thread. */
interface RingReader {
    /**
     * Throws when nothing more is accepted.
     *
     * @throws EngineStoppedException says why
     */
    void requireRunning();

    /** Whether the caller is the reading thread, which cannot wait for itself. */
    boolean isRunner();
}
