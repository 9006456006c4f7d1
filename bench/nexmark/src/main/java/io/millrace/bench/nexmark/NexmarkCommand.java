package io.millrace.bench.nexmark;

import io.millrace.bench.nexmark.query.Queries;
import io.millrace.cli.Command;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import java.util.List;

/** {@code bench/run nexmark}: a query of NEXMark over files. */
public final class NexmarkCommand implements Command {
    @Override
    public String name() {
        return "nexmark";
    }

    @Override
    public String summary() {
        return "a query of NEXMark, over files: the rows of its final table";
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
        FilesRun run = new FilesRun(options);
        if (run.missing() != null) {
            throw parsed.bad(run.missing(), "is missing", options.query() + " reads that table; name its file");
        }
        return run.run();
    }
}
