package io.millrace.bench.journal;

import io.millrace.bench.command.BenchCommand;
import io.millrace.bench.command.Program;
import io.millrace.cli.UsageException;
import java.util.List;

/** The program behind {@code bench/run journal}, {@code kill}, {@code identical}, {@code crash-images} and {@code bit-rot}. */
public final class Main {
    static final List<BenchCommand> COMMANDS = List.of(
            new JournalCommand(),
            new KillCommand(),
            new IdenticalCommand(),
            new CrashImagesCommand(),
            new BitRotCommand());

    private Main() {}

    /**
     * Exit codes: 0 good, 1 something was found or the run failed, 2 usage.
     *
     * @param arguments a command and its options
     */
    public static void main(String[] arguments) {
        Program.end(List.of(arguments), Main::run);
    }

    static int run(List<String> words) throws UsageException {
        Program.hush();
        return Program.run(words, COMMANDS, List.of());
    }
}
