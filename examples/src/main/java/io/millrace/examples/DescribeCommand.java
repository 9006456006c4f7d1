package io.millrace.examples;

import io.millrace.cli.Command;
import io.millrace.cli.Nearest;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.engine.Engine;
import io.millrace.examples.journal.Providers;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyProvider;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.stream.Collectors;

/** {@code examples/run describe NAME}: prints a topology that a provider offers: of this class path, or of the user's. */
final class DescribeCommand implements Command {
    @Override
    public String name() {
        return "describe";
    }

    @Override
    public String summary() {
        return "prints a topology: describe NAME [--format text|mermaid|dot|json] [--plan] [--classpath PATH]";
    }

    @Override
    public int run(List<String> args) throws UsageException {
        Options options = new Options(name())
                .argument("NAME")
                .option("--format", "FORMAT", "text", "text, mermaid, dot or json")
                .flag("--plan", "also print the plan of one thread: stages, inboxes, rings, budgets")
                .option("--classpath", "PATH", null, "jars and directories with your own topology")
                .parse(args);
        if (options.has("--help")) {
            System.out.print(options.help(summary()));
            return OK;
        }
        String format = options.oneOf("--format", List.of("text", "mermaid", "dot", "json"));
        if (options.has("--plan") && !format.equals("text")) {
            throw options.bad(
                    "--plan", "is text, behind " + format + " nobody could read it", "leave one of the two out");
        }
        List<TopologyProvider> providers;
        try {
            providers = Providers.of(options.text("--classpath"));
        } catch (IOException | ServiceConfigurationError e) {
            System.err.println("millrace " + name() + ": " + e.getMessage().replaceAll("\\s*\\R\\s*", " "));
            return FAILED;
        }
        print(topology(options, providers), format, options.has("--plan"));
        return OK;
    }

    private static void print(Topology topology, String format, boolean plan) {
        System.out.print(
                switch (format) {
                    case "mermaid" -> topology.toMermaid();
                    case "dot" -> topology.toDot();
                    case "json" -> topology.toJson();
                    default -> topology.describe();
                });
        if (plan) {
            System.out.print(Engine.of(topology).plan().describe());
        }
    }

    private static Topology topology(Options options, List<TopologyProvider> providers) throws UsageException {
        List<String> names = providers.stream().map(TopologyProvider::name).toList();
        String all = "one of " + names.stream().distinct().collect(Collectors.joining(", "));
        String wanted = options.argument();
        if (wanted == null) {
            throw options.bad("NAME", "is missing", all);
        }
        int found = names.lastIndexOf(wanted); // those of the user come behind those of this build
        if (found < 0) {
            throw options.bad(
                    wanted,
                    "no such topology",
                    Nearest.near(wanted, names).map(n -> "the nearest is " + n).orElse(all));
        }
        return providers.get(found).topology(Map.of());
    }
}
