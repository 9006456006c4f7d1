package io.millrace.bench;

import io.millrace.bench.command.BenchCommand;
import io.millrace.bench.message.TransactionEncoder;
import io.millrace.bench.topologies.BenchTopology;
import io.millrace.bench.topologies.Messages;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Generator;
import io.millrace.bench.workloads.Loop;
import io.millrace.bench.workloads.Reference;
import io.millrace.bench.workloads.Tx;
import io.millrace.bench.workloads.Workload;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.engine.Claims;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Setup;
import io.millrace.engine.WarmUp;
import io.millrace.engine.WarmUpReport;
import io.millrace.event.Header;
import io.millrace.metric.Held;
import io.millrace.rig.HistogramText;
import io.millrace.rig.Hlog;
import io.millrace.rig.Json;
import io.millrace.rig.Machine;
import io.millrace.rig.Median;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * The first events of an engine, with and without a warm-up: each run is a JVM of its own, whose generator and publisher have run before
 * in both cases, but for the engine. An event is due each millisecond, and its latency counts from then until it is decided: the first one's
 * slowness is in what the next ones wait.
 */
final class WarmUpCommand implements BenchCommand {
    private static final List<String> KINDS = List.of("cold", "warm");
    private static final List<String> NAMES = List.of("first", "p50", "p90", "p99", "max");
    private static final int HELD = 6;
    private static final List<String> WORKLOADS = List.of("W0", "W1", "W2");
    private static final List<String> HOSTS = List.of("inline", "live");
    /** Fewer are over before a cold JVM has gone through the first. */
    private static final int EVENTS_MIN = 100;

    private static final int EVENTS_MAX = 1_000_000;
    private static final int AT_LEAST_MAX = 100_000_000;
    static final String MARK = "warm-up ";
    private static final long EVERY_NS = 1_000_000;
    private static final long SPIN_NS = 200_000;
    private static final long GENERATED = 200_000;

    @Override
    public String name() {
        return "warm-up";
    }

    @Override
    public String summary() {
        return "latency of the first events of an engine, with and without a warm-up";
    }

    @Override
    public Options options() {
        return new Options("bench/run", name())
                .option("--workload", "W", "W0", "W0, W1 or W2")
                .option("--host", "HOST", "inline", "inline or live")
                .option("--events", "N", "1000", "how many events are measured")
                .option("--runs", "N", "5", "JVMs each")
                .option("--at-least", "N", "200000", "events of the warm-up, at least")
                .option("--jvm", "FLAGS", "-Xms2g -Xmx2g -XX:+UseG1GC", "flags of the JVMs")
                .option("--json", "FILE", null, "also write the figures to this file")
                .option("--hlog", "FILE", null, "also write the latencies of each JVM to this file (HdrHistogram log)")
                .option("--one", "POINT", null, "cold or warm: one run in this JVM, for the command itself");
    }

    @Override
    public int run(Options options) throws IOException, UsageException, InterruptedException {
        if (options.has("--one")) {
            options.oneOf("--one", KINDS);
            one(options);
            return 0;
        }
        options.oneOf("--workload", WORKLOADS);
        options.oneOf("--host", HOSTS);
        options.number("--events", EVENTS_MIN, EVENTS_MAX);
        options.number("--at-least", 1, AT_LEAST_MAX);
        List<String> jvm = Common.flags(options);
        Map<String, Object> figures = Machine.tellWithJitter(jvm);
        Machine.Watch watch = new Machine.Watch();
        int runs = (int) options.number("--runs", 1, 100);
        Map<String, List<One>> all = new LinkedHashMap<>();
        KINDS.forEach(kind -> all.put(kind, new ArrayList<>()));
        for (int i = 0; i < runs; i++) {
            for (String kind : KINDS) {
                all.get(kind).add(child(kind, options, jvm));
            }
        }
        System.out.println(
                "µs from when an event was due until it is decided: the first, and percentiles; each the median of the runs");
        System.out.printf("%-6s", "engine");
        NAMES.forEach(name -> System.out.printf(" %9s", name));
        System.out.printf(" %12s%n", "warm-up, ms");
        all.forEach((kind, rows) -> print(kind, rows, figures));
        watch.end(figures);
        boolean held = all.values().stream().flatMap(List::stream).allMatch(One::isHeld);
        figures.put("held", held);
        if (!held) {
            System.out.println("FAIL: the rate was not held");
        }
        if (options.has("--json")) {
            Json.write(Path.of(options.text("--json")), figures);
        }
        if (options.has("--hlog")) {
            writeHlog(options.text("--hlog"), all, options.number("--events", EVENTS_MIN, EVENTS_MAX));
        }
        return held ? 0 : 1;
    }

