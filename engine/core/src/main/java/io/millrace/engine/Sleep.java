package io.millrace.engine;

import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets threads that look at the same thing sleep for long, and be woken by the thread that changes it.
 *
 * <p><b>Writers:</b> {@code anyAsleep} is set by a thread that is about to sleep and cleared by the one that wakes all;
 * a thread is added at its start, or when it sleeps for the first time. <b>Readers:</b> a thread that has changed something checks
 * {@code anyAsleep}. <b>Ordering:</b> volatile. <b>Why it suffices:</b> a sleeper announces itself, looks once more
 * after a short sleep ({@link Idle}), and only then sleeps. The thread that clears the announcement wakes all that
 * were added, so one that is just about to sleep does not. If a thread changed something and saw no announcement, it
 * did so before the announcement, and the processor has shown the change to all within that short sleep. The memory
 * model alone does not promise this, because there is no full fence between the change and the check; a fence would
 * cost each publish more than all of this is worth. If a wake-up were missed, the sleep itself has an end.
 *
 * <p><b>Several sleepers</b> share the flag, so a thread that finds it set need not have set it: its own announcement
 * may have been cleared before its last look, and another's may have come after that, with a change between the two for
 * which nobody was woken. Therefore announcements are distinguished by how often they have been cleared. The count
 * increases after the flag is cleared and before anybody is woken: an announcement that was cleared with the flag has
 * the old count, or its sleeper is yet to be woken.
 */
final class Sleep {
    private final CopyOnWriteArrayList<Thread> sleepers = new CopyOnWriteArrayList<>();
    private final AtomicLong wakings = new AtomicLong();
    private volatile boolean anyAsleep;

    /** Called once by a thread that may sleep here, at its start: room for it is garbage that comes before all events. */
    void join() {
        sleepers.addIfAbsent(Thread.currentThread());
    }

    /**
     * Called before the last look: a thread that changes something from now on wakes this one. Returns what
     * distinguishes the announcement from others, at least 0.
     */
    long announce() {
        join();
        long mine = wakings.get(); // before the flag: one that is taken back meanwhile holds no more
        anyAsleep = true;
        return mine;
    }

    /** Whether that announcement still holds; if not, the thread that cleared it has woken all. */
    boolean isAnnounced(long announcement) {
        return anyAsleep && wakings.get() == announcement;
    }

    /** Called after a change. */
    void wake() {
        if (anyAsleep) {
            wakeAll();
        }
    }

    private void wakeAll() {
        anyAsleep = false;
        wakings.incrementAndGet();
        for (int i = 0; i < sleepers.size(); i++) { // none goes, and an iterator would be garbage
            LockSupport.unpark(sleepers.get(i));
        }
    }
}
