package io.millrace.bench;

import io.millrace.bench.nexmark.NexmarkCommand;
import io.millrace.bench.nexmark.query.Queries;
import io.millrace.bench.option.Options;
import io.millrace.bench.option.UsageException;
import io.millrace.bench.rig.ChildMain;
import io.millrace.bench.system.Systems;
import io.millrace.bench.workloads.Loops;
import io.millrace.bench.workloads.Workload;
import io.millrace.cli.StandardOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The program behind {@code bench/run}. */
public final class Main {
    private static final List<Command> COMMANDS = new ArrayList<>(List.of(
            new ThroughputCommand(),
            new LatencyCommand(),
            new StormCommand(),
            new JitterCommand(),
            new IdleCommand(),
            new WarmUpCommand(),
            new StuckSinkCommand(),
            new OverloadCommand(),
            new AeronCommand(),
            new ScaleCommand(),
            new PeersCommand()));

    static {
        COMMANDS.add(new AllCommand(List.copyOf(COMMANDS)));
    }

    /** Commands of other modules, which {@code bench/run} starts by itself. */
    private static final Map<String, String> BESIDE = new TreeMap<>(Map.of(
            "stress", "all jcstress cases of the memory-order code",
            "journal", "what a journal costs, its rate beside a bare archive, waits, snapshots, starts, replays",
            "identical", "one input live, in batches, on two threads, inline, replayed: the same bits",
            "kill", "an engine with a journal, killed so many times, its effects beside a model's",
            "crash-images", "what crashes leave of a journal, opened again",
            "bit-rot", "damaged bits and short files of a journal",
            "jmh", "microbenchmarks: bench/run jmh [PATTERN] [options of JMH]"));

    /** Commands over files, as those of the examples. */
    private static final List<io.millrace.cli.Command> OVER_FILES = List.of(new NexmarkCommand());

    /** Kept, or its level would be forgotten: what an engine says at its start is not what a table is about. */
    private static final Logger LOG = Logger.getLogger("io.millrace");

    private Main() {}

    /** Exit codes: 0 good, 1 a figure is void or the run failed, 2 usage. */
    public static void main(String[] arguments) {
        List<String> words = Arrays.asList(arguments);
        for (io.millrace.cli.Command command : OVER_FILES) {
            if (!words.isEmpty() && words.get(0).equals(command.name())) {
                exit(command, words.subList(1, words.size()));
                return;
            }
        }
        int code;
        try {
            code = run(words);
        } catch (UsageException e) {
            System.err.println("bench/run: " + e.getMessage());
            code = 2;
        } catch (IOException e) {
            System.err.println("bench/run: " + e.getMessage());
            code = 1;
        } catch (InterruptedException e) {
            code = 130;
        }
        System.exit(code);
    }

    /** Ends with the code of the command, or 1 when standard output could not be written. */
    private static void exit(io.millrace.cli.Command command, List<String> options) {
        LOG.setLevel(Level.WARNING);
        StandardOutput out = StandardOutput.install();
        int code;
        try {
            code = command.run(options);
        } catch (io.millrace.cli.UsageException e) {
            System.err.println(e.getMessage());
            code = io.millrace.cli.Command.USAGE;
        }
        IOException fault = out.fault();
        if (code == io.millrace.cli.Command.INTERRUPTED) {
            return; // the JVM is on its way out with that code already
        }
        if (code == io.millrace.cli.Command.OK && fault != null) {
            System.err.println("millrace " + command.name() + ": " + fault.getMessage());
            code = io.millrace.cli.Command.FAILED;
        }
        System.exit(code);
    }

    /** Runs a command; not one over files. */
    static int run(List<String> arguments) throws IOException, UsageException, InterruptedException {
        String name = arguments.isEmpty() ? "" : arguments.get(0);
        List<String> rest = arguments.isEmpty() ? arguments : arguments.subList(1, arguments.size());
        if (name.equals("list")) {
            list();
            return 0;
        }
        if (name.equals("child")) {
            return ChildMain.run(rest);
        }
        for (Command command : COMMANDS) {
            if (command.name().equals(name)) {
                Options options = command.options();
                if (rest.equals(List.of("--help"))) {
                    System.out.print(options.help());
                    return 0;
                }
                return command.run(options.parse(rest));
            }
        }
        throw new UsageException("there is no '" + name + "'; there are list, " + String.join(", ", names()));
    }

    private static List<String> names() {
        List<String> names =
                new ArrayList<>(COMMANDS.stream().map(Command::name).toList());
        names.addAll(OVER_FILES.stream().map(io.millrace.cli.Command::name).toList());
        return names;
    }

    private static void list() {
        for (Command command : COMMANDS) {
            System.out.printf(
                    "command   %-18s %s%n",
                    command.name(), command.options().help().lines().findFirst().get());
        }
        BESIDE.forEach((name, what) -> System.out.printf("command   %-18s %s%n", name, what));
        OVER_FILES.forEach(c -> System.out.printf("command   %-18s %s%n", c.name(), c.summary()));
        for (Workload workload : Workload.values()) {
            System.out.printf(
                    "workload  %-18s %s; hand loops: %s%n",
                    workload, workload.summary(), String.join(", ", Loops.variants(workload)));
        }
        Queries.names().forEach(q -> System.out.printf("query     %-18s nexmark --query %s%n", q, q));
        Systems.summaries().forEach((name, summary) -> System.out.printf("system    %-18s %s%n", name, summary));
    }
}
