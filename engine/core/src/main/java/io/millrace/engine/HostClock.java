package io.millrace.engine;

/** The one place where hosts read clocks. Nothing that an operator computes depends on it. */
final class HostClock {
    private HostClock() {}

    /** Monotonic, for deadlines and latencies. */
    static long nanoTime() {
        return System.nanoTime();
    }

    /** Nanoseconds since the epoch, for ticks. */
    static long epochNs() {
        return System.currentTimeMillis() * 1_000_000;
    }
}
