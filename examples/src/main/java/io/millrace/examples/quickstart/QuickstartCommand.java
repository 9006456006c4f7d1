package io.millrace.examples.quickstart;

import io.millrace.cli.Command;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import java.util.List;

/** {@code examples/run quickstart}: the README's first program. */
public final class QuickstartCommand implements Command {
    /** The command. */
    public QuickstartCommand() {}

    @Override
    public String name() {
        return "quickstart";
    }

    @Override
    public String summary() {
        return "the first program of the README: three payments of one card within a minute";
    }

    @Override
    public int run(List<String> args) throws UsageException {
        Options options = new Options(name()).parse(args);
        if (options.has("--help")) {
            System.out.print(options.help(summary()));
            return OK;
        }
        Quickstart.main(new String[0]);
        return OK;
    }
}
