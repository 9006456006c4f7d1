package io.millrace.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Which threads of a live engine stand still: stages and blocking sinks that have been in one entry, or in one call of a receiver, for
 * longer than a bound. They say nothing for it that they would not say otherwise; somebody else looks now and then whether they have moved.
 *
 * <p><b>Writers:</b> housekeeping, and whoever asks, under the lock of this. What they look at is written by its own thread, opaque or by
 * a release. <b>Why it suffices:</b> an older number makes a thread seem to stand for a little longer, and the next look sets that right.
 */
final class Stalls {
    /** Looks in the time of a bound. */
    private static final int LOOKS = 8;

    private static final long EVERY_LEAST_NS = 1_000_000;

    private final long boundNs;
    private final LongSupplier clock;
    private final List<Watched> watched = new ArrayList<>();
    private long lookedNs;

    /** One of them, and for how long it has not moved. */
    private static final class Watched {
        private final Stepping of;
        private long steps = Long.MIN_VALUE;
        private long stillNs;

        Watched(Stepping of) {
            this.of = of;
        }

        void look(long passedNs) {
            long now = of.steps();
            stillNs = now != steps || of.rests() ? 0 : stillNs + passedNs;
            steps = now;
        }
    }

    Stalls(long boundNs, LongSupplier clock) {
        this.boundNs = boundNs;
        this.clock = clock;
        lookedNs = clock.getAsLong();
    }

    synchronized void watch(List<? extends Stepping> all) {
        all.forEach(s -> watched.add(new Watched(s)));
    }

    /** How often to look, at least. */
    long everyNs() {
        return Math.max(EVERY_LEAST_NS, boundNs / LOOKS);
    }

    /** Looks once more. When nobody has looked for long the whole process stood, which is nothing that a thread of it did. */
    synchronized void look() {
        long nowNs = clock.getAsLong();
        long passedNs = Math.min(nowNs - lookedNs, boundNs / 2);
        lookedNs = nowNs;
        for (int i = 0; i < watched.size(); i++) { // no iterator: housekeeping comes by often
            watched.get(i).look(passedNs);
        }
    }

    /** Tells what stands still now. */
    synchronized void tell(Troubles to) {
        look();
        for (int i = 0; i < watched.size(); i++) {
            Watched w = watched.get(i);
            if (w.stillNs >= boundNs) {
                to.now("still " + i, w.of.where() + at(w.of.thread()) + " for " + w.stillNs / 1_000_000 + " ms");
            }
        }
    }

    /** The line of code in which it stands that is neither the JDK's nor the engine's own waiting. */
    static String at(Thread thread) {
        if (thread != null) {
            for (StackTraceElement f : thread.getStackTrace()) {
                String module = f.getModuleName();
                boolean isJdk = module != null && (module.startsWith("java.") || module.startsWith("jdk."));
                if (!isJdk && !f.getClassName().equals(Idle.class.getName())) {
                    return " (" + f.getClassName() + "." + f.getMethodName() + ", line " + f.getLineNumber() + ")";
                }
            }
        }
        return "";
    }
}
