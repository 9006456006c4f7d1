package io.millrace.transport.journal;

import java.util.concurrent.locks.LockSupport;

/** Waiting, also with the thread's interrupt set. */
final class Pause {
    private Pause() {}

    static void ofMillis(int millis) {
        LockSupport.parkNanos(millis * 1_000_000L);
    }
}
