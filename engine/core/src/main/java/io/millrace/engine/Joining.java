package io.millrace.engine;

import java.util.List;

/** Waits for threads to end, through interrupts: nothing is left running because somebody is in a hurry. */
final class Joining {
    private Joining() {}

    /** Waits for a thread, but not for oneself; answers whether the caller was interrupted meanwhile. */
    static boolean join(Thread thread, long untilNs) {
        boolean interrupted = false;
        long leftNs;
        while (thread.isAlive() && thread != Thread.currentThread() && (leftNs = untilNs - HostClock.nanoTime()) > 0) {
            try {
                thread.join(Math.max(1, leftNs / 1_000_000));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return interrupted;
    }

    /** Waits for all of them; goes on through interrupts, and keeps them for the caller. */
    static void all(List<Thread> threads, long untilNs) {
        boolean interrupted = false;
        for (Thread t : threads) {
            interrupted |= join(t, untilNs);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
