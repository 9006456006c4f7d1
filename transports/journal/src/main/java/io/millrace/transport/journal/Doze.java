package io.millrace.transport.journal;

import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * The sleep of one thread, which whoever has work for it ends.
 *
 * <p><b>Writer:</b> the thread itself, {@code asleep}. <b>Readers:</b> whoever has work. <b>Ordering:</b> {@code asleep} is volatile, and
 * between the work and the question whether it sleeps stands a full fence. <b>Why it suffices:</b> the thread says that it is about to
 * sleep and looks for work then; the other shows the work and asks then. One of the two comes first, so either the thread sees the work,
 * or the other that it sleeps.
 */
final class Doze {
    private volatile boolean asleep;

    /** For the thread: looks for work behind this, and sleeps when there is none. */
    void begin() {
        asleep = true;
    }

    void end() {
        asleep = false;
    }

    /** For who has work, behind showing it. */
    boolean isNeeded() {
        VarHandle.fullFence();
        return asleep;
    }

    void wake(Thread sleeper) {
        if (isNeeded()) {
            LockSupport.unpark(sleeper);
        }
    }
}
