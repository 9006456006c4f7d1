package io.millrace.examples;

import io.millrace.cli.Command;
import io.millrace.cli.EngineLog;
import io.millrace.cli.Nearest;
import io.millrace.cli.StandardOutput;
import io.millrace.cli.UsageException;
import io.millrace.examples.anomaly.AnomalyCommand;
import io.millrace.examples.candles.CandlesCommand;
import io.millrace.examples.failing.FailingCommand;
import io.millrace.examples.fraud.FraudCommand;
import io.millrace.examples.fraudservice.FraudServiceCommand;
import io.millrace.examples.jdbc.LedgerCommand;
import io.millrace.examples.journal.ExplainCommand;
import io.millrace.examples.journal.PreflightCommand;
import io.millrace.examples.journal.ReplayCommand;
import io.millrace.examples.journal.WhatIfCommand;
import io.millrace.examples.quickstart.QuickstartCommand;
import io.millrace.examples.stat.StatCommand;
import io.millrace.examples.tradecost.TradeCostCommand;
import io.millrace.examples.velocity.VelocityCommand;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;

/** {@code examples/run NAME [options]}. */
public final class Main {
    private static final List<Command> COMMANDS = List.of(
            new FraudCommand(),
            new FraudServiceCommand(),
            new StatCommand(),
            new TradeCostCommand(),
            new VelocityCommand(),
            new CandlesCommand(),
            new AnomalyCommand(),
            new QuickstartCommand(),
            new FailingCommand(),
            new LedgerCommand(),
            new DescribeCommand(),
            new ReplayCommand(),
            new ExplainCommand(),
            new WhatIfCommand(),
            new PreflightCommand());

    private static final String USAGE = """
            usage: examples/run NAME [options]
                   examples/run list           the names, one line each
                   examples/run NAME --help    the options with their defaults
            """;

    private Main() {}

    /**
     * Runs a command and exits with its code.
     *
     * @param args the command's name, then its options
     */
    public static void main(String[] args) {
        // of what halts an engine a command tells by itself
        EngineLog.show(
                args.length == 0 ? "list" : args[0], Level.OFF, List.of(args).contains("--quiet"));
        StandardOutput out = StandardOutput.install();
        int code = run(Arrays.asList(args));
        IOException fault = out.fault();
        if (code == Command.INTERRUPTED) {
            return; // the JVM is on its way out with that code already
        }
        if (code == Command.OK && fault != null) {
            System.err.println("millrace " + args[0] + ": " + fault.getMessage());
            code = Command.FAILED;
        }
        System.exit(code);
    }

    /**
     * Runs a command.
     *
     * @param args the command's name, then its options
     * @return its exit code
     */
    static int run(List<String> args) {
        if (args.isEmpty()) {
            System.err.print(USAGE);
            return Command.USAGE;
        }
        String name = args.get(0);
        List<String> options = args.subList(1, args.size());
        if (name.equals("--help")) {
            System.out.print(USAGE);
            return Command.OK;
        }
        if (name.equals("list")) {
            return list(options);
        }
        if (name.equals("help") || name.startsWith("-")) {
            System.err.println("millrace: " + shown(name) + ": no such example; see examples/run --help");
            return Command.USAGE;
        }
        for (Command c : COMMANDS) {
            if (c.name().equals(name)) {
                return run(c, options);
            }
        }
        List<String> names = COMMANDS.stream().map(Command::name).toList();
        String nearest =
                Nearest.near(name, names).map(n -> "the nearest is " + n + "; ").orElse("");
        System.err.println(
                "millrace: " + shown(name) + ": no such example; " + nearest + "examples/run list names all");
        return Command.USAGE;
    }

    private static String shown(String arg) {
        return arg.replaceAll("\\p{Cntrl}", "?");
    }

    private static int list(List<String> options) {
        if (options.equals(List.of("--help"))) {
            System.out.print("usage: examples/run list\nthe names of all examples, one line each\n");
            return Command.OK;
        }
        if (!options.isEmpty()) {
            System.err.println(
                    "millrace list: " + shown(options.get(0)) + ": takes no options; write examples/run list");
            return Command.USAGE;
        }
        COMMANDS.forEach(c -> System.out.println(c.name() + "  " + c.summary()));
        return Command.OK;
    }

    private static int run(Command command, List<String> args) {
        try {
            return command.run(args);
        } catch (UsageException e) {
            System.err.println(e.getMessage());
            return Command.USAGE;
        }
    }
}
