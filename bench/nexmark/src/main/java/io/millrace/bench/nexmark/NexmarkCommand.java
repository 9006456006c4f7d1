package io.millrace.bench.nexmark;

import io.millrace.bench.command.BenchCommand;
import io.millrace.bench.nexmark.query.Queries;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import java.io.IOException;
import java.util.List;

/** {@code bench/run nexmark}: a query of NEXMark over files, or one or several over generated events. */
public final class NexmarkCommand implements BenchCommand {
    private final String program;

    /**
     * The command.
     *
     * @param program the class whose {@code main} runs this command: several queries have a JVM each
     */
    public NexmarkCommand(String program) {
        this.program = program;
    }

    @Override
    public String name() {
        return "nexmark";
    }

    @Override
    public String summary() {
        return "a query of NEXMark: the rows of its final table over files; rate and latency over generated events, also of all queries";
    }

    @Override
    public Options options() {
        return NexmarkOptions.declared();
    }

    /** A run of one query looks at them itself: there {@code -} is standard output. */
    @Override
    public List<String> places(Options options) throws UsageException {
        NexmarkOptions.of(options); // what cannot be meant is said before anything is looked at
        if (NexmarkOptions.queries(options).size() == 1) {
            return List.of();
        }
        NexmarkOptions.requireTable(options);
        return FILES;
    }

    /** The table of several is what the page is about. */
    @Override
    public String mark(Options options) throws UsageException {
        List<String> queries = NexmarkOptions.queries(options);
        return queries.size() > 1 ? name() : name() + ' ' + queries.get(0);
    }

    @Override
    public int run(Options parsed) throws IOException, UsageException, InterruptedException {
        NexmarkOptions options = NexmarkOptions.of(parsed);
        List<String> queries = NexmarkOptions.queries(parsed);
        for (String query : queries) {
            String reason = Queries.reasonAgainst(query);
            if (reason != null) {
                System.err.println("millrace nexmark: " + query + ": is left out: " + reason);
                return FAILED;
            }
        }
        if (queries.size() > 1) {
            return new NexmarkTable(program, parsed, queries).run() ? OK : FAILED;
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
