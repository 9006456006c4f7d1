package io.millrace.examples.journal;

import io.millrace.cli.Command;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.engine.Preflight;
import io.millrace.engine.Setup;
import io.millrace.topology.Topology;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code examples/run preflight}: whether a build can go on with a journal, without starting it. */
public final class PreflightCommand implements Command {
    /** The command. */
    public PreflightCommand() {}

    @Override
    public String name() {
        return "preflight";
    }

    @Override
    public String summary() {
        return "says whether this build can go on with a journal, and what becomes of each operator";
    }

    @Override
    public int run(List<String> args) throws UsageException {
        Options options = Settings.declare(
                        new Options(name())
                                .option("--journal", "DIR", null, "the journal; an engine may be appending to it"),
                        "an option with which the start would make the topology; without it, as the journal keeps it")
                .option("--classpath", "PATH", null, "jars and directories with your own topology")
                .option(
                        "--topology",
                        "NAME",
                        null,
                        "the topology that is to take over; without it, that of the journal")
                .parse(args);
        if (options.has("--help")) {
            System.out.print(options.help(summary()));
            return OK;
        }
        String journal = ReplayOptions.required(options);
        Map<String, String> settings = Settings.of(options);
        return Faults.oneLine(
                name(), () -> look(journal, options.text("--classpath"), options.text("--topology"), settings));
    }

    private static int look(String journal, String classPath, String name, Map<String, String> settings)
            throws IOException {
        Recorded recorded = Recorded.open(journal, classPath);
        Topology topology = recorded.topology(name, settings);
        Setup setup = recorded.takingOver(topology);
        topology.outputs().forEach(setup::discard);
        return print(Preflight.of(setup, recorded.journal()).run());
    }

    private static int print(Preflight.Report report) {
        if (report.snapshot() >= 0) {
            System.out.println(
                    "snapshot  of the entries below " + report.snapshot() + ", with " + report.behind() + " behind it");
        }
        for (Preflight.Line line : report.lines()) {
            System.out.println(String.format(Locale.ROOT, "%-8s", line.fate()) + "  " + line.what());
        }
        if (report.canRestore() && report.snapshot() < 0) {
            System.out.println(
                    "preflight: there is no snapshot; this build can start with the first entry, and works out all "
                            + report.behind() + " again");
            return OK;
        }
        if (report.canRestore()) {
            System.out.println("preflight: this build can start from it"
                    + (report.changes() ? " where its start says Journaling.migrate(..)" : "")
                    + ", and works out the entries behind it");
            return OK;
        }
        report.refusals().forEach(why -> System.out.println("preflight: refused: " + why));
        return FAILED;
    }
}
