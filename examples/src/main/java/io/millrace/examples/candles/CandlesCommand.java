package io.millrace.examples.candles;

import io.millrace.cli.Command;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import java.util.List;

/** {@code examples/run candles}: bars of ticks. */
public final class CandlesCommand implements Command {
    /** The command. */
    public CandlesCommand() {}

    @Override
    public String name() {
        return "candles";
    }

    @Override
    public String summary() {
        return "makes bars (open, high, low, close of bid and ask) from ticks";
    }

    @Override
    public int run(List<String> args) throws UsageException {
        Options options = CandlesOptions.declared().parse(args);
        if (options.has("--help")) {
            System.out.print(options.help(summary()));
            return OK;
        }
        return new CandlesRun(CandlesOptions.of(options)).run();
    }
}
