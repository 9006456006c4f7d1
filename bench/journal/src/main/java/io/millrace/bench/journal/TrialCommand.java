package io.millrace.bench.journal;

import io.millrace.bench.command.BenchCommand;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.rig.Json;
import io.millrace.rig.Machine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Something is tried so many times: nothing may be found. What it printed ends with the result, for whoever reads the last line. */
abstract class TrialCommand implements BenchCommand {
    @Override
    public final Options options() {
        return own(new Options("bench/run", name()))
                .option("--json", "FILE", null, "also write the result to this file");
    }

    /** Adds what only this one knows. */
    abstract Options own(Options options);

    /** What is tried. */
    interface Trial {
        /**
         * Prints what it did.
         *
         * @param result gets the same, for a file
         * @return what was found; null when all is well
         */
        String run(Map<String, Object> result) throws IOException, InterruptedException;
    }

    /** What the options mean; nothing is printed and nothing done yet. */
    abstract Trial asked(Options options) throws UsageException;

    @Override
    public final int run(Options options) throws IOException, UsageException, InterruptedException {
        Trial trial = asked(options);
        Map<String, Object> result = new LinkedHashMap<>();
        Map<String, Object> conditions = Machine.tell(Flags.own());
        String found = trial.run(result);
        if (options.has("--json")) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("conditions", conditions);
            all.putAll(result);
            all.put("found", found);
            Json.write(Path.of(options.text("--json")), all);
        }
        if (found != null) {
            System.err.println("millrace " + name() + ": " + found);
        }
        return found == null ? OK : FAILED;
    }
}
