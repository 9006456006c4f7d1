package io.millrace.bench.journal;

import io.millrace.bench.start.ClassArchive;
import io.millrace.engine.Engine;
import io.millrace.engine.Publisher;
import io.millrace.journal.Durability;
import io.millrace.rig.Median;
import io.millrace.transport.journal.Scratch;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How long a start takes behind a kill: a process makes a snapshot, takes so many entries more and is killed; then others start on that
 * journal, one after another, each killed when it is ready: in turns as a user starts a JVM, with a class archive of the JVM, and with
 * that and huge pages. The processor time beside it, of all threads of the process, says more on a machine that has other work.
 */
public final class Ready {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final long BEFORE = 200_000;
    private static final String IS_READY = "ready ";
    private static final String ONCE = "once";

    private static final List<String> JAVA = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xms1g",
            "--add-opens",
            "java.base/jdk.internal.misc=ALL-UNNAMED");

    private final Path directory;
    private final Effort effort;
    private final Figures figures;

    Ready(Path directory, Effort effort, Figures figures) {
        this.directory = directory;
        this.effort = effort;
        this.figures = figures;
    }

    void run() throws IOException, InterruptedException {
        Path at = directory.resolve("ready");
        Starts plain = new Starts("process begun until ready", List.of("-cp", System.getProperty("java.class.path")));
        List<String> archive = archive();
        Starts shared = new Starts("with a class archive", archive);
        List<String> with = new ArrayList<>(archive);
        with.add("-XX:+UseTransparentHugePages");
        Starts huge = new Starts("and with huge pages", with);
        start(at, effort.entries(), plain.options, System.nanoTime());
        int times = 5 * effort.rounds();
        for (int i = 0; i < times; i++) {
            plain.add(at);
            shared.add(at);
            huge.add(at);
        }
        engine(at).close(); // what the last one left in shared memory goes
        Scratch.delete(at);
        System.out.printf(
                "%n%-26s %8s %8s %8s   s, %d starts each on a tail of %,d entries%n",
                "behind a kill", "median", "least", "most", times, effort.entries());
        plain.tell(figures);
        shared.tell(figures);
        huge.tell(figures);
    }

    /** Its process comes by what the others come by: a snapshot, a tail, a start that reads both. */
    private List<String> archive() throws IOException, InterruptedException {
        Path jars = Files.createDirectory(directory.resolve("archive"));
        Path at = directory.resolve("archived");
        ClassArchive archive =
                ClassArchive.made(jars, JAVA, List.of(Ready.class.getName(), at.toString(), "1000", ONCE));
        if (!archive.exists()) {
            throw new IllegalStateException("no class archive: " + Files.readString(jars.resolve("archive.log")));
        }
        Scratch.delete(at);
        return archive.options();
    }

    /** Starts of one kind. */
    private static final class Starts {
        private final String name;
        private final List<String> options;
        private final List<Double> ready = new ArrayList<>();
        private final List<Double> cpu = new ArrayList<>();
        private final List<Double> recovery = new ArrayList<>();
        private final List<Double> rates = new ArrayList<>();

        Starts(String name, List<String> options) {
            this.name = name;
            this.options = options;
        }

        void add(Path at) throws IOException, InterruptedException {
            long begin = System.nanoTime();
            String[] words = start(at, 0, options, begin).split(" ");
            ready.add(Long.parseLong(words[3]) / 1e9);
            cpu.add(Long.parseLong(words[4]) / 1e9);
            double seconds = Long.parseLong(words[2]) / 1e9;
            recovery.add(seconds);
            rates.add(Long.parseLong(words[1]) / seconds);
        }

        void tell(Figures figures) {
            figures.row("ready", name)
                    .runs("s", Median.of(ready))
                    .runs("cpu s", Median.of(cpu))
                    .runs("entries again s", Median.of(recovery))
                    .runs("entries/s", Median.of(rates));
            tell(name, ready);
            tell("processor time", cpu);
            tell("of this, entries again", recovery);
            System.out.printf("%-26s %,8.0f entries/s%n", "", Median.of(rates).median());
        }

        private static void tell(String name, List<Double> seconds) {
            Median r = Median.of(seconds);
            System.out.printf("%-26s %8.2f %8.2f %8.2f%n", name, r.median(), r.least(), r.most());
        }
    }

    /** Answers what it said when it was ready, how long that took, and how long all processors together, and kills it. */
    private static String start(Path at, long entries, List<String> options, long begin)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(JAVA);
        command.addAll(options);
        command.addAll(List.of(Ready.class.getName(), at.toString(), Long.toString(entries)));
        Process child = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader said = child.inputReader(StandardCharsets.US_ASCII)) {
            String line = said.readLine();
            if (line == null || !line.startsWith(IS_READY)) {
                throw new IllegalStateException("a start ended: " + line);
            }
            long took = System.nanoTime() - begin;
            long cpu = child.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
            return line + " " + took + " " + cpu;
        } finally {
            child.toHandle().destroyForcibly();
            child.waitFor();
        }
    }

    /**
     * The process that is killed.
     *
     * @param arguments a directory, how many entries it takes behind a snapshot before it is ready to be killed, and {@code once} for one
     *     that ends by itself, behind a start on what it has written
     */
    public static void main(String[] arguments) {
        Path at = Path.of(arguments[0]);
        long entries = Long.parseLong(arguments[1]);
        if (arguments.length > 2 && arguments[2].equals(ONCE)) {
            try (Engine engine = engine(at)) {
                fill(engine, entries);
            }
            engine(at).close();
            return;
        }
        Engine engine = engine(at);
        if (entries > 0) {
            fill(engine, entries);
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

    /** A snapshot, and a tail of so many entries. */
    private static void fill(Engine engine, long entries) {
        take(engine, 0, BEFORE);
        engine.makeSnapshot();
        take(engine, BEFORE, BEFORE + entries);
    }

    private static Engine engine(Path at) {
        return Cards.at(Cards.setup(Cards.declared()), at, Durability.PROCESS)
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
