package io.millrace.bench.journal;

import io.millrace.engine.Engine;
import io.millrace.engine.Publisher;
import io.millrace.journal.Durability;
import io.millrace.rig.Median;
import io.millrace.transport.journal.Scratch;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How long a start takes behind a kill: a process makes a snapshot, takes so many entries more and is killed; then others start on that
 * journal, one after another, each killed when it is ready.
 */
public final class Ready {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final long BEFORE = 200_000;
    private static final String IS_READY = "ready ";

    private final Path directory;
    private final Effort effort;

    Ready(Path directory, Effort effort) {
        this.directory = directory;
        this.effort = effort;
    }

    void run() throws IOException, InterruptedException {
        Path at = directory.resolve("ready");
        List<Double> starts = new ArrayList<>();
        List<Double> recoveries = new ArrayList<>();
        List<Double> rates = new ArrayList<>();
        start(at, effort.entries(), System.nanoTime());
        int times = 5 * effort.rounds();
        for (int i = 0; i < times; i++) {
            long begin = System.nanoTime();
            String[] words = start(at, 0, begin).split(" ");
            starts.add(Long.parseLong(words[3]) / 1e9);
            double seconds = Long.parseLong(words[2]) / 1e9;
            recoveries.add(seconds);
            rates.add(Long.parseLong(words[1]) / seconds);
        }
        engine(at).close(); // what the last one left in shared memory goes
        Scratch.delete(at);
        System.out.printf(
                "%n%-26s %8s %8s %8s   s, %d starts on a tail of %,d entries%n",
                "behind a kill", "median", "least", "most", times, effort.entries());
        tell("process begun until ready", starts);
        tell("of this, entries again", recoveries);
        System.out.printf("%,.0f entries/s (median)%n", Median.of(rates).median());
    }

    private static void tell(String what, List<Double> seconds) {
        Median r = Median.of(seconds);
        System.out.printf("%-26s %8.2f %8.2f %8.2f%n", what, r.median(), r.least(), r.most());
    }

    /** Answers what it said when it was ready, and how long that took, and kills it. */
    private static String start(Path at, long entries, long begin) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms1g",
                        "--add-opens",
                        "java.base/jdk.internal.misc=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Ready.class.getName(),
                        at.toString(),
                        Long.toString(entries)))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader said = child.inputReader(StandardCharsets.US_ASCII)) {
            String line = said.readLine();
            if (line == null || !line.startsWith(IS_READY)) {
                throw new IllegalStateException("a start ended: " + line);
            }
            return line + " " + (System.nanoTime() - begin);
        } finally {
            child.toHandle().destroyForcibly();
            child.waitFor();
        }
    }

    /**
     * The process that is killed.
     *
     * @param arguments a directory, how many entries it takes behind a snapshot before it is ready to be killed
     */
    public static void main(String[] arguments) {
        Engine engine = engine(Path.of(arguments[0]));
        long entries = Long.parseLong(arguments[1]);
        if (entries > 0) {
            take(engine, 0, BEFORE);
            engine.makeSnapshot();
            take(engine, BEFORE, BEFORE + entries);
        }
        long again = engine.recovered().next() - engine.recovered().first();
        System.out.println(IS_READY + again + " " + engine.recovered().took().toNanos());
        while (true) {
            try {
                Thread.sleep(1_000); // until it is killed
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static Engine engine(Path at) {
        return Cards.at(Cards.setup(Cards.lookBack(false)), at, Durability.PROCESS)
                .output(Cards.ALERTS, a -> {})
                .start();
    }

    private static void take(Engine engine, long from, long to) {
        Publisher<Cards.Payment> in = engine.publisher(Cards.PAYMENTS);
        long last = 0;
        for (long n = from; n < to; n++) {
            last = in.publish(Cards.Payment.of(n));
        }
        engine.awaitDurable(last, LONG);
    }
}
