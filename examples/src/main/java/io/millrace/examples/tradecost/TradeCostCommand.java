package io.millrace.examples.tradecost;

import io.millrace.cli.Command;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import java.util.List;

/** {@code examples/run trade-cost}: what trades cost against the last quotes of their exchange. */
public final class TradeCostCommand implements Command {
    /** The command. */
    public TradeCostCommand() {}

    @Override
    public String name() {
        return "trade-cost";
    }

    @Override
    public String summary() {
        return "joins each trade with the last bid and ask of its exchange, and sums up what trading cost";
    }

    @Override
    public int run(List<String> args) throws UsageException {
        Options options = TradeCostOptions.declared().parse(args);
        if (options.has("--help")) {
            System.out.print(options.help(summary()));
            return OK;
        }
        return new TradeCostRun(TradeCostOptions.of(options)).run();
    }
}