    /** What one JVM has said: the figures of the table and whether the rate was held, and all latencies. */
    record One(double[] figures, Histogram ns) {
        boolean isHeld() {
            return figures[HELD] == 1;
        }

        static One of(String words) {
            int last = words.lastIndexOf(' ');
            return new One(
                    Arrays.stream(words.substring(0, last).split(" "))
                            .mapToDouble(Double::parseDouble)
                            .toArray(),
                    HistogramText.parse(words.substring(last + 1)));
        }
    }

    static void writeHlog(String file, Map<String, List<One>> all, long events) throws IOException {
        long seconds = Math.max(1, events * EVERY_NS / 1_000_000_000);
        try (Hlog log = new Hlog(file)) {
            all.forEach((kind, rows) -> {
                for (int run = 0; run < rows.size(); run++) {
                    log.add(kind, run, seconds, rows.get(run).ns);
                }
            });
        }
    }

    private static void print(String kind, List<One> rows, Map<String, Object> figures) {
        System.out.printf("%-6s", kind);
        for (int i = 0; i <= NAMES.size(); i++) {
            int column = i;
            double median = Median.of(rows.stream().map(r -> r.figures[column]).toList())
                    .median();
            figures.put(kind + " " + (i < NAMES.size() ? NAMES.get(i) : "warm-up ms"), median);
            System.out.printf(i < NAMES.size() ? " %9.1f" : " %12.0f", median);
        }
        System.out.println();
    }

