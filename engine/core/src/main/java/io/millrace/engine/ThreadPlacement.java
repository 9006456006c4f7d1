package io.millrace.engine;

/**
 * Where the threads of an engine run: pins them to cores, sets their priority, or whatever the machine offers. Each thread calls it
 * once, first of all. The engine brings no native code of its own; with a library that has some it is a few lines:
 *
 * <pre>{@code
 * Engine.of(topology)
 *         .placement((role, name, body) -> {
 *             if (role == ThreadPlacement.Role.STAGE) {
 *                 try (AffinityLock core = AffinityLock.acquireCore()) {
 *                     body.run();
 *                 }
 *             } else {
 *                 body.run();
 *             }
 *         })
 * }</pre>
 *
 * <p>A placement that fails before it has run the body costs nothing but the place: the thread runs where it is, and health says
 * why. Threads of {@link io.millrace.transport.AsyncLookup#onThreads} belong to that look-up, which is made before any engine, and are
 * not placed.
 */
@FunctionalInterface
public interface ThreadPlacement {
    /** What a thread is there for. */
    enum Role {
        /** Evaluates entries: the one that matters most. */
        STAGE,
        /** Calls a blocking sink. */
        SINK,
        /** Polls a source. */
        SOURCE,
        /** Appends entries to the journal; the outputs wait for it. */
        JOURNAL,
        /** Makes snapshots: as much work as the entries since the last one, in no hurry. */
        SNAPSHOT,
        /** Tells the time, to the topology or to a look-up, touches memory ahead of need, keeps the digest beside a journal; sleeps nearly always. */
        HOUSEKEEPING
    }

    /**
     * Runs the body of a thread, on that thread.
     *
     * @param role what it is there for
     * @param name of the stage, the sink's output, or the source's input; for housekeeping the engine's own, or that of a port
     *     whose look-ups it ends in time
     * @param body to be run once, on the calling thread; returns when the thread is about to end
     * @throws Exception is reported; the body runs all the same
     */
    void run(Role role, String name, Runnable body) throws Exception;
}
