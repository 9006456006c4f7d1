package io.millrace.cli;

import java.time.Duration;

/** Does something again and again beside a run, on a thread of its own. */
public final class Periodic implements AutoCloseable {
    private final long everyMs;
    private final Runnable what;
    private final Thread thread;

    private Periodic(Duration every, String name, Runnable what) {
        this.everyMs = every.toMillis();
        this.what = what;
        thread = new Thread(this::repeat, name);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Begins, a period from now.
     *
     * @param every how often
     * @param name  of the thread
     * @param what  is done
     * @return to be closed when the run has ended
     */
    public static Periodic every(Duration every, String name, Runnable what) {
        return new Periodic(every, name, what);
    }

    private void repeat() {
        try {
            while (true) {
                Thread.sleep(everyMs);
                what.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends it; what is being done may go on for a moment. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
