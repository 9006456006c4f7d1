package io.millrace.bench.jmh;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The program behind {@code bench/run jmh}: that of JMH, but that one line says what cannot be understood, and it ends with 2 then; {@code --readme} and {@code --json} as in other commands, {@code --turns N} in turns. */
public final class Main {
    private static final int USAGE = 2;

    private Main() {}

    /**
     * Runs it.
     *
     * @param arguments those of JMH
     * @throws Exception when it fails in another way
     */
    public static void main(String[] arguments) throws Exception {
        JmhPage page = null;
        String wrong = null;
        try {
            page = JmhPage.of(arguments);
            wrong = wrongWith(page.arguments());
        } catch (IllegalArgumentException e) {
            wrong = e.getMessage();
        }
        if (wrong != null) {
            System.err.println(("millrace jmh: " + wrong).replaceAll("\\p{Cntrl}+", " "));
            System.exit(USAGE);
        }
        String missing = placeThatIsMissing(page.arguments());
        if (missing != null) {
            System.err.println("millrace jmh: " + missing + ": its directory is not there; make it");
            System.exit(1);
        }
        if (page.isWished()) {
            write(page);
        } else {
            org.openjdk.jmh.Main.main(page.arguments());
        }
    }

    private static void write(JmhPage page) throws CommandLineOptionException {
        try {
            page.run();
        } catch (IOException | RunnerException e) {
            System.err.println("millrace jmh: " + e.getMessage());
            System.exit(1);
        }
    }

    /** What cannot be understood, and the cure; null when all can. */
    static String wrongWith(String... arguments) {
        try {
            CommandLineOptions options = new CommandLineOptions(arguments);
            return options.shouldHelp() || matches(options.getIncludes(), options.getExcludes())
                    ? null
                    : String.join(" ", options.getIncludes())
                            + ": no benchmark of that name; bench/run jmh -l names all";
        } catch (CommandLineOptionException e) {
            return e.getMessage() + "; see bench/run jmh --help";
        } catch (PatternSyntaxException e) {
            return e.getPattern() + ": is no pattern, " + e.getDescription() + "; write one such as WatchBenchmark";
        }
    }

    /** The file of results, where it cannot be made for want of its directory; else null. */
    static String placeThatIsMissing(String... arguments) throws CommandLineOptionException {
        CommandLineOptions options = new CommandLineOptions(arguments);
        String file = options.getResult().hasValue() ? options.getResult().get() : null;
        return file == null || Files.isDirectory(Path.of(file).toAbsolutePath().getParent()) ? null : file;
    }

    private static boolean matches(List<String> patterns, List<String> without) {
        patterns.forEach(Pattern::compile);
        OutputFormat silent = OutputFormatFactory.createFormatInstance(
                new PrintStream(OutputStream.nullOutputStream()), VerboseMode.SILENT);
        return !BenchmarkList.defaultList().find(silent, patterns, without).isEmpty();
    }
}