    private static One child(String kind, Options options, List<String> jvm) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED"));
        command.addAll(jvm);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "warm-up"));
        for (String name : List.of("workload", "host", "events", "at-least")) {
            command.addAll(List.of("--" + name, options.text("--" + name)));
        }
        command.addAll(List.of("--one", kind));
        Path said = Files.createTempFile("millrace-warm-up", ".err");
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(said.toFile()).start();
            One result = heard(process);
            if (process.waitFor() != 0 || result == null) {
                System.err.print(
                        Files.readString(said)); // an engine says at its start which threads it has: of no use else
                throw new IOException("the JVM of the " + kind + " engine has failed, see above");
            }
            return result;
        } finally {
            Files.delete(said);
        }
    }

    private static One heard(Process process) throws IOException {
        One result = null;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(MARK)) {
                    result = One.of(line.substring(MARK.length()));
                }
            }
        }
        return result;
    }

    // ---- one run

    /** What has come, by the thread that decides; read when that has ended. */
    private static final class Seen {
        private final long[] ns;
        private long count;

        Seen(int most) {
            ns = new long[most];
        }

        void on(long intendedNs) {
            if (count < ns.length) {
                ns[(int) count] = System.nanoTime() - intendedNs;
            }
            count++;
        }
    }

    private static void one(Options options) throws UsageException {
        Workload workload = Common.workload(options);
        int events = (int) options.number("--events", EVENTS_MIN, EVENTS_MAX);
        Generator generator = new Generator(workload);
        Tx tx = new Tx();
        for (long i = 0; i < GENERATED; i++) {
            generator.fill(i, tx);
        }
        Seen seen = new Seen(events);
        Answer answer = new Answer();
        Setup setup = BenchTopology.of(workload).setUp(answer, (id, intendedNs) -> seen.on(intendedNs));
        if (options.text("--one").equals("warm")) {
            setup.warmUp(WarmUp.filled(Messages.TRANSACTIONS, (i, out) -> {
                        generator.fill(i, tx);
                        Messages.encode(tx, out);
                    })
                    .atLeast(options.number("--at-least", 1, AT_LEAST_MAX))
                    .atMost(Duration.ofMinutes(1)));
        }
        Run run = options.text("--host").equals("live")
                ? live(setup, generator, events, answer)
                : inline(setup, generator, events, answer);
        requireRight(workload, generator, events, seen.count, run.answer);
        long[] sorted = Arrays.copyOf(seen.ns, (int) seen.count);
        Arrays.sort(sorted);
        StringBuilder line = new StringBuilder(MARK).append(seen.ns[0] / 1e3);
        for (double part : new double[] {0.5, 0.9, 0.99, 1}) {
            line.append(' ').append(sorted[(int) Math.min(sorted.length - 1, part * sorted.length)] / 1e3);
        }
        Histogram ns = new Histogram(3);
        Arrays.stream(sorted).forEach(one -> ns.recordValue(Math.max(0, one)));
        line.append(' ').append(run.warmUpMs).append(run.held ? " 1 " : " 0 ");
        System.out.println(line.append(HistogramText.of(ns)));
    }

    /**
     * Throws where not each event above zero has been decided, once, or the answer is not the reference's: a warm-up may leave nothing
     * behind. Where the last events come while windows fire there is no answer to compare.
     */
    static void requireRight(Workload workload, Generator generator, int events, long decided, Answer answer) {
        Loop loop = Reference.of(workload);
        Answer reference = new Answer();
        Tx tx = new Tx();
        long expected = 0;
        for (long i = 0; i < events; i++) {
            generator.fill(i, tx);
            loop.on(tx, reference);
            expected += tx.amountCents > 0 ? 1 : 0;
        }
        if (decided != expected) {
            throw new IllegalStateException("VOID: " + decided + " events were decided, not " + expected);
        }
        if (WindowEnds.more(workload, events) == 0 && !answer.equals(reference)) {
            throw new IllegalStateException("VOID: " + answer + " after " + events + " events, not " + reference);
        }
    }

    /** How long the warm-up took, whether the rate was held after it, and the answer to the events then. */
    private record Run(double warmUpMs, boolean held, Answer answer) {
        Run(WarmUpReport warmUp, long lastDueNs, Answer answer) {
            this(warmUp == null ? 0 : warmUp.took().toMillis(), Held.at(System.nanoTime() - lastDueNs), answer.copy());
        }
    }

    private static Run inline(Setup setup, Generator generator, int events, Answer answer) {
        try (Inline inline = setup.inline()) {
            return new Run(inline.warmUp(), publish(inline.claims(Messages.TRANSACTIONS), generator, events), answer);
        }
    }

    private static Run live(Setup setup, Generator generator, int events, Answer answer) {
        try (Engine engine = setup.start()) {
            long lastDueNs = publish(engine.claims(Messages.TRANSACTIONS), generator, events);
            if (engine.drain(Duration.ofSeconds(10)) != 0) {
                throw new IllegalStateException("not all was processed within 10 s");
            }
            return new Run(engine.warmUp(), lastDueNs, answer);
        }
    }

    /** Spins at the end: what a sleep takes longer would be in every latency. */
    private static void pause(long leftNs) {
        if (leftNs > SPIN_NS) {
            LockSupport.parkNanos(leftNs - SPIN_NS);
        } else {
            Thread.onSpinWait();
        }
    }

    /**
     * Open loop: each event when it is due, or at once when that is over; its latency counts from when it was due. Answers when the last one
     * was.
     */
    private static long publish(Claims<TransactionEncoder> claims, Generator generator, int events) {
        Header header = new Header();
        Tx tx = new Tx();
        long begin = System.nanoTime() + EVERY_NS;
        for (int i = 0; i < events; i++) {
            long dueNs = begin + i * EVERY_NS;
            for (long left; (left = dueNs - System.nanoTime()) > 0; ) {
                pause(left);
            }
            generator.fill(i, tx);
            Messages.encode(tx, claims.claim());
            claims.commit(header.clear().intendedNs(dueNs));
        }
        return begin + (events - 1) * EVERY_NS;
    }
}
