package io.millrace.examples.anomaly;

import io.millrace.cli.Command;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import java.util.List;

/** {@code examples/run anomaly}: how unusual each value of a series is. */
public final class AnomalyCommand implements Command {
    /** The command. */
    public AnomalyCommand() {}

    @Override
    public String name() {
        return "anomaly";
    }

    @Override
    public String summary() {
        return "scores each value of a series by the mean and deviation of those before it";
    }

    @Override
    public int run(List<String> args) throws UsageException {
        Options options = AnomalyOptions.declared().parse(args);
        if (options.has("--help")) {
            System.out.print(options.help(summary()));
            return OK;
        }
        return new AnomalyRun(AnomalyOptions.of(options)).run();
    }
}
