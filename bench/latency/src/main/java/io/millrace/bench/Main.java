package io.millrace.bench;

import io.millrace.bench.command.BenchCommand;
import io.millrace.bench.command.Program;
import io.millrace.bench.nexmark.NexmarkCommand;
import io.millrace.bench.nexmark.query.Queries;
import io.millrace.bench.rig.ChildMain;
import io.millrace.bench.system.Systems;
import io.millrace.bench.workloads.Loops;
import io.millrace.bench.workloads.Workload;
import io.millrace.cli.Command;
import io.millrace.cli.UsageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The program behind {@code bench/run}. */
public final class Main {
    private static final List<BenchCommand> COMMANDS = commands();

    /** Commands of other modules, which {@code bench/run} starts by itself. */
    private static final Map<String, String> BESIDE = new TreeMap<>(Map.of(
            "stress", "all jcstress cases of the memory-order code",
            "journal", "what a journal costs, its rate beside a bare archive, waits, snapshots, starts, replays",
            "identical", "one input live, in batches, on two threads, inline, replayed: the same bits",
            "kill", "an engine with a journal, killed so many times, its effects beside a model's",
            "crash-images", "what crashes leave of a journal, opened again",
            "bit-rot", "damaged bits and short files of a journal",
            "jmh", "microbenchmarks: bench/run jmh [PATTERN] [options of JMH]; bench/run jmh -l names them"));

    /** Systems of {@code bench/peers}, where that is not on the class path. */
    private static final Map<String, String> PEERS = new TreeMap<>(Map.of(
            "reactor", "Reactor, a Flux on the publisher's thread",
            "flink", "Flink's mini cluster",
            "jet", "Hazelcast Jet embedded",
            "kafka", "Kafka Streams in its test driver"));

    private Main() {}

    /** Those of this program. */
    static List<BenchCommand> commands() {
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
                new PeersCommand(),
                new NexmarkCommand(Main.class.getName()));
        List<BenchCommand> all = new ArrayList<>(measured);
        all.add(new AllCommand(measured));
        return List.copyOf(all);
    }

    /** Exit codes: 0 good, 1 a figure is void or the run failed, 2 usage. */
    public static void main(String[] arguments) throws IOException {
        Program.hush();
        List<String> words = Arrays.asList(arguments);
        if (!words.isEmpty() && words.get(0).equals("child")) {
            System.exit(ChildMain.run(words.subList(1, words.size())));
        }
        Program.end(words, Main::run);
    }

    /** Runs a command. */
    static int run(List<String> words) throws UsageException {
        if (words.isEmpty() || !words.get(0).equals("list")) {
            return Program.run(words, COMMANDS, BESIDE.keySet());
        }
        if (words.size() > 1) {
            System.err.println(("millrace list: " + words.get(1) + ": takes no options; write bench/run list")
                    .replaceAll("\\p{Cntrl}", "?"));
            return Command.USAGE;
        }
        list();
        return Command.OK;
    }

    /** All that can be asked for, here or by {@code bench/run} from others. */
    static Set<String> names() {
        Set<String> names = new TreeSet<>(BESIDE.keySet());
        COMMANDS.forEach(c -> names.add(c.name()));
        return names;
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
