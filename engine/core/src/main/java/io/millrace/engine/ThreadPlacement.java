package io.millrace.engine;

/**
 * Decides where the threads of an engine run: pins them to cores, sets their priority, or whatever the machine offers.
 * Each thread calls it once, before anything else. The engine brings no native code of its own; with a library that has
 * some, a placement is a few lines:
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
 * <p>If a placement fails before it has run the body, only the place is lost: the thread runs where it is, and health
 * says why. The threads of {@link io.millrace.transport.AsyncLookup#onThreads} belong to that look-up, which is created
 * before any engine, and are not placed.
 */
@FunctionalInterface
public interface ThreadPlacement {
    /** The purpose of a thread. */
    enum Role {
        /** Evaluates entries: the thread that matters most. */
        STAGE,
        /** Calls a blocking sink. */
        SINK,
        /** Polls a source. */
        SOURCE,
        /** Appends entries to the journal; outputs wait for it. */
        JOURNAL,
        /** Makes snapshots: as much work as the entries since the last one, and not urgent. */
        SNAPSHOT,
        /**
         * Tells the time to the topology or to a look-up, touches memory ahead of need, keeps the digest beside a
         * journal; sleeps nearly always.
         */
        HOUSEKEEPING
    }

    /**
     * Runs the body of a thread, on that thread.
     *
     * @param role the purpose of the thread
     * @param name of the stage, the sink's output, or the source's input; for housekeeping that of the engine, or of a
     *     port whose look-ups the thread times out
     * @param body to be run once, on the calling thread; returns when the thread is about to end
     * @throws Exception is reported; the body runs all the same
     */
    void run(Role role, String name, Runnable body) throws Exception;
}
