package io.millrace.bench.nexmark;

import io.millrace.bench.nexmark.query.Queries;
import io.millrace.cli.Command;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import java.util.List;

/** {@code bench/run nexmark}: a query of NEXMark over files, or generated events. */
public final class NexmarkCommand implements Command {
    @Override
    public String name() {
        return "nexmark";
    }

    @Override
    public String summary() {
        return "a query of NEXMark: the rows of its final table over files; rate and latency over generated events";
    }

    @Override
    public int run(List<String> args) throws UsageException {
        Options parsed = NexmarkOptions.declared().parse(args);
        if (parsed.has("--help")) {
            System.out.print(parsed.help(summary()));
            return OK;
        }
        NexmarkOptions options = NexmarkOptions.of(parsed);
        String reason = Queries.reasonAgainst(options.query());
        if (reason != null) {
            System.err.println("millrace nexmark: " + options.query() + ": cannot be said in the DSL: " + reason);
            return FAILED;
        }
        if (!options.readsFiles()) {
            GeneratedRun run = new GeneratedRun(options);
            int code = run.run();
            return code == OK && !run.isHeld() ? FAILED : code;
        }
        Prepared query = FilesRun.prepared(options); // a run listens to interrupts once it is made
        String missing = options.missing(query);
        if (missing != null) {
            throw parsed.bad(missing, "is missing", options.query() + " reads that table; name its file");
        }
        return new FilesRun(options, query).run();
    }
}
