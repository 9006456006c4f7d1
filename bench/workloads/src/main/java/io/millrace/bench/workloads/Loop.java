package io.millrace.bench.workloads;

/** One workload on one thread, without any engine. Keeps its state between calls; takes events in the order of time. */
public interface Loop {
    /**
     * Takes an event.
     *
     * @param tx     the event; not kept
     * @param answer gets the results
     */
    void on(Tx tx, Answer answer);

    /**
     * Takes several events. A loop that looks its keys up ahead, so that the memory is under way when it is needed,
     * overrides this.
     *
     * @param batch  the events
     * @param n      how many of them there are
     * @param answer gets the results
     */
    default void batch(Tx[] batch, int n, Answer answer) {
        for (int i = 0; i < n; i++) {
            on(batch[i], answer);
        }
    }

    /**
     * The input has ended: what is open is closed.
     *
     * @param answer gets the results
     */
    default void end(Answer answer) {}
}
