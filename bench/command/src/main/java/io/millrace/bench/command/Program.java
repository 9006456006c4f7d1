package io.millrace.bench.command;

import io.millrace.cli.Command;
import io.millrace.cli.EngineLog;
import io.millrace.cli.Nearest;
import io.millrace.cli.StandardOutput;
import io.millrace.cli.UsageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.logging.Level;

/** A program that is several commands: looks for the one that is meant, and ends with its exit code. */
public final class Program {
    /** How what a JVM says begins where a larger heap would do. */
    private static final List<String> OF_HEAP = List.of("Java heap space", "GC overhead limit exceeded");

    private Program() {}

    /** What is to be done for a command line. */
    @FunctionalInterface
    public interface Body {
        /**
         * Does it.
         *
         * @param words command and options
         * @return the exit code
         * @throws UsageException when they cannot be understood
         */
        int run(List<String> words) throws UsageException;
    }

    /** Engines say what is wrong, in a line each, and nothing else. */
    public static void hush() {
        EngineLog.show("bench", Level.WARNING, true);
    }

    /**
     * Runs a command line and ends the JVM: 0 good, 1 something was found, a figure is void or the run failed, 2 usage.
     *
     * @param words command and options
     * @param body  runs them
     */
    public static void end(List<String> words, Body body) {
        StandardOutput out = StandardOutput.install();
        int code = Command.USAGE;
        try {
            code = body.run(words);
        } catch (UsageException e) {
            System.err.println(e.getMessage());
        } catch (OutOfMemoryError e) {
            System.err.println(tooSmall("millrace " + words.get(0), e, "MILLRACE_JAVA_OPTS"));
            code = Command.FAILED;
        }
        IOException fault = out.fault();
        if (code == Command.INTERRUPTED) {
            return; // the JVM is on its way out with that code already
        }
        if (code == Command.OK && fault != null) {
            System.err.println("millrace " + words.get(0) + ": " + fault.getMessage());
            code = Command.FAILED;
        }
        System.exit(code);
    }

    /**
     * What is said where memory does not hold what a command needs, and which would help: more heap, or something else.
     *
     * @param who   whose JVM this is
     * @param error what was thrown
     * @param flags where flags of that JVM are given
     * @return one line with the cure
     */
    public static String tooSmall(String who, OutOfMemoryError error, String flags) {
        String said = Objects.requireNonNullElse(error.getMessage(), "OutOfMemoryError");
        if (OF_HEAP.stream().noneMatch(said::startsWith)) {
            return who + ": out of memory, and not of heap: " + said
                    + "; see which limit of the JVM or of this machine that is, and raise it";
        }
        long most = Runtime.getRuntime().maxMemory() >> 20;
        return who + ": " + said + "; it has " + most + " MB; give it more, such as " + flags + "=-Xmx"
                + Math.max(1, 4 * most >> 10) + "g";
    }

    /**
     * Runs the command that is named, or says which there are.
     *
     * @param words    its name and its options
     * @param commands those of the program
     * @param others   names of commands that other programs have
     * @return the exit code
     * @throws UsageException when its options cannot be understood
     */
    public static int run(List<String> words, List<? extends Command> commands, Collection<String> others)
            throws UsageException {
        String name = words.isEmpty() ? "" : words.get(0);
        for (Command command : commands) {
            if (command.name().equals(name)) {
                return command.run(words.subList(1, words.size()));
            }
        }
        List<String> names =
                new ArrayList<>(commands.stream().map(Command::name).toList());
        names.addAll(others);
        String nearest =
                Nearest.near(name, names).map(n -> "the nearest is " + n + "; ").orElse("");
        System.err.println(("millrace: " + name + ": no such benchmark; " + nearest + "bench/run list names all")
                .replaceAll("\\p{Cntrl}", "?"));
        return Command.USAGE;
    }
}
