package io.millrace.bench.journal;

import io.millrace.engine.Engine;
import io.millrace.engine.Publisher;
import io.millrace.event.Header;
import io.millrace.journal.Durability;
import io.millrace.rig.Held;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.HdrHistogram.Histogram;

/** Latency of events while a snapshot of much state is made beside that while none is, in turns, in one engine. */
final class SnapshotLatency {
    private static final long RATE = 20_000;
    private static final long MOST_NS = 60_000_000_000L;
    private static final Duration LONG = Duration.ofMinutes(10);

    private final Path directory;
    private final Effort effort;
    private final Figures figures;
    private final int keys;
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
        Histogram without = new Histogram(MOST_NS, 3);
        Histogram with = new Histogram(MOST_NS, 3);
        long budget = (long) effort.stateMb() * 2 << 20;
        try (Engine engine = Cards.at(
                        Cards.setup(Cards.wide(keys)).stateBudget(budget),
                        directory.resolve("snapshot"),
                        Durability.PROCESS)
                .outputWithMeta(Cards.ALERTS, (d, meta) -> {
                    Histogram to = into;
                    if (to != null && meta.intendedNs() != 0) {
                        to.recordValue(Math.max(0, Math.min(MOST_NS, System.nanoTime() - meta.intendedNs())));
                    }
                })
                .start()) {
            Publisher<Cards.Payment> in = engine.publisher(Cards.PAYMENTS);
            for (long n = 0; n < keys; n++) {
                in.publish(Cards.Payment.of(n));
            }
            engine.drain(LONG);
            engine.makeSnapshot();
            long n = keys;
            double took = 0;
            for (int round = 0; round < effort.rounds(); round++) {
                n = publish(engine, in, n, without, null);
                Snapshot snapshot = new Snapshot(engine);
                n = publish(engine, in, n, with, snapshot);
                if (snapshot.tookNs == 0) {
                    throw new IllegalStateException("a snapshot failed, see above");
                }
                took += snapshot.tookNs / 1e9;
            }
            figures.row("snapshot", "making it").value("keys", keys).value("s", took / effort.rounds());
            System.out.printf(
                    "%nsnapshots of %,d keys, about %,d MB, %.1f s each; %,d events/s%n",
                    keys, effort.stateMb(), took / effort.rounds(), RATE);
        }
        tell("without", without);
        tell("meanwhile", with);
        notHeld.forEach(when -> System.out.println("FAIL: " + when + " the rate was not held"));
        return notHeld.isEmpty();
    }

    private void tell(String when, Histogram h) {
        figures.row("snapshot", when).waits(h);
        System.out.printf(
                "%-10s p50 %10.1f us   p99 %10.1f us   p99.9 %10.1f us   %,d events%n",
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
            notHeld.add(during == null ? "without" : "meanwhile");
        }
        into = null;
        return from + k;
    }
}
