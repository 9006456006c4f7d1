package io.millrace.examples;

import io.millrace.examples.cli.Command;
import io.millrace.examples.cli.Nearest;
import io.millrace.examples.cli.Options;
import io.millrace.examples.cli.UsageException;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyProvider;
import java.util.ArrayList;
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
        Options options = new Options("describe")
                .option("--format", "FORMAT", "text", "text, mermaid, dot or json")
                .flag("--plan", "also print the plan of one thread: stages, inboxes, rings, budgets");
        boolean named = !args.isEmpty() && !args.get(0).startsWith("-");
        options.parse(named ? args.subList(1, args.size()) : args);
        if (options.has("--help")) {
            System.out.print(options.help(summary()));
            return OK;
        }
        List<String> names = new ArrayList<>();
        for (TopologyProvider p : ServiceLoader.load(TopologyProvider.class)) {
            names.add(p.name());
            if (named && p.name().equals(args.get(0))) {
                return print(p.topology(Map.of()), options);
            }
        }
        if (!named) {
            throw options.bad("NAME", "is missing", "one of " + String.join(", ", names));
        }
        throw options.bad(args.get(0), "no such topology", "the nearest is " + Nearest.of(args.get(0), names));
    }

    private int print(Topology topology, Options options) throws UsageException {
        String format = options.oneOf("--format", List.of("text", "mermaid", "dot", "json"));
        System.out.print(switch (format) {
            case "mermaid" -> topology.toMermaid();
            case "dot" -> topology.toDot();
            case "json" -> topology.toJson();
            default -> topology.describe();
        });
        if (options.has("--plan")) {
            System.out.print(io.millrace.engine.Engine.of(topology).plan().describe());
        }
        return OK;
    }
}
