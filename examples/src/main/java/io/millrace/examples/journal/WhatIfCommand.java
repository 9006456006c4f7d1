package io.millrace.examples.journal;

import io.millrace.cli.Command;
import io.millrace.cli.Interrupts;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.topology.Topology;
import io.millrace.transport.file.CsvWriter;
import java.io.IOException;
import java.util.LinkedHashMap;
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
        Options options = new Options(name())
                .option("--journal", "DIR", null, "the journal")
                .options("--set", "NAME=VALUE", "a setting of the topology; may be given several times")
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
        Map<String, String> changes = changes(options);
        if (changes.isEmpty() && options.text("--topology") == null) {
            throw options.bad("--set", "is missing", "say what is to change, or name another topology with --topology");
        }
        AtomicBoolean stop = new AtomicBoolean();
        try (Interrupts interrupts = Interrupts.stopping(stop)) {
            int code = Faults.oneLine(name(), () -> compare(journal, options, changes, stop));
            return interrupts.happened() ? INTERRUPTED : code;
        }
    }

    private static Map<String, String> changes(Options options) throws UsageException {
        Map<String, String> changes = new LinkedHashMap<>();
        for (String set : options.texts("--set")) {
            int equals = set.indexOf('=');
            if (equals < 1) {
                throw options.bad("--set " + set, "is no setting", "write --set NAME=VALUE");
            }
            if (changes.put(set.substring(0, equals), set.substring(equals + 1)) != null) {
                throw options.bad("--set " + set, "sets it twice", "set it once");
            }
        }
        return changes;
    }

    private static int compare(String journal, Options options, Map<String, String> changes, AtomicBoolean stop)
            throws IOException {
        Recorded recorded = Recorded.open(journal, options.text("--classpath"));
        Topology before = recorded.before(changes.isEmpty() ? options.text("--topology") : null);
        Topology after = changed(recorded, options, changes);
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

    private static Topology changed(Recorded recorded, Options options, Map<String, String> changes)
            throws IOException {
        try {
            return recorded.topology(options.text("--topology"), changes);
        } catch (IllegalArgumentException e) { // of a setting that it does not have, or not with that value
            throw changes.isEmpty()
                    ? e
                    : new IllegalArgumentException(
                            "--set " + String.join(" --set ", options.texts("--set")) + ": " + e.getMessage(), e);
        }
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
