package io.millrace.bench;

import io.millrace.bench.nexmark.NexmarkCommand;
import io.millrace.bench.nexmark.query.Queries;
import io.millrace.bench.rig.ChildMain;
import io.millrace.bench.system.Systems;
import io.millrace.bench.workloads.Loops;
import io.millrace.bench.workloads.Workload;
import io.millrace.cli.Command;
import io.millrace.cli.Nearest;
import io.millrace.cli.StandardOutput;
import io.millrace.cli.UsageException;
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
    private static final List<Command> COMMANDS = commands();

    /** Commands of other modules, which {@code bench/run} starts by itself. */
    private static final Map<String, String> BESIDE = new TreeMap<>(Map.of(
            "stress", "all jcstress cases of the memory-order code",
            "journal", "what a journal costs, its rate beside a bare archive, waits, snapshots, starts, replays",
            "identical", "one input live, in batches, on two threads, inline, replayed: the same bits",
            "kill", "an engine with a journal, killed so many times, its effects beside a model's",
            "crash-images", "what crashes leave of a journal, opened again",
            "bit-rot", "damaged bits and short files of a journal",
            "jmh", "microbenchmarks: bench/run jmh [PATTERN] [options of JMH]"));

    /** Systems of {@code bench/peers}, where that is not on the class path. */
    private static final Map<String, String> PEERS = new TreeMap<>(Map.of(
            "reactor", "Reactor, a Flux on the publisher's thread",
            "flink", "Flink's mini cluster",
            "jet", "Hazelcast Jet embedded",
            "kafka", "Kafka Streams in its test driver"));

    /** Kept, or its level would be forgotten: what an engine says at its start is not what a table is about. */
    private static final Logger LOG = Logger.getLogger("io.millrace");

    private Main() {}

    private static List<Command> commands() {
        List<BenchCommand> measured = List.of(
                new ThroughputCommand(),
                new LatencyCommand(),
                new StormCommand(),
                new JitterCommand(),
                new IdleCommand(),
                new WarmUpCommand(),
                new FirstScoreCommand(),
                new StuckSinkCommand(),
                new OverloadCommand(),
                new AeronCommand(),
                new ScaleCommand(),
                new PeersCommand());
        List<Command> all = new ArrayList<>(measured);
        all.add(new AllCommand(measured));
        all.add(new NexmarkCommand());
        return List.copyOf(all);
    }

    /** Exit codes: 0 good, 1 a figure is void or the run failed, 2 usage. */
    public static void main(String[] arguments) throws IOException {
        LOG.setLevel(Level.WARNING);
        List<String> words = Arrays.asList(arguments);
        if (!words.isEmpty() && words.get(0).equals("child")) {
            System.exit(ChildMain.run(words.subList(1, words.size())));
        }
        StandardOutput out = StandardOutput.install();
        int code = Command.USAGE;
        try {
            code = run(words);
        } catch (UsageException e) {
            System.err.println(e.getMessage());
        }
        IOException fault = out.fault();
        if (code == Command.INTERRUPTED) {
            return; // the JVM is on its way out with that code already
        }
        if (code == Command.OK && fault != null) {
            System.err.println("millrace " + words.get(0) + ": " + fault.getMessage());
            code = Command.FAILED;
        }
        System.exit(code);
    }

    /** Runs a command. */
    static int run(List<String> arguments) throws UsageException {
        String name = arguments.isEmpty() ? "" : arguments.get(0);
        List<String> rest = arguments.isEmpty() ? arguments : arguments.subList(1, arguments.size());
        if (name.equals("list") && rest.isEmpty()) {
            list();
            return Command.OK;
        }
        for (Command command : COMMANDS) {
            if (command.name().equals(name)) {
                return command.run(rest);
            }
        }
        System.err.println(refusal(name, rest).replaceAll("\\p{Cntrl}", "?"));
        return Command.USAGE;
    }

    private static String refusal(String name, List<String> rest) {
        if (name.equals("list")) {
            return "millrace list: " + rest.get(0) + ": takes no options; write bench/run list";
        }
        List<String> names =
                new ArrayList<>(COMMANDS.stream().map(Command::name).toList());
        names.addAll(BESIDE.keySet());
        String nearest =
                Nearest.near(name, names).map(n -> "the nearest is " + n + "; ").orElse("");
        return "millrace: " + name + ": no such benchmark; " + nearest + "bench/run list names all";
    }

    private static void list() {
        COMMANDS.forEach(c -> System.out.printf("command   %-18s %s%n", c.name(), c.summary()));
        BESIDE.forEach((name, what) -> System.out.printf("command   %-18s %s%n", name, what));
        for (Workload workload : Workload.values()) {
            System.out.printf(
                    "workload  %-18s %s; hand loops: %s%n",
                    workload, workload.summary(), String.join(", ", Loops.variants(workload)));
        }
        Queries.names().forEach(q -> System.out.printf("query     %-18s nexmark --query %s%n", q, q));
        for (String query : Queries.allNames()) {
            String reason = Queries.reasonAgainst(query);
            if (reason != null) {
                System.out.printf("query     %-18s not: %s%n", query, reason);
            }
        }
        if (Systems.others().isEmpty()) {
            PEERS.forEach((name, what) -> System.out.printf("system    %-18s %s (bench/run peers)%n", name, what));
        }
        Systems.summaries().forEach((name, summary) -> System.out.printf("system    %-18s %s%n", name, summary));
    }
}
