package io.millrace.bench.journal;

import io.millrace.engine.Engine;
import io.millrace.engine.Publisher;
import io.millrace.event.Header;
import io.millrace.journal.Durability;
import io.millrace.metric.Held;
import io.millrace.transport.journal.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.HdrHistogram.Histogram;

/**
 * How long from when an event was due until it is acknowledged, and until its output is let out, at each level in turns: at MEMORY it is
 * acknowledged when publishing has returned, and nothing is held.
 */
final class EngineWaits {
    private static final long RATE = 10_000;
    private static final long MOST_NS = 60_000_000_000L;
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Path directory;
    private final Effort effort;
    private final Figures figures;
    private final Map<Durability, Histogram> acknowledged = new EnumMap<>(Durability.class);
    private final Map<Durability, Histogram> letOut = new EnumMap<>(Durability.class);
    private final Set<Durability> notHeld = EnumSet.noneOf(Durability.class);

    EngineWaits(Path directory, Effort effort, Figures figures) {
        this.directory = directory;
        this.effort = effort;
        this.figures = figures;
        for (Durability level : Durability.values()) {
            acknowledged.put(level, new Histogram(MOST_NS, 3));
            letOut.put(level, new Histogram(MOST_NS, 3));
        }
    }

    /** Answers whether the rate was held at each level. */
    boolean run() throws IOException {
        for (int round = -1; round < effort.rounds(); round++) {
            for (Durability level : Durability.values()) {
                measure(level, round >= 0);
            }
        }
        System.out.printf(
                "%n%-8s %-14s %10s %10s %10s %10s   us, %,d events/s%n",
                "level", "until", "p50", "p99", "p99.9", "max", RATE);
        for (Durability level : Durability.values()) {
            tell(level, "acknowledged", acknowledged.get(level));
            tell(level, "output let out", letOut.get(level));
        }
        notHeld.forEach(level -> System.out.println("FAIL: at " + level + " the rate was not held"));
        return notHeld.isEmpty();
    }

    private void tell(Durability level, String until, Histogram h) {
        figures.row("engine", level + " " + until).waits(h);
        System.out.printf(
                "%-8s %-14s %10.1f %10.1f %10.1f %10.1f%n",
                level,
                until,
                h.getValueAtPercentile(50) / 1e3,
                h.getValueAtPercentile(99) / 1e3,
                h.getValueAtPercentile(99.9) / 1e3,
                h.getMaxValue() / 1e3);
    }

    private void measure(Durability level, boolean counts) throws IOException {
        Path at = directory.resolve("waits");
        Histogram outs = new Histogram(MOST_NS, 3);
        Histogram acks = new Histogram(MOST_NS, 3);
        try (Engine engine = Cards.at(Cards.setup(Cards.lookBack(true)), at, level)
                .outputWithMeta(
                        Cards.ALERTS,
                        (d, meta) ->
                                outs.recordValue(Math.max(0, Math.min(MOST_NS, System.nanoTime() - meta.intendedNs()))))
                .start()) {
            Acknowledgements waits = new Acknowledgements(engine, level, acks);
            Publisher<Cards.Payment> in = engine.publisher(Cards.PAYMENTS);
            Header header = new Header();
            Pace pace = new Pace(RATE);
            long events = RATE * effort.seconds();
            for (long k = 0; k < events; k++) {
                while (pace.lateNs(k) < 0) {
                    waits.look();
                    Thread.yield();
                }
                waits.published(
                        in.publish(Cards.Payment.of(k), header.clear().intendedNs(pace.dueNs(k))), pace.dueNs(k));
            }
            waits.finish();
            engine.drain(LONG);
            if (counts && !Held.at(pace.lateNs(events))) {
                notHeld.add(level);
            }
        }
        if (counts) {
            acknowledged.get(level).add(acks);
            letOut.get(level).add(outs); // the engine has ended, and so has its thread
        }
        if (level != Durability.MEMORY) {
            Scratch.delete(at);
        }
    }

    /** What was published and is not acknowledged yet; of the publisher. */
    private static final class Acknowledgements {
        private final Engine engine;
        private final Durability level;
        private final Histogram to;
        private final long[] places = new long[1 << 20];
        private final long[] due = new long[1 << 20];
        private int head;
        private int tail;

        Acknowledgements(Engine engine, Durability level, Histogram to) {
            this.engine = engine;
            this.level = level;
            this.to = to;
        }

        void published(long place, long dueNs) {
            if (level == Durability.MEMORY) {
                to.recordValue(Math.max(0, System.nanoTime() - dueNs));
                return;
            }
            places[tail & places.length - 1] = place;
            due[tail++ & due.length - 1] = dueNs;
            look();
        }

        void look() {
            long durable = level == Durability.MEMORY ? -1 : engine.durable();
            long now = System.nanoTime();
            while (head != tail && places[head & places.length - 1] <= durable) {
                to.recordValue(Math.max(0, now - due[head++ & due.length - 1]));
            }
        }

        void finish() {
            while (head != tail) {
                look();
                Thread.yield();
            }
        }
    }
}
