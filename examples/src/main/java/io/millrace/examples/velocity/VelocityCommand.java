package io.millrace.examples.velocity;

import io.millrace.cli.Command;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import java.util.List;

/** {@code examples/run velocity}: finds three patterns in what happens to cards. */
public final class VelocityCommand implements Command {
    /** The command. */
    public VelocityCommand() {}

    @Override
    public String name() {
        return "velocity";
    }

    @Override
    public String summary() {
        return "finds cards that are probed, guessed or only looked at, each within a minute";
    }

    @Override
    public int run(List<String> args) throws UsageException {
        Options options = VelocityOptions.declared().parse(args);
        if (options.has("--help")) {
            System.out.print(options.help(summary()));
            return OK;
        }
        return new VelocityRun(VelocityOptions.of(options)).run();
    }
}
