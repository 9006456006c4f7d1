package io.millrace.bench.journal;

import java.util.concurrent.locks.LockSupport;

/** An open loop: event k is due at the start + k / rate, whatever happens. */
final class Pace {
    private final long begin;
    private final double nsAnEvent;

    Pace(long rate) {
        begin = System.nanoTime();
        nsAnEvent = 1e9 / rate;
    }

    long dueNs(long k) {
        return begin + (long) (k * nsAnEvent);
    }

    /** Yields, or sleeps where there is time for it: on few cores a thread that spins takes one from the engine. */
    void await(long k) {
        for (long left; (left = dueNs(k) - System.nanoTime()) > 0; ) {
            if (left > 100_000) {
                LockSupport.parkNanos(left - 60_000);
            } else {
                Thread.yield();
            }
        }
    }

    /** How far it is behind. */
    long lateNs(long k) {
        return System.nanoTime() - dueNs(k);
    }
}
