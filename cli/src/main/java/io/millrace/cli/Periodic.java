package io.millrace.cli;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Does something again and again beside a run, on a thread of its own. */
public final class Periodic implements AutoCloseable {
    private final long everyMs;
    private final Runnable what;
    private boolean closed;

    private Periodic(Duration every, String name, Runnable what) {
        this.everyMs = every.toMillis();
        this.what = what;
        Thread thread = new Thread(this::repeat, name);
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
        while (rest()) {
            what.run();
        }
    }

    /** Answers whether a period has passed, and it goes on. */
    private synchronized boolean rest() {
        long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(everyMs);
        long leftNs;
        while (!closed && (leftNs = untilNs - System.nanoTime()) > 0) {
            try {
                TimeUnit.NANOSECONDS.timedWait(this, leftNs);
            } catch (InterruptedException e) {
                closed = true; // nobody here interrupts it: whoever does wants it to end
            }
        }
        return !closed;
    }

    /** Ends it; what is being done goes on to its end, and is not interrupted: that would close a file it is writing. */
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
