package io.millrace.cli;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Progress on standard error, only when that is a terminal. */
public final class Progress implements AutoCloseable {
    private static final boolean TERMINAL = Boolean.getBoolean("millrace.terminal");

    private final LongSupplier count;
    private final long everyNs;
    private final boolean on;
    private final Thread thread;
    private long shown;
    private long nextNs;

    private Progress(Duration every, LongSupplier count, boolean on) {
        this.count = count;
        this.everyNs = every.toNanos();
        this.on = on;
        this.nextNs = System.nanoTime() + everyNs;
        this.thread = on ? new Thread(this::watch, "progress") : null;
        if (on) {
            thread.setDaemon(true);
            thread.start();
        }
    }

    /**
     * Begins to show.
     *
     * @param every how often
     * @param count events so far, may be asked from another thread
     * @param quiet whether to show nothing
     * @return to be closed when the run has ended
     */
    public static Progress every(Duration every, LongSupplier count, boolean quiet) {
        return new Progress(every, count, TERMINAL && !quiet);
    }

    /**
     * Whether somebody would see progress: standard error is a terminal.
     *
     * @return false where it goes to a file or another program
     */
    public static boolean isShown() {
        return TERMINAL;
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(everyNs / 1_000_000);
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Shows the count when it is time. */
    public synchronized void look() {
        long now = System.nanoTime();
        if (on && now >= nextNs) {
            nextNs = now + everyNs;
            shown++;
            System.err.print("\r" + count.getAsLong() + " events");
            System.err.flush();
        }
    }

    @Override
    public synchronized void close() {
        if (on) {
            thread.interrupt();
            if (shown > 0) {
                System.err.print("\r                              \r");
                System.err.flush();
            }
        }
    }
}
