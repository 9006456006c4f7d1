package io.millrace.bench.journal;

import io.millrace.engine.Engine;
import io.millrace.engine.Publisher;
import io.millrace.engine.Waiting;
import io.millrace.journal.Durability;
import io.millrace.metric.Held;
import io.millrace.rig.Median;
import io.millrace.transport.journal.Scratch;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an event takes of the engine's own thread at a fixed rate, with a journal and without. The thread sleeps for a millisecond
 * when it has nothing to do, so that looking for work is no part of it. One engine of each level lives at the same time, and they take
 * turns of half a second: a machine that is slower for seconds on end is so for all of them, and each turn is compared with that of its own time.
 */
final class EngineCost {
    private static final long RATE = 500_000;
    private static final int BURST = 250;
    private static final int TURNS_A_SECOND = 2;
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
        List<Load> loads = new ArrayList<>();
        try {
            for (Durability level : LEVELS) {
                loads.add(new Load(level, directory.resolve("cost-" + level)));
            }
            turns(loads, TURNS_A_SECOND * effort.seconds());
            loads.forEach(Load::forget); // that was for the compiler
            turns(loads, TURNS_A_SECOND * effort.seconds() * effort.rounds());
        } finally {
            for (Load load : loads) {
                load.close();
            }
        }
        System.out.printf(
                "%n%-8s %14s %10s %10s %8s %s%n", "level", "ns an event", "least", "most", "added", "rate held");
        boolean held = true;
        for (Load load : loads) {
            load.tell(loads.get(0));
            held &= load.held;
        }
        return held;
    }

    /** Which one is first changes from turn to turn. */
    private static void turns(List<Load> loads, long turns) {
        for (int turn = 0; turn < turns; turn++) {
            for (int i = 0; i < loads.size(); i++) {
                loads.get((turn + i) % loads.size()).turn();
            }
        }
    }

    /** One engine, and who publishes to it. */
    private final class Load implements AutoCloseable {
        private final Durability level;
        private final Path at;
        private final Engine engine;
        private final long thread;
        private final Publisher<Cards.Payment> in;
        private final List<Double> ns = new ArrayList<>();
        private long published;
        private boolean held = true;

        Load(Durability level, Path at) {
            this.level = level;
            this.at = at;
            Set<Long> before = stages();
            engine = Cards.at(
                            Cards.setup(Cards.lookBack(false)).waiting(Waiting.parking(Duration.ofMillis(1))),
                            at,
                            level)
                    .output(Cards.ALERTS, a -> {})
                    .start();
            Set<Long> now = stages();
            now.removeAll(before);
            thread = now.iterator().next();
            in = engine.publisher(Cards.PAYMENTS);
        }

        void forget() {
            ns.clear();
            held = true;
        }

        /** A tenth as much before: what it does is in no cache, since others had their turn. */
        void turn() {
            long count = RATE / TURNS_A_SECOND;
            publish(count / 10);
            long before = cpuNs(thread);
            long lateNs = publish(count);
            ns.add((cpuNs(thread) - before) / (double) count);
            held &= Held.at(lateNs);
        }

        /** Answers how far it was behind in the end. */
        private long publish(long count) {
            Pace pace = new Pace(RATE);
            for (long i = 0; i < count; i++) {
                if (i % BURST == 0) {
                    pace.await(i);
                }
                in.publish(Cards.Payment.of(published++));
            }
            engine.drain(LONG);
            return pace.lateNs(count);
        }

        void tell(Load first) {
            Median all = Median.of(ns);
            List<Double> added = new ArrayList<>();
            for (int i = 0; i < ns.size(); i++) {
                added.add(100 * (ns.get(i) / first.ns.get(i) - 1));
            }
            double more = Median.of(added).median();
            figures.row("cost", level.name())
                    .runs("ns an event", all)
                    .value("added %", more)
                    .value("rate held", held);
            System.out.printf(
                    "%-8s %14.1f %10.1f %10.1f %7.1f%% %s%n",
                    level, all.median(), all.least(), all.most(), more, held ? "yes" : "FAIL");
        }

        @Override
        public void close() throws IOException {
            engine.close();
            if (level != Durability.MEMORY) {
                Scratch.delete(at);
            }
        }
    }

    /** Threads of stages of engines that live. */
    private static Set<Long> stages() {
        Set<Long> ids = new TreeSet<>();
        for (Thread t : Thread.getAllStackTraces().keySet()) {
            if (t.getName().equals("millrace-cards")) {
                ids.add(t.getId());
            }
        }
        return ids;
    }

    private static long cpuNs(long thread) {
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread);
    }
}
