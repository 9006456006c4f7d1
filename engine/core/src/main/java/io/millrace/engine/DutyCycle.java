package io.millrace.engine;

/**
 * The rounds of an inline host, to be called from a loop of your own, such as that of an agent. It does what
 * {@link Inline#run} does, without the waiting. For the thread that owns the host.
 */
public final class DutyCycle {
    private final Inline engine;
    private final InlineSources polled;
    private boolean wasBusy;

    private DutyCycle(Inline engine) {
        this.engine = engine;
        polled = engine.polled();
    }

    /**
     * Returns the rounds of a host.
     *
     * @param engine the host; not run by {@link Inline#run} as well
     * @return the rounds, to be called again and again by one thread
     */
    public static DutyCycle of(Inline engine) {
        return new DutyCycle(engine);
    }

    /**
     * Runs one round: polls each bound source once, lets time pass, and flushes sinks if there was nothing to poll.
     *
     * @return whether there was something to do
     * @throws Exception what a source threw; the events that it had brought before have been processed
     * @throws IllegalStateException if a thread other than the owner (the message names both) or a receiver calls this
     * @throws EngineStoppedException if the host has been closed or has halted
     */
    public boolean work() throws Exception {
        engine.requireOwner();
        engine.requireTop();
        boolean busy = engine.time().begins();
        busy |= polled.poll();
        busy |= engine.time().pass(wasBusy && !busy);
        wasBusy = busy;
        return busy;
    }

    /**
     * Tells whether all bound sources have ended and, if that ended all inputs, everything due has fired.
     *
     * @return true if another round would poll no source
     */
    public boolean isOver() {
        return polled.isOver();
    }
}
