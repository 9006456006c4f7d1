package io.millrace.examples.journal;

import io.millrace.cli.Command;
import io.millrace.cli.Interrupts;
import io.millrace.cli.Nearest;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.engine.Explain;
import io.millrace.engine.Replay;
import io.millrace.engine.Setup;
import io.millrace.event.Output;
import io.millrace.lineage.Explanation;
import io.millrace.topology.Topology;
import io.millrace.transport.file.FileOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code examples/run explain}: what made one output of a journal. */
public final class ExplainCommand implements Command {
    private static final Pattern ID = Pattern.compile("(.+)/([0-9]{1,18})[.]([0-9]{1,9})");

    /** The command. */
    public ExplainCommand() {}

    @Override
    public String name() {
        return "explain";
    }

    @Override
    public String summary() {
        return "explains one output of a journal: events, look-ups, windows, patterns, scores";
    }

    @Override
    public int run(List<String> args) throws UsageException {
        Options options = Settings.declare(
                        new Options(name()).option("--journal", "DIR", null, "the journal"), Recorded.SETTING)
                .option("--output", "SINK/SEQ.ORDINAL", null, "the id of the output, such as alerts/1234.0")
                .option("--json", "FILE", null, "where to write the same as one JSON object")
                .option("--classpath", "PATH", null, "jars and directories with your own topology")
                .option("--topology", "NAME", null, "the name of the topology; without it, that of the journal")
                .parse(args);
        if (options.has("--help")) {
            System.out.print(options.help(summary()));
            return OK;
        }
        String journal = ReplayOptions.required(options);
        Matcher id = id(options);
        Map<String, String> settings = Settings.of(options);
        AtomicBoolean stop = new AtomicBoolean();
        try (Interrupts interrupts = Interrupts.stopping(stop)) {
            int code = Faults.oneLine(name(), () -> explain(journal, options, settings, id, stop));
            return interrupts.happened() ? INTERRUPTED : code;
        }
    }

    private static Matcher id(Options options) throws UsageException {
        String text = options.text("--output");
        if (text == null) {
            throw options.bad("--output", "is missing", "name an output, such as alerts/1234.0");
        }
        Matcher id = ID.matcher(text);
        if (!id.matches()) {
            throw options.bad(
                    "--output " + text, "is no id of an output", "write SINK/SEQ.ORDINAL, such as alerts/1234.0");
        }
        return id;
    }

    private static void requireOutput(Topology topology, Matcher id) throws IOException {
        List<String> names = topology.outputs().stream().map(Output::name).toList();
        if (!names.contains(id.group(1))) {
            String nearest = Nearest.near(id.group(1), names)
                    .map(n -> "; the nearest is " + n)
                    .orElse("");
            throw new IOException("--output " + id.group() + ": topology " + topology.name() + " has no output "
                    + id.group(1) + nearest + "; there is " + String.join(", ", names));
        }
    }

    private static int explain(
            String journal, Options options, Map<String, String> settings, Matcher id, AtomicBoolean stop)
            throws IOException {
        Recorded recorded = Recorded.open(journal, options.text("--classpath"));
        Topology topology = recorded.asWritten(options.text("--topology"), settings);
        Setup setup = recorded.takingOver(topology);
        topology.outputs().forEach(setup::discard);
        requireOutput(topology, id);
        String other = Replay.of(setup, recorded.journal()).otherThanRecorded();
        if (other != null) {
            System.err.println("millrace explain: other than where it was written: " + other);
        }
        Explanation explanation = Explain.of(setup, recorded.journal())
                .stopWhen(stop::get)
                .output(id.group(1), Long.parseLong(id.group(2)), Integer.parseInt(id.group(3)));
        if (explanation == null) {
            return INTERRUPTED;
        }
        String json = options.text("--json");
        if (json != null) {
            try (FileOutput file = FileOutput.create(json)) {
                file.write(explanation.json().getBytes(StandardCharsets.UTF_8));
            }
        }
        ("-".equals(json) ? System.err : System.out).print(explanation.text());
        return OK;
    }
}
