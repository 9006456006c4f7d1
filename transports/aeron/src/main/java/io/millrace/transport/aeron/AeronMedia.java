package io.millrace.transport.aeron;

import io.aeron.Aeron;
import io.aeron.CommonContext;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/**
 * A process's connection to Aeron: by default a media driver of its own, or that of a directory, and a client of it.
 * Use one for all sources and sinks of a process, and close it after them.
 *
 * <pre>{@code
 * try (AeronMedia media = AeronMedia.embedded().start();
 *         Engine engine = Engine.of(FRAUD)
 *                 .input(PAYMENTS, AeronSource.of(media, "aeron:udp?endpoint=0.0.0.0:4040", 10, PAYMENTS.type()))
 *                 .output(ALERTS, AeronSink.of(media, "aeron:ipc", 11, ALERTS.type()))
 *                 .start()) { ... }
 * }</pre>
 *
 * <p>When the driver is gone, or this process was paused for longer than the driver waits, sources and sinks report it
 * ({@link #trouble}) and go on as soon as there is a driver again. Errors that Aeron reports are kept
 * ({@link #errors}); none ends the JVM. Start the JVM with {@code --add-opens java.base/jdk.internal.misc=ALL-UNNAMED},
 * which Agrona's buffers need.
 */
public final class AeronMedia implements AutoCloseable {
    private static final long LOOK_NS = 20_000_000;

    /**
     * How long the buffers of a client that was cut off stay mapped: a thread that a pause has caught between checking
     * that they are there and reading them would end the JVM.
     */
    private static final long LINGER_NS = 500_000_000;

    /**
     * Senders report ten times a second that they live; at shorter timeouts they are more often mistaken for dead than
     * dead.
     */
    private static final long IMAGE_TIMEOUT_MIN_NS = 500_000_000;

    /**
     * How often the driver reports that it lives, and looks for clients that are gone; a fraction of the time that
     * either waits.
     */
    private static final long TIMER_NS = 250_000_000;

    private static final long KEEP_ALIVE_NS = 500_000_000;

    private static final AtomicLong NUMBER = new AtomicLong();

    private final MediaSetup setup;

    /** Null if the driver belongs to another process. */
    private final MediaDirectory own;

    private final File directory;
    private final DistinctErrors errors = new DistinctErrors();
    private final MediaDriver driver;
    private final AgentInvoker driverInvoker;
    private final Thread keeper;
    private volatile Aeron client;
    private volatile String trouble;
    private volatile boolean closed;
    private volatile long reconnects;

    /** Sources and sinks that have begun and have not been closed. */
    private final AtomicInteger users = new AtomicInteger();

    /** Used by the thread that connects. */
    private long triedNs;

    AeronMedia(MediaSetup setup) {
        AgronaAccess.check();
        this.setup = setup;
        own = setup.embedded ? MediaDirectory.of(setup.directory, setup.driverTimeout.toMillis()) : null;
        directory = own == null ? setup.directory : own.file();
        driver = setup.embedded ? launch() : null;
        driverInvoker = driver == null ? null : driver.sharedAgentInvoker();
        try {
            connect();
        } catch (Exception e) { // what Agrona throws undeclared is among them
            if (driver != null) {
                driver.close();
                own.close();
            }
            throw e;
        }
        keeper = new Thread(this::keep, "millrace-aeron-" + NUMBER.incrementAndGet());
        keeper.setDaemon(true);
        if (driverInvoker == null) {
            keeper.start();
        }
    }

    /**
     * Begins the setup with a media driver in this process, the default.
     *
     * @return to be configured and started
     */
    public static MediaSetup embedded() {
        return new MediaSetup(true, null);
    }

    /**
     * Begins the setup with the media driver of a directory, which some other process runs.
     *
     * @param directory its {@code aeron.dir}
     * @return to be started
     */
    public static MediaSetup external(Path directory) {
        return new MediaSetup(false, directory.toFile());
    }

    // ---- the driver

    private MediaDriver launch() {
        MediaSpace.check(directory, own.bytes(), setup.streams, setup.termBytes);
        MediaDriver.Context c = new MediaDriver.Context()
                .aeronDirectoryName(directory.getPath())
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .warnIfDirectoryExists(false)
                .termBufferSparseFile(false)
                .ipcTermBufferLength(setup.termBytes)
                .publicationTermBufferLength(setup.termBytes)
                .counterValuesBufferLength(MediaSpace.countersBytes(setup.streams))
                .lowStorageWarningThreshold(MediaSpace.streamBytes(setup.termBytes))
                .clientLivenessTimeoutNs(setup.driverTimeout.toNanos())
                .timerIntervalNs(Math.min(TIMER_NS, setup.driverTimeout.toNanos() / 4))
                .imageLivenessTimeoutNs(Math.max(setup.driverTimeout.toNanos(), IMAGE_TIMEOUT_MIN_NS))
                .publicationUnblockTimeoutNs(
                        setup.driverTimeout.multipliedBy(3).dividedBy(2).toNanos())
                .errorHandler(errors);
        threads(c, setup.fitting());
        MediaDriver launched = MediaDriver.launch(c);
        own.hold();
        return launched;
    }

    private static void threads(MediaDriver.Context c, Threading threading) {
        switch (threading) {
            case SHARED_NETWORK ->
                c.threadingMode(ThreadingMode.SHARED_NETWORK)
                        .sharedNetworkIdleStrategy(backOff())
                        .conductorIdleStrategy(backOff());
            case DEDICATED ->
                c.threadingMode(ThreadingMode.DEDICATED)
                        .senderIdleStrategy(BusySpinIdleStrategy.INSTANCE)
                        .receiverIdleStrategy(BusySpinIdleStrategy.INSTANCE)
                        .conductorIdleStrategy(backOff());
            case INVOKER -> c.threadingMode(ThreadingMode.INVOKER);
            default -> c.threadingMode(ThreadingMode.SHARED).sharedIdleStrategy(backOff());
        }
    }

