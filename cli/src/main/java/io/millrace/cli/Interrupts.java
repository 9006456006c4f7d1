package io.millrace.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets an interrupt (Ctrl-C) finish what was read: sets a flag, and keeps the JVM until the run has ended. The JVM's own exit
 * code for an interrupt is 130.
 */
public final class Interrupts implements AutoCloseable {
    /** Time for what was read; an output that nobody reads must not keep the process for long. */
    private static final long PATIENCE_SECONDS = 10;

    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread hook;
    private volatile boolean happened;

    private Interrupts(AtomicBoolean stop) {
        hook = new Thread(() -> {
            happened = true;
            stop.set(true);
            try {
                if (!over.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    System.err.println("millrace: interrupted, and not at an end " + PATIENCE_SECONDS
                            + " s later: stopped there; what was not written yet is in no output, so run it again");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Begins to listen.
     *
     * @param stop is set at an interrupt
     * @return to be closed when the run has ended
     */
    public static Interrupts stopping(AtomicBoolean stop) {
        return new Interrupts(stop);
    }

    /**
     * Whether there was one.
     *
     * @return true after an interrupt
     */
    public boolean happened() {
        return happened;
    }

    @Override
    public void close() {
        over.countDown();
        if (!happened) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                happened = true; // it came this very moment
            }
        }
    }
}
