package io.millrace.bench.kill;

import java.util.concurrent.TimeUnit;

/** Looks whether a child gets on, however slow the machine is; one that stands is asked what its threads do. One thread's. */
final class Watch {
    /** Longer than a child waits for anything itself. */
    static final long PATIENCE_S = 180;

    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(PATIENCE_S);
    private static final long TELL_NS = 10_000_000_000L;
    private static final long LOOK_MS = 50;

    private final Process child;
    private final Instants instants;
    private long seen = -1;
    private long sinceNs;

    Watch(Process child, Instants instants) {
        this.child = child;
        this.instants = instants;
    }

    /** Whether nothing has moved for so long that nothing will. */
    boolean stands() {
        long now = instants.progress();
        if (now != seen) {
            seen = now;
            sinceNs = System.nanoTime();
        }
        return System.nanoTime() - sinceNs > PATIENCE_NS;
    }

    /** Until it ends by itself; answers false when it stands. */
    boolean awaitEnd() throws InterruptedException {
        while (!child.waitFor(LOOK_MS, TimeUnit.MILLISECONDS)) {
            if (stands()) {
                return false;
            }
        }
        return true;
    }

    /** What it waits for; its log says then what each thread does. */
    String whereItStands() throws InterruptedException {
        instants.ask();
        for (long asked = System.nanoTime(); !instants.hasTold() && System.nanoTime() - asked < TELL_NS; ) {
            Thread.sleep(LOOK_MS);
        }
        return "stood still for " + PATIENCE_S + " s, waiting for " + instants.phase() + ", " + instants;
    }
}
