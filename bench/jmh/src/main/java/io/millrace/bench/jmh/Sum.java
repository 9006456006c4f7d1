package io.millrace.bench.jmh;

/** Where results go, so that no step is without effect. One thread. */
final class Sum {
    private long sum;

    void add(long value) {
        sum += value;
    }

    long get() {
        return sum;
    }
}
