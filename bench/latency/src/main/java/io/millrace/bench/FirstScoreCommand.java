package io.millrace.bench;

import io.millrace.bench.command.BenchCommand;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.rig.Hlog;
import io.millrace.rig.Json;
import io.millrace.rig.Machine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;

/**
 * How long who calls {@code examples/run fraud} waits for the first scored payment: the script, the JVM, its classes, the model, the
 * engine with its state. The command is called as a user calls it, one process after another; it says itself when its first payment
 * was scored.
 */
final class FirstScoreCommand implements BenchCommand {
    private static final String SCRIPT = "examples/run";
    private static final long PATIENCE_S = 120;

    /** What is waited for in turn, in milliseconds. */
    private record Wait(long script, long jvm) {
        long whole() {
            return script + jvm;
        }
    }

    @Override
    public String name() {
        return "first-score";
    }

    @Override
    public String summary() {
        return "the time from calling examples/run fraud to its first scored payment";
    }

    @Override
    public Options options() {
        return new Options("bench/run", name())
                .option("--runs", "N", "21", "how often to start it")
                .option("--count", "N", "1000", "payments that each run scores")
                .option("--tree", "DIR", null, "the tree with examples/run; without it, that of this program")
                .option("--json", "FILE", null, "also write the figures to this file")
                .option("--hlog", "FILE", null, "also write the waits to this file (HdrHistogram log)");
    }

    @Override
    public int run(Options options) throws IOException, UsageException, InterruptedException {
        int runs = (int) options.number("--runs", 1, 10_000);
        Path tree = options.has("--tree")
                ? Path.of(options.text("--tree"))
                : OwnTree.holding(SCRIPT, "give its tree with --tree");
        if (!Files.isExecutable(tree.resolve(SCRIPT))) {
            throw options.bad("--tree " + tree, "it has no " + SCRIPT, "name the folder of a tree of Millrace");
        }
        List<String> fraud = List.of(
                tree.resolve(SCRIPT).toAbsolutePath().toString(),
                "fraud",
                "--quiet",
                "--first-score",
                "--count",
                Long.toString(options.number("--count", 1, 1_000_000)));
        started(fraud); // builds what has to be built, and brings the files into memory
        Map<String, Object> figures = Machine.tell(Machine.ownFlags());
        Machine.Watch watch = new Machine.Watch();
        Wait[] waits = new Wait[runs];
        for (int i = 0; i < runs; i++) {
            waits[i] = started(fraud);
        }
        watch.end(figures);
        System.out.printf("%-28s %8s %8s %8s%n", "ms, " + runs + " runs", "median", "p99", "max");
        print("script, until the JVM starts", figures, Arrays.stream(waits).mapToLong(Wait::script));
        print("JVM, until the first score", figures, Arrays.stream(waits).mapToLong(Wait::jvm));
        print("whole", figures, Arrays.stream(waits).mapToLong(Wait::whole));
        if (options.has("--json")) {
            Json.write(Path.of(options.text("--json")), figures);
        }
        if (options.has("--hlog")) {
            try (Hlog log = new Hlog(options.text("--hlog"))) {
                log.add("script", 0, 1, histogram(Arrays.stream(waits).mapToLong(Wait::script)));
                log.add("jvm", 0, 1, histogram(Arrays.stream(waits).mapToLong(Wait::jvm)));
                log.add("whole", 0, 1, histogram(Arrays.stream(waits).mapToLong(Wait::whole)));
            }
        }
        return OK;
    }

    private static Histogram histogram(LongStream ms) {
        Histogram ns = new Histogram(3);
        ms.forEach(wait -> ns.recordValue(TimeUnit.MILLISECONDS.toNanos(Math.max(0, wait))));
        return ns;
    }

    private static void print(String what, Map<String, Object> figures, LongStream ms) {
        long[] sorted = ms.sorted().toArray();
        Map<String, Object> row = new TreeMap<>();
        row.put("median", sorted[sorted.length / 2]);
        row.put("p99", sorted[(int) Math.ceil(0.99 * sorted.length) - 1]);
        row.put("max", sorted[sorted.length - 1]);
        figures.put(what, row);
        System.out.printf("%-28s %8s %8s %8s%n", what, row.get("median"), row.get("p99"), row.get("max"));
    }

    private static Wait started(List<String> command) throws IOException, InterruptedException {
        Path printed = Files.createTempFile("millrace-first-score", ".txt");
        try {
            Instant called = Instant.now();
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(printed.toFile())
                    .start();
            if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            String out = Files.readString(printed, StandardCharsets.UTF_8);
            String jvmMs = line(out, "first score ms");
            String at = line(out, "first score at");
            if (process.exitValue() != 0 || jvmMs.isEmpty() || at.isEmpty()) {
                throw new IOException(String.join(" ", command) + ": ended with " + process.exitValue()
                        + ", and does not say when it scored a payment; run it by hand: "
                        + out.lines().findFirst().orElse("it prints nothing"));
            }
            long jvm = Long.parseLong(jvmMs);
            return new Wait(Duration.between(called, Instant.parse(at)).toMillis() - jvm, jvm);
        } finally {
            Files.delete(printed);
        }
    }

    private static String line(String out, String label) {
        return out.lines()
                .filter(l -> l.startsWith(label + "  "))
                .map(l -> l.substring(label.length()).strip())
                .findFirst()
                .orElse("");
    }
}
