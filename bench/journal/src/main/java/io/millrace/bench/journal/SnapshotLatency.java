package io.millrace.bench.journal;

import io.millrace.engine.Engine;
import io.millrace.engine.Journaling;
import io.millrace.engine.Publisher;
import io.millrace.engine.Setup;
import io.millrace.event.Header;
import io.millrace.journal.Durability;
import io.millrace.metric.Held;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.HdrHistogram.Histogram;

/**
 * Latency of events while a snapshot of much state is made, beside that while none is, in turns, in one engine: the first behind its start,
 * for which the second core takes its memory, and those that follow.
 */
final class SnapshotLatency {
    private static final long RATE = 20_000;
    private static final long MOST_NS = 60_000_000_000L;
    private static final Duration LONGER_THAN_THIS = Duration.ofDays(1);
    private static final Duration LONG = Duration.ofMinutes(10);

    private final Path directory;
    private final Effort effort;
    private final Figures figures;
    private final int keys;
    private final Histogram without = new Histogram(MOST_NS, 3);
    private final Histogram first = new Histogram(MOST_NS, 3);
    private final Histogram later = new Histogram(MOST_NS, 3);
    private final Set<String> notHeld = new TreeSet<>();

    /** Written by the publisher while the engine is drained, read by the stage's thread. */
    private volatile Histogram into;

    SnapshotLatency(Path directory, Effort effort, Figures figures) {
        this.directory = directory;
        this.effort = effort;
        this.figures = figures;
        keys = (int) ((long) effort.stateMb() * (1 << 20) / Cards.WIDE_BYTES);
    }

    /** Answers whether the rate was held in all rounds, with a snapshot and without. */
    boolean run() throws IOException {
        long n = fill();
        try (Engine engine = start()) { // so the first snapshot takes over one from the disk, as behind any start
            Publisher<Cards.Payment> in = engine.publisher(Cards.PAYMENTS);
            n = publish(engine, in, n, without, null);
            n = snapshot(engine, in, n, first, "the first");
            for (int round = 0; round < effort.rounds(); round++) {
                n = publish(engine, in, n, without, null);
                n = snapshot(engine, in, n, later, "a later one");
            }
        }
        System.out.printf("%nsnapshots of %,d keys, about %,d MB; %,d events/s%n", keys, effort.stateMb(), RATE);
        tell("none is made", without);
        tell("the first", first);
        tell("a later one", later);
        notHeld.forEach(when -> System.out.println("FAIL: " + when + ": the rate was not held"));
        return notHeld.isEmpty();
    }

    /** All keys, and a snapshot of them; answers the number of the next event. */
    private long fill() throws IOException {
        try (Engine engine = start()) {
            Publisher<Cards.Payment> in = engine.publisher(Cards.PAYMENTS);
            for (long n = 0; n < keys; n++) {
                in.publish(Cards.Payment.of(n));
            }
            engine.drain(LONG);
            engine.makeSnapshot();
        }
        return keys;
    }

    private Engine start() throws IOException {
        Setup setup = Cards.setup(Cards.wide(keys)).stateBudget((long) effort.stateMb() * 2 << 20);
        return setup.journal(
                        Cards.journal(directory.resolve("snapshot"), Durability.PROCESS),
                        Journaling.plain().snapshotEvery(LONGER_THAN_THIS, Long.MAX_VALUE))
                .outputWithMeta(Cards.ALERTS, (d, meta) -> {
                    Histogram to = into;
                    if (to != null && meta.intendedNs() != 0) {
                        to.recordValue(Math.max(0, Math.min(MOST_NS, System.nanoTime() - meta.intendedNs())));
                    }
                })
                .start();
    }

    private long snapshot(Engine engine, Publisher<Cards.Payment> in, long from, Histogram to, String which) {
        Snapshot snapshot = new Snapshot(engine);
        long next = publish(engine, in, from, to, snapshot);
        if (snapshot.tookNs == 0) {
            throw new IllegalStateException("a snapshot failed, see above");
        }
        figures.row("snapshot", "making " + which).value("keys", keys).value("s", snapshot.tookNs / 1e9);
        System.out.printf("%s took %.1f s%n", which, snapshot.tookNs / 1e9);
        return next;
    }

    private void tell(String when, Histogram h) {
        figures.row("snapshot", when).waits(h);
        System.out.printf(
                "%-12s p50 %10.1f us   p99 %10.1f us   p99.9 %10.1f us   %,d events%n",
                when,
                h.getValueAtPercentile(50) / 1e3,
                h.getValueAtPercentile(99) / 1e3,
                h.getValueAtPercentile(99.9) / 1e3,
                h.getTotalCount());
    }

    /** A snapshot under way. */
    private static final class Snapshot extends Thread {
        private final Engine engine;
        private volatile long tookNs;

        Snapshot(Engine engine) {
            this.engine = engine;
            start();
        }

        @Override
        public void run() {
            long begin = System.nanoTime();
            engine.makeSnapshot();
            tookNs = System.nanoTime() - begin;
        }
    }

    /** For some seconds, or as long as a snapshot takes; answers the number of the next event. */
    private long publish(Engine engine, Publisher<Cards.Payment> in, long from, Histogram to, Snapshot during) {
        Header header = new Header();
        Pace pace = new Pace(RATE);
        into = to;
        long k = 0;
        for (; during == null ? k < RATE * effort.seconds() : during.isAlive(); k++) {
            pace.await(k);
            in.publish(Cards.Payment.of(from + k), header.clear().intendedNs(pace.dueNs(k)));
        }
        engine.drain(LONG);
        if (!Held.at(pace.lateNs(k))) {
            notHeld.add(during == null ? "none is made" : "while one is made");
        }
        into = null;
        return from + k;
    }
}
