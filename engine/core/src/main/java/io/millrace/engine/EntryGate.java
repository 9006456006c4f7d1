package io.millrace.engine;

/** Where an entry goes into the input order of a host from any thread. */
@FunctionalInterface
interface EntryGate {
    /**
     * Publishes an entry; waits for room.
     *
     * @throws EngineStoppedException when there is no engine any more
     */
    void publish(byte[] bytes, int offset, int length);
}
