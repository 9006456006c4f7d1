package io.millrace.runtime;

/** The clock by which sampled events are measured: that of the publishers' intended times. */
final class SampleClock {
    private SampleClock() {}

    static long nanoTime() {
        return System.nanoTime();
    }
}
