package io.millrace.engine;

import java.lang.System.Logger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Says each few seconds how far a start is that takes longer: there is no engine yet whose health could. */
final class RecoveryProgress {
    private static final Logger LOG = System.getLogger("io.millrace.engine");
    private static final long EVERY_NS = 5_000_000_000L;

    /** A clock costs more than many entries do. */
    private static final int LOOK_EVERY = 1 << 10;

    private final String host;
    private final long first;
    private final long next;
    private final LongSupplier clock;
    private final Consumer<String> to;
    private long toldNs;

    RecoveryProgress(String host, long first, long next) {
        this(host, first, next, HostClock::nanoTime, words -> LOG.log(Logger.Level.INFO, words));
    }

    RecoveryProgress(String host, long first, long next, LongSupplier clock, Consumer<String> to) {
        this.host = host;
        this.first = first;
        this.next = next;
        this.clock = clock;
        this.to = to;
        toldNs = clock.getAsLong();
    }

    /** An entry is about to be worked out. */
    void at(long sequence) {
        if ((sequence - first) % LOOK_EVERY != 0) {
            return;
        }
        long now = clock.getAsLong();
        if (now - toldNs >= EVERY_NS) {
            toldNs = now;
            to.accept("engine " + host + " is starting: " + (sequence - first) + " of " + (next - first)
                    + " entries of its journal are worked out again");
        }
    }
}
