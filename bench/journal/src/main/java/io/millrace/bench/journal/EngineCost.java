package io.millrace.bench.journal;

import io.millrace.engine.Engine;
import io.millrace.engine.Publisher;
import io.millrace.engine.Waiting;
import io.millrace.journal.Durability;
import io.millrace.rig.Held;
import io.millrace.rig.Median;
import io.millrace.transport.journal.Scratch;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What an event takes of the engine's own thread at a fixed rate, with a journal and without, in turns. The thread sleeps for a millisecond
 * when it has nothing to do, so that looking for work is no part of it.
 */
final class EngineCost {
    private static final long RATE = 500_000;
    private static final int BURST = 250;
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Durability[] LEVELS = {Durability.MEMORY, Durability.PROCESS, Durability.DISK};

    private final Path directory;
    private final Effort effort;
    private final Figures figures;

    EngineCost(Path directory, Effort effort, Figures figures) {
        this.directory = directory;
        this.effort = effort;
        this.figures = figures;
    }

    /** Answers whether the rate was held at each level. */
    boolean run() throws IOException {
        System.out.printf(
                "%n%-8s %14s %10s %10s %8s %s%n", "level", "ns an event", "least", "most", "added", "rate held");
        List<List<Double>> all = new ArrayList<>();
        boolean[] held = {true, true, true};
        for (int i = 0; i < LEVELS.length; i++) {
            all.add(new ArrayList<>());
        }
        for (int round = -1; round < effort.rounds(); round++) { // the first is for the compiler
            for (int i = 0; i < LEVELS.length; i++) {
                boolean[] heldNow = {true};
                double ns = measure(LEVELS[i], heldNow);
                if (round >= 0) {
                    all.get(i).add(ns);
                    held[i] &= heldNow[0];
                }
            }
        }
        for (int i = 0; i < LEVELS.length; i++) {
            Median r = Median.of(all.get(i));
            double added = 100 * (r.median() / Median.of(all.get(0)).median() - 1);
            figures.row("cost", LEVELS[i].name())
                    .runs("ns an event", r)
                    .value("added %", added)
                    .value("rate held", held[i]);
            System.out.printf(
                    "%-8s %14.1f %10.1f %10.1f %7.1f%% %s%n",
                    LEVELS[i], r.median(), r.least(), r.most(), added, held[i] ? "yes" : "FAIL");
        }
        return held[0] && held[1] && held[2];
    }

    private double measure(Durability level, boolean[] held) throws IOException {
        Path at = directory.resolve("cost");
        double ns;
        try (Engine engine = Cards.at(
                        Cards.setup(Cards.lookBack(false)).waiting(Waiting.parking(Duration.ofMillis(1))), at, level)
                .output(Cards.ALERTS, a -> {})
                .start()) {
            long thread = thread("millrace-cards");
            Publisher<Cards.Payment> in = engine.publisher(Cards.PAYMENTS);
            long n = publish(engine, in, 0, RATE * effort.seconds() / 2, new boolean[1]);
            long before = cpuNs(thread);
            long end = publish(engine, in, n, RATE * effort.seconds(), held);
            ns = (cpuNs(thread) - before) / (double) (end - n);
        }
        if (level != Durability.MEMORY) {
            Scratch.delete(at);
        }
        return ns;
    }

    private static long publish(Engine engine, Publisher<Cards.Payment> in, long from, long count, boolean[] held) {
        Pace pace = new Pace(RATE);
        for (long i = 0; i < count; i++) {
            if (i % BURST == 0) {
                pace.await(i);
            }
            in.publish(Cards.Payment.of(from + i));
        }
        engine.drain(LONG);
        held[0] &= Held.at(pace.lateNs(count));
        return from + count;
    }

    private static long thread(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().equals(name))
                .findFirst()
                .orElseThrow()
                .getId();
    }

    private static long cpuNs(long thread) {
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread);
    }
}
