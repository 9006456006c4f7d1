package io.millrace.bench;

import io.millrace.bench.option.Options;
import io.millrace.bench.option.UsageException;
import io.millrace.bench.rig.ChildMain;
import io.millrace.bench.system.Systems;
import io.millrace.bench.workloads.Loops;
import io.millrace.bench.workloads.Workload;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** The program behind {@code bench/run}. */
public final class Main {
    private static final List<Command> COMMANDS = List.of(
            new ThroughputCommand(),
            new LatencyCommand(),
            new StormCommand(),
            new JitterCommand(),
            new IdleCommand(),
            new WarmUpCommand(),
            new StuckSinkCommand(),
            new OverloadCommand());

    private Main() {}

    /** Exit codes: 0 good, 1 a figure is void or the run failed, 2 usage. */
    public static void main(String[] arguments) {
        int code;
        try {
            code = run(Arrays.asList(arguments));
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

    private static int run(List<String> arguments) throws IOException, UsageException, InterruptedException {
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
        throw new UsageException("there is no '" + name + "'; there are list, "
                + String.join(", ", COMMANDS.stream().map(Command::name).toList()));
    }

    private static void list() {
        for (Command command : COMMANDS) {
            System.out.printf(
                    "command   %-18s %s%n",
                    command.name(), command.options().help().lines().findFirst().get());
        }
        for (Workload workload : Workload.values()) {
            System.out.printf(
                    "workload  %-18s %s; hand loops: %s%n",
                    workload, workload.summary(), String.join(", ", Loops.variants(workload)));
        }
        Systems.summaries().forEach((name, summary) -> System.out.printf("system    %-18s %s%n", name, summary));
    }
}
