package io.millrace.examples.journal;

import io.millrace.cli.Command;
import io.millrace.cli.Interrupts;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.topology.Topology;
import io.millrace.transport.file.CsvWriter;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** {@code examples/run what-if}: what a changed topology would have put out over a journal. */
public final class WhatIfCommand implements Command {
    /** The command. */
    public WhatIfCommand() {}

    @Override
    public String name() {
        return "what-if";
    }

    @Override
    public String summary() {
        return "runs a changed topology over a journal, and says which outputs are new, gone or changed";
    }

    @Override
    public int run(List<String> args) throws UsageException {
        Options options = Settings.declare(
                        new Options(name()).option("--journal", "DIR", null, "the journal"),
                        "an option of the topology")
                .option("--classpath", "PATH", null, "jars and directories with your own topology")
                .option("--topology", "NAME", null, "the topology to run; without it, that of the journal")
                .option(
                        "--label",
                        "NAME",
                        null,
                        "a field of the input, to count by its values; without it, what the topology names")
                .option("--out", "FILE", null, "where to write what differs, as CSV")
                .parse(args);
        if (options.has("--help")) {
            System.out.print(options.help(summary()));
            return OK;
        }
        String journal = ReplayOptions.required(options);
        Map<String, String> changes = Settings.of(options);
        if (changes.isEmpty() && options.text("--topology") == null) {
            throw options.bad("--set", "is missing", "say what is to change, or name another topology with --topology");
        }
        AtomicBoolean stop = new AtomicBoolean();
        try (Interrupts interrupts = Interrupts.stopping(stop)) {
            int code = Faults.oneLine(name(), () -> compare(journal, options, changes, stop));
            return interrupts.happened() ? INTERRUPTED : code;
        }
    }

    private static int compare(String journal, Options options, Map<String, String> changes, AtomicBoolean stop)
            throws IOException {
        Recorded recorded = Recorded.open(journal, options.text("--classpath"));
        Topology before = recorded.before(changes.isEmpty() ? options.text("--topology") : null);
        Topology after = recorded.topology(options.text("--topology"), changes);
        String out = options.text("--out");
        String label = options.text("--label") == null ? recorded.label() : options.text("--label");
        try (Differences differences = new Differences(recorded, before, after, Labels.of(label, before), stop::get)) {
            if (!run(differences, out)) {
                System.err.println("millrace what-if: interrupted; not all of the journal was compared");
                return INTERRUPTED;
            }
            differences.print("-".equals(out) ? System.err : System.out);
        }
        return OK;
    }

    private static boolean run(Differences differences, String out) throws IOException {
        if (out == null) {
            return differences.run(null);
        }
        try (CsvWriter rows = CsvWriter.create(out, "change", "sink", "id", "before", "after")) {
            return run(differences, rows);
        }
    }

    /** Where it is refused before its first row it leaves no new file. */
    private static boolean run(Differences differences, CsvWriter rows) throws IOException {
        try {
            return differences.run(rows);
        } catch (Throwable t) {
            if (!differences.hasRows()) {
                abandon(rows, t);
            }
            throw t;
        }
    }

    private static void abandon(CsvWriter rows, Throwable why) {
        try {
            rows.abandon();
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }
}
