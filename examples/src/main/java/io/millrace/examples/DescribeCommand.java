package io.millrace.examples;

import io.millrace.cli.Command;
import io.millrace.cli.Nearest;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.engine.Engine;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyProvider;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** {@code examples/run describe NAME}: prints a topology that a provider on the class path offers. */
final class DescribeCommand implements Command {
    @Override
    public String name() {
        return "describe";
    }

    @Override
    public String summary() {
        return "prints a topology: describe NAME [--format text|mermaid|dot|json] [--plan]";
    }

    @Override
    public int run(List<String> args) throws UsageException {
        Options options = new Options(name())
                .argument("NAME")
                .option("--format", "FORMAT", "text", "text, mermaid, dot or json")
                .flag("--plan", "also print the plan of one thread: stages, inboxes, rings, budgets")
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
        Topology topology = topology(options);
        System.out.print(
                switch (format) {
                    case "mermaid" -> topology.toMermaid();
                    case "dot" -> topology.toDot();
                    case "json" -> topology.toJson();
                    default -> topology.describe();
                });
        if (options.has("--plan")) {
            System.out.print(Engine.of(topology).plan().describe());
        }
        return OK;
    }

    private static Topology topology(Options options) throws UsageException {
        List<TopologyProvider> providers = ServiceLoader.load(TopologyProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        List<String> names = providers.stream().map(TopologyProvider::name).toList();
        String wanted = options.argument();
        if (wanted == null) {
            throw options.bad("NAME", "is missing", "one of " + String.join(", ", names));
        }
        int found = names.indexOf(wanted);
        if (found < 0) {
            String all = "one of " + String.join(", ", names);
            throw options.bad(
                    wanted,
                    "no such topology",
                    Nearest.near(wanted, names).map(n -> "the nearest is " + n).orElse(all));
        }
        return providers.get(found).topology(Map.of());
    }
}
