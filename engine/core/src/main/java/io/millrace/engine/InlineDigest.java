package io.millrace.engine;

import io.millrace.metric.Digest;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps the digest beside the journal of an inline host now and then, on a thread of its own that sleeps nearly always: the owner only gives a
 * copy where it flushes its sinks, of which this is one that gets no events. An owner that stays away gives none, and has put out
 * nothing meanwhile.
 *
 * <p><b>Writers:</b> {@code stopped} by who closes; volatile, and an older value makes the thread look once more.
 */
final class InlineDigest extends SinkBeside implements Runnable {
    private static final Duration LOOK = Duration.ofMillis(100);

    private final JournalDigest digest;
    private final OwnersCopy<EngineStats.Copy> copies;
    private final Thread thread;

    /** The thread's. */
    private EngineStats.Copy asked;

    private volatile boolean stopped;

    /** Before the start; the host's journal has been read. */
    InlineDigest(Host host, EngineThreads threads) {
        digest = JournalDigest.atOnce(host.journal().log());
        copies = OwnersCopy.ofStats(host);
        digest.madeBy(this::lookFor);
        thread = threads.makeUndisturbed(
                ThreadPlacement.Role.HOUSEKEEPING, host.name(), "-digest", Waiting.parking(LOOK), this);
        host.sinks().beside(this);
    }

    void start() {
        thread.start();
    }

    @Override
    public void run() {
        while (!stopped) {
            try {
                digest.keepNowAndThen();
            } catch (Throwable e) {
                digest.failed(e); // it is only to compare with, and the next may be kept
            }
            LockSupport.parkNanos(this, LOOK.toNanos());
        }
    }

    private Digest lookFor() {
        if (asked == null) {
            asked = copies.ask();
        }
        if (!copies.isTaken(asked)) {
            return null;
        }
        EngineStats.Copy taken = asked;
        asked = null;
        return taken.stats().digest();
    }

    // ---- the owner

    @Override
    public void flush() {
        copies.give();
    }

    // ---- who closes

    /** Before the last one is kept. Answers whether its thread has ended, and so works with the journal no more. */
    boolean stop(long untilNs) {
        stopped = true;
        LockSupport.unpark(thread);
        Undisturbed.restore(Joining.join(thread, untilNs));
        return !thread.isAlive();
    }

    /** Behind {@link #stop}. */
    void keepLast(Digest last) {
        digest.keepLast(last);
    }

    /** Tells why none is kept. */
    void tell(Troubles to) {
        String why = digest.trouble();
        to.now("digest", why == null ? null : "journal: " + why);
    }
}
