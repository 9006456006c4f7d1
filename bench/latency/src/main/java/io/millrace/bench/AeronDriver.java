package io.millrace.bench;

import io.millrace.transport.aeron.AeronMedia;
import io.millrace.transport.aeron.Threading;
import java.util.concurrent.locks.LockSupport;

/**
 * The media driver of both sides. Where it has no threads of its own, the thread that measures runs it between its looks, and, one way and while
 * that one is busy with a start or an end, a thread that does nothing else; both sides then have clients with a conductor of their own.
 */
final class AeronDriver implements AutoCloseable {
    private static final int TERM_BYTES = 16 << 20;

    private final AeronMedia own;

    /** By which our ends go; the same where the driver has threads. */
    private final AeronMedia ours;

    /** Null where the driver has threads. */
    private final Thread runs;

    /** Of the thread that measures. */
    private boolean isMine;

    private volatile boolean isTaken;
    private volatile boolean isResting;
    private volatile boolean stopped;

    AeronDriver(Threading threading) {
        own = AeronMedia.embedded().termBytes(TERM_BYTES).threading(threading).start();
        runs = threading == Threading.INVOKER ? new Thread(this::runIt, "driver") : null;
        if (runs == null) {
            ours = own;
        } else {
            runs.setDaemon(true);
            runs.start();
            ours = AeronMedia.external(own.directory()).start();
        }
    }

    AeronMedia media() {
        return ours;
    }

    /** Its threads, and how they wait. */
    String words() {
        return own.driverThreads();
    }

    private void runIt() {
        while (!stopped) {
            if (isTaken) {
                isResting = true;
                while (isTaken && !stopped) {
                    LockSupport.park(this);
                }
                isResting = false;
            } else if (own.doWork() == 0) {
                Thread.yield();
            }
        }
    }

    /** From here on the calling thread runs it, where it has no threads. */
    void take() {
        if (runs != null) {
            isTaken = true;
            while (!isResting) {
                if (!runs.isAlive()) {
                    throw new AeronSides.Ended("the thread that runs the driver has ended, see above; try again");
                }
                Thread.yield();
            }
            isMine = true;
        }
    }

    /** Until here. */
    void give() {
        if (runs != null) {
            isMine = false;
            isTaken = false;
            LockSupport.unpark(runs);
            while (isResting && runs.isAlive()) {
                Thread.yield();
            }
        }
    }

    /** Between two looks of the thread that measures. */
    void run() {
        if (isMine) {
            own.doWork();
        }
    }

    @Override
    public void close() {
        if (runs != null) {
            give();
            ours.close();
            stopped = true;
            try {
                runs.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        own.close();
    }
}
