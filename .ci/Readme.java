import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs what a page shows: each fenced block opened by {@code ```console}, from a directory of its own with links to all that stands
 * in the current one: a file that a command makes there is gone behind it.
 *
 * <pre>
 *   $ command          run by bash; a line that ends in \ goes on in the next one
 *   expected output    standard output and error; "..." within a line stands for anything,
 *   ...                a line of it alone for any number of lines, none included
 * </pre>
 *
 * <p>A command must end with 0, or with N in a block opened by {@code ```console exit N}. A block opened by
 * {@code ```console no-run} is left out. Exit 1 when a command prints or ends otherwise, with the difference.
 */
final class Readme {
    private static final long COMMAND_TIMEOUT_S = 300;

    private record Command(String file, int line, int exit, String text, List<String> expected) {}

    public static void main(String[] files) throws IOException, InterruptedException {
        int failed = 0;
        int run = 0;
        Path scratch = scratch();
        try {
            for (String file : files) {
                for (Command command : commands(file, Files.readAllLines(Path.of(file)))) {
                    run++;
                    failed += passes(command, scratch) ? 0 : 1;
                }
            }
        } finally {
            delete(scratch);
        }
        System.out.println(run + " commands, " + failed + " failed");
        System.exit(failed == 0 ? 0 : 1);
    }

    private static Path scratch() throws IOException {
        Path scratch = Files.createTempDirectory("readme");
        try (Stream<Path> here = Files.list(Path.of("").toAbsolutePath())) {
            for (Path entry : (Iterable<Path>) here::iterator) {
                Files.createSymbolicLink(scratch.resolve(entry.getFileName()), entry);
            }
        }
        return scratch;
    }

    /** Links are deleted, and not followed. */
    private static void delete(Path scratch) throws IOException {
        try (Stream<Path> all = Files.walk(scratch)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static List<Command> commands(String file, List<String> lines) {
        List<Command> commands = new ArrayList<>();
        int i = 0;
        while (i < lines.size()) {
            String fence = lines.get(i++).strip();
            if (!fence.startsWith("```")) {
                continue;
            }
            String mode = fence.substring(3).strip();
            int begin = i;
            while (i < lines.size() && !lines.get(i).strip().equals("```")) {
                i++;
            }
            if (mode.matches("console( exit \\d+)?")) {
                int exit = mode.equals("console") ? 0 : Integer.parseInt(mode.substring("console exit ".length()));
                addBlock(commands, file, begin, lines.subList(begin, i), exit);
            } else if (mode.startsWith("console") && !mode.equals("console no-run")) {
                throw new IllegalArgumentException(file + ":" + begin + ": console, console exit N or console no-run; not "
                        + mode);
            }
            i++;
        }
        return commands;
    }

    private static void addBlock(List<Command> commands, String file, int begin, List<String> block, int exit) {
        int i = 0;
        while (i < block.size()) {
            int line = begin + i + 1;
            if (!block.get(i).startsWith("$ ")) {
                throw new IllegalArgumentException(file + ":" + line + ": a console block begins with a command: $ ...");
            }
            StringBuilder text = new StringBuilder(block.get(i++).substring(2));
            while (text.toString().endsWith("\\") && i < block.size()) {
                text.append('\n').append(block.get(i++));
            }
            List<String> expected = new ArrayList<>();
            while (i < block.size() && !block.get(i).startsWith("$ ")) {
                expected.add(block.get(i++).stripTrailing());
            }
            while (!expected.isEmpty() && expected.get(expected.size() - 1).isEmpty()) {
                expected.remove(expected.size() - 1);
            }
            commands.add(new Command(file, line, exit, text.toString(), expected));
        }
    }

    private static boolean passes(Command command, Path scratch) throws IOException, InterruptedException {
        System.out.println("$ " + command.text());
        Path out = Files.createTempFile("readme", ".out");
        try {
            Process process = new ProcessBuilder("bash", "-c", command.text())
                    .directory(scratch.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(out.toFile())
                    .start();
            boolean ended = process.waitFor(COMMAND_TIMEOUT_S, TimeUnit.SECONDS);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
            List<String> printed = new String(Files.readAllBytes(out), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::stripTrailing)
                    .toList();
            boolean matches = matches(command.expected(), 0, printed, 0);
            if (!ended) {
                System.out.println(command.file() + ":" + command.line() + ": not ended after " + COMMAND_TIMEOUT_S + " s");
            } else if (process.exitValue() != command.exit()) {
                System.out.println(command.file() + ":" + command.line() + ": exit " + process.exitValue() + ", not "
                        + command.exit());
            }
            if (!matches) {
                System.out.println(command.file() + ":" + command.line() + ": prints something else");
            }
            boolean passes = ended && process.exitValue() == command.exit() && matches;
            if (!passes) {
                printDifference(command.expected(), printed);
            }
            return passes;
        } finally {
            Files.delete(out);
        }
    }

    /** Whether the lines printed from {@code p} on are those expected from {@code e} on. */
    private static boolean matches(List<String> expected, int e, List<String> printed, int p) {
        while (e < expected.size() && !expected.get(e).equals("...")) {
            if (p == printed.size() || !line(expected.get(e)).matcher(printed.get(p)).matches()) {
                return false;
            }
            e++;
            p++;
        }
        if (e == expected.size()) {
            return p == printed.size();
        }
        for (int from = p; from <= printed.size(); from++) {
            if (matches(expected, e + 1, printed, from)) {
                return true;
            }
        }
        return false;
    }

    private static Pattern line(String expected) {
        StringBuilder pattern = new StringBuilder();
        String[] parts = expected.split(Pattern.quote("..."), -1);
        for (int i = 0; i < parts.length; i++) {
            pattern.append(i == 0 ? "" : ".*").append(Pattern.quote(parts[i]));
        }
        return Pattern.compile(pattern.toString());
    }

    /** Both texts, side by side where they agree line by line at the beginning and at the end. */
    private static void printDifference(List<String> expected, List<String> printed) {
        int head = 0;
        while (head < Math.min(expected.size(), printed.size()) && agree(expected.get(head), printed.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < Math.min(expected.size(), printed.size()) - head
                && agree(expected.get(expected.size() - 1 - tail), printed.get(printed.size() - 1 - tail))) {
            tail++;
        }
        printed.subList(0, head).forEach(l -> System.out.println("  " + l));
        expected.subList(head, expected.size() - tail).forEach(l -> System.out.println("- " + l));
        printed.subList(head, printed.size() - tail).forEach(l -> System.out.println("+ " + l));
        printed.subList(printed.size() - tail, printed.size()).forEach(l -> System.out.println("  " + l));
    }

    private static boolean agree(String expected, String printed) {
        return !expected.equals("...") && line(expected).matcher(printed).matches();
    }
}