    /** Yields before it sleeps: on few cores the threads it works for need the core. */
    static IdleStrategy backOff() {
        return new BackoffIdleStrategy(10, 100, 1_000, 1_000_000);
    }

    // ---- the client

    private void connect() {
        if (driver == null) {
            requireDriver();
        }
        Aeron.Context c = new Aeron.Context()
                .aeronDirectoryName(directory.getPath())
                .driverTimeoutMs(setup.driverTimeout.toMillis())
                .keepAliveIntervalNs(Math.min(KEEP_ALIVE_NS, setup.driverTimeout.toNanos() / 4))
                .closeLingerDurationNs(driverInvoker == null ? LINGER_NS : 0)
                .errorHandler(errors)
                .subscriberErrorHandler(errors);
        if (driverInvoker != null) {
            c.driverAgentInvoker(driverInvoker).useConductorAgentInvoker(true);
        }
        client = Aeron.connect(c);
        trouble = null;
    }

    private void requireDriver() {
        long timeoutMs = setup.driverTimeout.toMillis();
        Exception why = null;
        try {
            if (CommonContext.isDriverActive(directory, timeoutMs, s -> {})) {
                return;
            }
        } catch (Exception e) { // Agrona throws that of a file that may not be opened, and does not declare it
            why = e;
        }
        throw new IllegalStateException(AeronErrors.noDriver(directory, timeoutMs, why), why);
    }

    private void keep() {
        while (!closed) {
            LockSupport.parkNanos(this, LOOK_NS);
            look();
        }
    }

    private void look() {
        Aeron now = client;
        if (now != null && !now.isClosed()) {
            return;
        }
        if (now != null) {
            client = null;
            String why = errors.last();
            trouble = why == null ? "the connection to the media driver in " + directory + " was lost" : why;
        }
        try {
            connect();
            reconnects++;
        } catch (
                Throwable
                        e) { // an error, too: where a file goes while it is looked at, say, or there is no memory for a
            // moment
            errors.onError(e);
            trouble = e instanceof Exception && e.getMessage() != null ? e.getMessage() : e.toString();
        }
    }

    /** The client; null if there is none at the moment. */
    Aeron client() {
        Aeron now = client;
        return now == null || now.isClosed() ? null : now;
    }

    void use() {
        users.incrementAndGet();
    }

    void leave() {
        users.decrementAndGet();
    }

    DistinctErrors kept() {
        return errors;
    }

    boolean isClosed() {
        return closed;
    }

    /** Whether it has no threads, and so belongs to one. */
    boolean isOfOneThread() {
        return driverInvoker != null;
    }

    /** For threads that wait for the driver: they may have to run it themselves. */
    void help() {
        if (driverInvoker != null) {
            doWork();
        }
    }

    /**
     * Runs driver and client if no thread does ({@link Threading#INVOKER}); otherwise does nothing. For the one thread
     * that uses this media.
     *
     * @return how much there was to do
     */
    public int doWork() {
        if (driverInvoker == null || closed) {
            return 0;
        }
        Aeron now = client;
        int work = driverInvoker.invoke();
        if (now == null || now.isClosed()) {
            long nowNs = WireClock.nanoTime();
            if (nowNs - triedNs > LOOK_NS) {
                triedNs = nowNs;
                look();
            }
            return work;
        }
        return work + now.conductorAgentInvoker().invoke();
    }

    // ---- any thread

    /**
     * Returns the directory of the media driver, for other processes and for Aeron's own tools.
     *
     * @return absolute, or as it was given
     */
    public Path directory() {
        return directory.toPath();
    }

    /**
     * Returns which threads run the media driver, and how each waits if there is nothing to do. Part of the conditions
     * of a measurement.
     *
     * @return in words; for a driver of another process, that this is unknown
     */
    public String driverThreads() {
        if (driver == null) {
            return "those of another's driver in " + directory;
        }
        MediaDriver.Context c = driver.context();
        return c.threadingMode()
                + switch (c.threadingMode()) {
                    case SHARED -> ", all " + c.sharedIdleStrategy();
                    case SHARED_NETWORK ->
                        ", network " + c.sharedNetworkIdleStrategy() + ", conductor " + c.conductorIdleStrategy();
                    case DEDICATED ->
                        ", sender " + c.senderIdleStrategy() + ", receiver " + c.receiverIdleStrategy() + ", conductor "
                                + c.conductorIdleStrategy();
                    case INVOKER -> ", run by who calls doWork()";
                };
    }

    /**
     * Returns what Aeron has reported, once for each distinct stack.
     *
     * @return in the order in which each came first
     */
    public List<MediaError> errors() {
        return errors.list();
    }

    /**
     * Returns what is wrong now.
     *
     * @return in words; null if the driver answers
     */
    public String trouble() {
        return closed ? "the media have been closed" : trouble;
    }

    /**
     * Returns how often it has connected again.
     *
     * @return 0 while all was well
     */
    public long reconnects() {
        return reconnects;
    }

    /**
     * Closes the client, and the driver if it is its own. Close sources and sinks first; those that are still open
     * bring and send nothing more, and report it.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        LockSupport.unpark(keeper);
        boolean interrupted = false;
        while (keeper.isAlive() && keeper != Thread.currentThread()) {
            try {
                keeper.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (client != null) {
            if (users.get() == 0) {
                client.context().closeLingerDurationNs(0); // nobody can run into what is unmapped
            }
            client.close();
        }
        if (driver != null) {
            driver.close();
            own.close();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
