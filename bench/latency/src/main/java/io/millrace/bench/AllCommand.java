package io.millrace.bench;

import io.millrace.bench.command.BenchCommand;
import io.millrace.bench.command.Beside;
import io.millrace.bench.workloads.Workload;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Everything there is to measure, one after the other: what this program does, then what {@code bench/run} starts by itself. */
final class AllCommand implements BenchCommand {
    private static final String SCRIPT = "bench/run";

    /** What to shorten a command by, so that all of them together end within ten minutes. */
    private static final List<List<String>> QUICK = List.of(
            words("jitter --seconds 2"),
            words("latency --systems hand,disruptor,inline,live --rates 100k --seconds 1 --pairs 1 --warmup 100000"),
            words("storm --cards 200000 --rate 2000 --pairs 2"),
            words("idle --settle 1 --seconds 2 --runs 1"),
            words("warm-up --runs 1"),
            words("first-score --runs 1"),
            words("aeron --rounds 1 --ms 300"),
            words("stuck-sink --seconds 2 --pairs 1 --within 100000"),
            words("overload --measure 2 --seconds 2 --normal 10000 --halts 10 --told 10000"),
            words("scale --quick"),
            words("nexmark --query all --events 10000 --quiet"));

    private static final List<List<String>> WHOLE = List.of(
            words("jitter"),
            words("latency --rates 10k,100k,500k,1m"),
            words("storm"),
            words("idle"),
            words("warm-up"),
            words("first-score"),
            words("aeron"),
            words("stuck-sink"),
            words("overload"),
            words("scale"),
            words("nexmark --query all --events 300000 --rate 20000 --quiet"));

    /** The state of W4 does not fit the usual heap. */
    private static final String LARGE_JVM = "-Xms2g -Xmx2g -XX:+UseTransparentHugePages -XX:+UseG1GC";

    private final List<BenchCommand> commands;

    AllCommand(List<BenchCommand> commands) {
        this.commands = commands;
    }

    private static List<String> words(String line) {
        return List.of(line.split(" "));
    }

    @Override
    public String name() {
        return "all";
    }

    @Override
    public String summary() {
        return "everything in this list, one after the other";
    }

    @Override
    public boolean isPagePrinted() {
        return false;
    }

    @Override
    public Options options() {
        return new Options("bench/run", name())
                .flag("--quick", "everything within ten minutes, to see that it works; the figures mean little")
                .option("--dir", "DIR", null, "write the results of each command to files in it: JSON, hlog, SVG");
    }

    /** What this program runs, in order; a command may be in it several times. */
    static List<List<String>> own(boolean quick) {
        List<List<String>> runs = new ArrayList<>(quick ? QUICK : WHOLE);
        for (Workload workload : Workload.values()) {
            List<String> words = new ArrayList<>(List.of("throughput", "--workload", workload.name()));
            words.addAll(quick ? quickThroughput(workload) : List.of());
            words.addAll(workload == Workload.W4 ? List.of("--jvm", LARGE_JVM) : List.of());
            runs.add(words);
        }
        return runs;
    }

    /** In W5 results come when a minute ends, which is behind the first 800,000 events. */
    private static List<String> quickThroughput(Workload workload) {
        return List.of("--events", workload == Workload.W5 ? "500000" : "200000", "--runs", "1");
    }

    @Override
    public int run(Options options) throws IOException, UsageException, InterruptedException {
        boolean quick = options.has("--quick");
        Path dir = options.has("--dir") ? Files.createDirectories(Path.of(options.text("--dir"))) : null;
        if (dir != null && !Files.isWritable(dir)) {
            throw new IOException("--dir: " + dir + ": no permission to write into it; allow it, or name another");
        }
        Path script = OwnTree.holding(SCRIPT, "start it by bench/run all").resolve(SCRIPT);
        long startNs = System.nanoTime();
        List<String> failed = new ArrayList<>();
        for (List<String> words : own(quick)) {
            runOne(words, () -> run(words, dir), failed);
        }
        for (List<String> words : Beside.lines(quick)) {
            runOne(words, () -> start(script, words, dir), failed);
        }
        System.out.printf("%n== all: %d s%n", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs));
        failed.forEach(f -> System.out.println("void or failed: " + f));
        return failed.isEmpty() ? OK : FAILED;
    }

    /** One of the commands; answers its exit code. */
    interface Command {
        int run() throws IOException, UsageException, InterruptedException;
    }

    /** One that ends by whatever exception is one that failed: the others go on, unless it was an interrupt. */
    static void runOne(List<String> words, Command command, List<String> failed) throws InterruptedException {
        String line = String.join(" ", words);
        System.out.printf("%n== %s%n", line);
        System.out.flush();
        long startNs = System.nanoTime();
        try {
            if (command.run() != OK) {
                failed.add(line);
            }
        } catch (IOException | UsageException | RuntimeException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException(e.getMessage());
            }
            System.err.println("millrace " + words.get(0) + ": " + e.getMessage());
            if (e instanceof RuntimeException) {
                e.printStackTrace();
            }
            failed.add(line);
        }
        System.out.printf("took %d s%n", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs));
    }

    static int start(Path script, List<String> words, Path dir) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(script.toString()));
        all.addAll(words);
        all.addAll(dir == null ? List.of() : results(words.get(0), dir));
        return new ProcessBuilder(all).inheritIO().start().waitFor();
    }

    /** How another program is told where its results go. */
    private static List<String> results(String name, Path dir) {
        String at = dir.resolve(name).toString();
        return switch (name) {
            case "stress" -> List.of("-r", at);
            case "journal" -> List.of("--json", at + ".json", "--hlog", at + ".hlog");
            case "peers" -> List.of("--json", at + ".json", "--hlog", at + ".hlog", "--plot", at + ".svg");
            default -> List.of("--json", at + ".json");
        };
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
}
