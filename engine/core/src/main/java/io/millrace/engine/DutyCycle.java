package io.millrace.engine;

/**
 * The rounds of an inline host in a loop of the caller's own, as an agent of a service: {@link Inline#run} without the waiting. For the
 * thread that owns the host.
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
     * The rounds of a host.
     *
     * @param engine not run otherwise
     * @return to be called again and again, by one thread
     */
    public static DutyCycle of(Inline engine) {
        return new DutyCycle(engine);
    }

    /**
     * One round: polls each bound source once, lets time pass, flushes sinks when there is nothing to poll.
     *
     * @return whether there was something to do
     * @throws Exception what a source threw; what it had brought before has been processed
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
     * Whether all bound sources have ended, and, where that ended all inputs, what was due then has fired.
     *
     * @return true when a further round would poll none
     */
    public boolean isOver() {
        return polled.isOver();
    }
}
