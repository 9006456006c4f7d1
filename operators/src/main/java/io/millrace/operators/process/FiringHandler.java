package io.millrace.operators.process;

/** A handler of a timer that is due. */
@FunctionalInterface
public interface FiringHandler {
    /**
     * Does it.
     *
     * @throws Exception whatever user code throws; then the firing is dropped and the state is as it was
     */
    void fires() throws Exception;
}
