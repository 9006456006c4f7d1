package io.millrace.examples.fraud;

import io.millrace.cli.Command;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import java.util.List;

/** {@code examples/run fraud}: scores card payments, raises alerts, prints what it took. */
public final class FraudCommand implements Command {
    /** The command. */
    public FraudCommand() {}

    @Override
    public String name() {
        return "fraud";
    }

    @Override
    public String summary() {
        return "scores card payments by the history of card and terminal, and raises alerts";
    }

    @Override
    public int run(List<String> args) throws UsageException {
        Options options = FraudOptions.declared().parse(args);
        if (options.has("--help")) {
            System.out.print(options.help(summary()));
            return OK;
        }
        return new FraudRun(FraudOptions.of(options)).run();
    }
}
