package io.millrace.transport.aeron;

import java.util.concurrent.atomic.AtomicLong;

/** A counter with one writer, and any readers, who may see it a moment late. */
final class Tally {
    private final AtomicLong value = new AtomicLong();

    void add(long n) {
        value.lazySet(value.getPlain() + n);
    }

    /** What another process says may be any number, and a count does not turn back: it ends with the greatest. */
    void addCapped(long n) {
        long had = value.getPlain();
        value.lazySet(n > Long.MAX_VALUE - had ? Long.MAX_VALUE : had + n);
    }

    void increment() {
        add(1);
    }

    long get() {
        return value.get();
    }
}
