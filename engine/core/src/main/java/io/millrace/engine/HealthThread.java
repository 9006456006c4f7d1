package io.millrace.engine;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Asks a live engine once a second how it is, so that what changes is logged though nobody else asks. A thread of its own, because code of
 * sinks, of sources and of whoever writes logs is called: time must not stand still for them.
 */
final class HealthThread implements Runnable {
    private static final long EVERY_NS = 1_000_000_000;

    private final Runnable ask;
    private final BooleanSupplier goesOn;
    private final Thread thread;

    HealthThread(String engine, Runnable ask, BooleanSupplier goesOn) {
        this.ask = ask;
        this.goesOn = goesOn;
        thread = new Thread(this, "millrace-" + engine + "-health");
        thread.setDaemon(true);
    }

    /** For the line about threads. */
    void namedBy(EngineThreads threads) {
        threads.names(thread.getName(), "health", "sleeps " + Duration.ofNanos(EVERY_NS));
    }

    void start() {
        thread.start();
    }

    @Override
    public void run() {
        while (goesOn.getAsBoolean()) {
            LockSupport.parkNanos(this, EVERY_NS);
            Thread.interrupted(); // not a command here, and it would make parking return at once
            try {
                if (goesOn.getAsBoolean()) {
                    ask.run();
                }
            } catch (Throwable t) {
                assert t != null; // a sink's or a log's; whoever asks for health hears of it, and this asks again
            }
        }
    }

    /** It ends when nothing goes on any more. Not waited for for long: it may be in code of others. */
    void end(long untilNs) {
        LockSupport.unpark(thread);
        if (Joining.join(thread, untilNs)) {
            Thread.currentThread().interrupt();
        }
    }
}
