package io.millrace.operators.process;

/** What a process does when a timer of a key is due. */
@FunctionalInterface
public interface FiringHandler {
    /**
     * Does it.
     *
     * @throws Exception whatever user code throws; then the firing is dropped and the state is as it was
     */
    void fires() throws Exception;
}
