package io.millrace.bench;

import io.millrace.bench.command.BenchCommand;
import io.millrace.bench.nexmark.NexmarkCommand;
import io.millrace.bench.nexmark.query.Queries;
import io.millrace.bench.workloads.Workload;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Everything there is to measure, one after the other, in the order of the list. */
final class AllCommand implements BenchCommand {
    /** What to shorten a command by, so that all of them together end within ten minutes. */
    private static final List<List<String>> QUICK = List.of(
            List.of("jitter", "--seconds", "3", "--threads", "2"),
            List.of("latency", "--rates", "10k,100k", "--seconds", "2", "--pairs", "1", "--warmup", "200000"),
            List.of("storm", "--cards", "200000", "--rate", "2000", "--pairs", "2"),
            List.of("idle", "--settle", "1", "--seconds", "2"),
            List.of("warm-up", "--runs", "1"),
            List.of("first-score", "--runs", "1"),
            List.of("aeron", "--rounds", "1", "--pings", "500", "--frames", "100000"),
            List.of("stuck-sink", "--seconds", "3", "--pairs", "1"),
            List.of("overload", "--seconds", "3", "--normal", "10000"),
            List.of("scale", "--quick"));

    private static final List<List<String>> WHOLE = List.of(
            List.of("jitter", "--threads", "2"),
            List.of("latency", "--rates", "10k,100k,500k,1m"),
            List.of("storm"),
            List.of("idle"),
            List.of("warm-up"),
            List.of("first-score"),
            List.of("stuck-sink"),
            List.of("overload"),
            List.of("aeron"),
            List.of("scale"));

    private static final List<String> QUICK_THROUGHPUT = List.of("--events", "200000", "--runs", "1");
    /** The state of W4 does not fit the usual heap. */
    private static final String LARGE_JVM = "-Xms2g -Xmx2g -XX:+UseTransparentHugePages -XX:+UseG1GC";

    private static final String QUICK_EVENTS = "50000";
    private static final String WHOLE_EVENTS = "2000000";

    private final List<BenchCommand> commands;

    AllCommand(List<BenchCommand> commands) {
        this.commands = commands;
    }

    @Override
    public String name() {
        return "all";
    }

    @Override
    public String summary() {
        return "throughput of each workload, latency, storm and so on to scale, and each query of nexmark, one after the other";
    }

    @Override
    public boolean isPagePrinted() {
        return false;
    }

    @Override
    public Options options() {
        return new Options("bench/run", name())
                .flag("--quick", "all of it within ten minutes, to see that it works; the figures mean little")
                .option("--dir", "DIR", null, "write the results of each into files there: JSON, hlog, SVG");
    }

    @Override
    public int run(Options options) throws IOException, UsageException, InterruptedException {
        boolean quick = options.has("--quick");
        Path dir = options.has("--dir") ? Files.createDirectories(Path.of(options.text("--dir"))) : null;
        long startNs = System.nanoTime();
        List<String> failed = new ArrayList<>();
        List<List<String>> runs = new ArrayList<>(quick ? QUICK : WHOLE);
        for (Workload workload : Workload.values()) {
            List<String> words = new ArrayList<>(List.of("throughput", "--workload", workload.name()));
            words.addAll(quick ? QUICK_THROUGHPUT : List.of());
            words.addAll(workload == Workload.W4 ? List.of("--jvm", LARGE_JVM) : List.of());
            runs.add(words);
        }
        for (List<String> words : runs) {
            System.out.printf("%n== %s%n", String.join(" ", words));
            if (run(words, dir) != 0) {
                failed.add(String.join(" ", words));
            }
        }
        for (String query : Queries.names()) {
            System.out.printf("%n== nexmark %s%n", query);
            if (nexmark(query, quick ? QUICK_EVENTS : WHOLE_EVENTS, dir) != 0) {
                failed.add("nexmark " + query);
            }
        }
        System.out.printf("%n== all: %d s%n", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs));
        failed.forEach(f -> System.out.println("void or failed: " + f));
        return failed.isEmpty() ? 0 : 1;
    }

    private int run(List<String> words, Path dir) throws IOException, UsageException, InterruptedException {
        BenchCommand command = commands.stream()
                .filter(c -> c.name().equals(words.get(0)))
                .findFirst()
                .orElseThrow();
        List<String> all = new ArrayList<>(words.subList(1, words.size()));
        String file = String.join("-", words.subList(0, words.contains("--workload") ? 3 : 1))
                .replace("---", "-");
        if (dir != null) {
            all.addAll(List.of("--json", dir.resolve(file + ".json").toString()));
            addIfKnown(command, all, "hlog", dir.resolve(file + ".hlog"));
            addIfKnown(command, all, "plot", dir.resolve(file + ".svg"));
        }
        return command.run(all);
    }

    private static void addIfKnown(BenchCommand command, List<String> words, String option, Path file) {
        if (command.options().help("").contains("--" + option + " ")) {
            words.addAll(List.of("--" + option, file.toString()));
        }
    }

    private static int nexmark(String query, String events, Path dir) {
        List<String> words = new ArrayList<>(List.of("--query", query, "--events", events, "--quiet"));
        if (dir != null) {
            words.addAll(
                    List.of("--json", dir.resolve("nexmark-" + query + ".json").toString()));
            words.addAll(
                    List.of("--hlog", dir.resolve("nexmark-" + query + ".hlog").toString()));
        }
        try {
            return new NexmarkCommand().run(words);
        } catch (UsageException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }
}
