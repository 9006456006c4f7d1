package io.millrace.cli;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Lets an interrupt (Ctrl-C) finish what was read: sets a flag, and keeps the JVM until the run has ended, or makes no progress
 * any more. The JVM's own exit code for an interrupt is 130.
 */
public final class Interrupts implements AutoCloseable {
    private static final long LOOK_MS = 100;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread hook;
    private volatile boolean happened;

    private Interrupts(AtomicBoolean stop, LongSupplier rows) {
        long runs = Thread.currentThread().getId();
        hook = new Thread(() -> {
            happened = true;
            stop.set(true);
            try {
                awaitEnd(new Patience(System.nanoTime(), rows, () -> workNs(runs)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void awaitEnd(Patience patience) throws InterruptedException {
        while (!over.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
            long nowNs = System.nanoTime();
            if (!patience.lasts(nowNs)) {
                System.err.println(patience.words(nowNs));
                return;
            }
        }
    }

    private static long workNs(long thread) {
        return THREADS.isThreadCpuTimeSupported() ? THREADS.getThreadCpuTime(thread) : 0;
    }

    /**
     * Begins to listen, for a run that works on the calling thread: what that works is progress.
     *
     * @param stop is set at an interrupt
     * @return to be closed when the run has ended
     */
    public static Interrupts stopping(AtomicBoolean stop) {
        return new Interrupts(stop, () -> 0);
    }

    /**
     * Begins to listen, for a run that works on other threads, too.
     *
     * @param stop is set at an interrupt
     * @param rows how many of them are done; asked by another thread
     * @return to be closed when the run has ended
     */
    public static Interrupts stopping(AtomicBoolean stop, LongSupplier rows) {
        return new Interrupts(stop, rows);
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
