package io.millrace.engine;

import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets threads that look at the same thing sleep for long, and be woken by whoever changes it.
 *
 * <p><b>Writers:</b> {@code anyAsleep} is set by who is about to sleep and taken back by who wakes all; a thread is added when it
 * sleeps for the first time. <b>Readers:</b> whoever has changed something asks {@code anyAsleep}. <b>Ordering:</b> volatile. <b>Why
 * it suffices:</b> a sleeper announces it, looks once more behind a short sleep ({@link Idle}), and sleeps then. Whoever takes the
 * announcement back wakes all who have ever slept, so that one who is just about to sleep does not. Who changed something and
 * saw no announcement did so before it: the processor has shown the change to all within that short sleep. The memory model
 * alone does not promise it, because there is no full fence between the change and the question, which would cost each
 * publish more than all of this is worth; were a wake-up missed, the sleep itself has an end.
 *
 * <p><b>Several sleepers</b> share the flag, so that one that finds it set need not have set it: its own announcement may have been taken
 * back before its last look, and another's have come behind that, with a change between the two that nobody was woken for.
 * So announcements are told apart by how often they have been taken back. The count goes up behind the flag and before anybody is
 * woken: an announcement that the flag's change took with it has the old count, or its sleeper is yet to be woken.
 */
final class Sleep {
    private final CopyOnWriteArrayList<Thread> sleepers = new CopyOnWriteArrayList<>();
    private final AtomicLong wakings = new AtomicLong();
    private volatile boolean anyAsleep;

    /** Before the last look: whoever changes something from now on wakes this thread. Answers what tells it from others, at least 0. */
    long announce() {
        sleepers.addIfAbsent(Thread.currentThread());
        long mine = wakings.get(); // before the flag: one that is taken back meanwhile holds no more
        anyAsleep = true;
        return mine;
    }

    /** Whether that announcement still holds; if not, whoever took it back has woken all. */
    boolean isAnnounced(long announcement) {
        return anyAsleep && wakings.get() == announcement;
    }

    /** Something has changed. */
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
