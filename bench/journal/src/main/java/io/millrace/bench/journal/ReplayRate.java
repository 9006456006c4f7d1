package io.millrace.bench.journal;

import io.millrace.engine.Engine;
import io.millrace.engine.Publisher;
import io.millrace.engine.Replay;
import io.millrace.journal.Durability;
import io.millrace.rig.Median;
import io.millrace.transport.journal.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Entries a second live, with a journal, as fast as they are taken and at a fixed rate; and of the replay of the same journal; in turns. A replay
 * is the same engine on the same entries, so beside the most that the engine takes it shows what a replay saves, and beside the fixed rate
 * how long a day of it takes.
 */
final class ReplayRate {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final long RATE = 500_000;
    private static final int BURST = 250;

    private final Path directory;
    private final Effort effort;
    private final Figures figures;

    ReplayRate(Path directory, Effort effort, Figures figures) {
        this.directory = directory;
        this.effort = effort;
        this.figures = figures;
    }

    void run() throws IOException {
        List<Double> live = new ArrayList<>();
        List<Double> paced = new ArrayList<>();
        List<Double> replayed = new ArrayList<>();
        for (int round = -1; round < effort.rounds(); round++) {
            Path at = directory.resolve("replay");
            double atRate = live(at, true);
            Scratch.delete(at);
            double rate = live(at, false);
            Replay.Report report = Replay.of(
                            Cards.setup(Cards.lookBack(false)).output(Cards.ALERTS, a -> {}),
                            Cards.journal(at, Durability.PROCESS))
                    .run();
            if (!report.isEqual()) {
                throw new IllegalStateException("the replay differs: " + report);
            }
            if (round >= 0) {
                paced.add(atRate);
                live.add(rate);
                replayed.add(report.evaluated() * 1e9 / report.took().toNanos());
            }
            Scratch.delete(at);
        }
        System.out.printf(
                "%n%-10s %14s %14s %14s   entries/s of %,d%n", "", "median", "least", "most", effort.entries());
        double taken = tell("live", live);
        double held = tell("live paced", paced);
        double again = tell("replay", replayed);
        figures.row("replay", "replay to live")
                .value("as fast as it goes", again / taken)
                .value("at " + RATE, again / held);
        System.out.printf("replay to live, as fast as it takes entries %.2f%n", again / taken);
        System.out.printf("replay to live at %,d/s %.2f%n", RATE, again / held);
    }

    private double tell(String what, List<Double> rates) {
        Median r = Median.of(rates);
        figures.row("replay", what).runs("entries/s", r);
        System.out.printf("%-10s %,14.0f %,14.0f %,14.0f%n", what, r.median(), r.least(), r.most());
        return r.median();
    }

    private double live(Path at, boolean isPaced) throws IOException {
        try (Engine engine = Cards.at(Cards.setup(Cards.lookBack(false)), at, Durability.PROCESS)
                .output(Cards.ALERTS, a -> {})
                .start()) {
            Publisher<Cards.Payment> in = engine.publisher(Cards.PAYMENTS);
            long begin = System.nanoTime();
            Pace pace = new Pace(RATE);
            for (long n = 0; n < effort.entries(); n++) {
                if (isPaced && n % BURST == 0) {
                    pace.await(n);
                }
                in.publish(Cards.Payment.of(n));
            }
            engine.drain(LONG);
            return effort.entries() * 1e9 / (System.nanoTime() - begin);
        }
    }
}
