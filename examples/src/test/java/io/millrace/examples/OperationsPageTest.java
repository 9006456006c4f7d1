package io.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.cli.Command;
import io.millrace.engine.Health;
import io.millrace.event.Reason;
import io.millrace.journal.Durability;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Whoever is called at night looks on the page for operations for the words that health shows. What they are is read from the code: what is
 * written where a reason is told, and what counters and meters are called.
 */
class OperationsPageTest {
    private static final Path ROOT = ReadmeTest.root();

    /** Where reasons are told, assigned, or handed to whoever keeps them. */
    private static final Pattern TELLS = Pattern.compile(
            "(?:Lost lost|void tell|void tellFaults|void ofPort|Troubles troubles|String (?:why|trouble|whyNone|whyUnforced|refusal|left|leftWhenHalted|whenHalted|nearlyFull|reason|where))\\([^)]*\\) \\{");

    private static final Pattern KEEPS =
            Pattern.compile("\\b(?:trouble|stalled|refusal|unretained|condition) = [^;]*;");
    private static final Pattern FAILS = Pattern.compile("\\b(?:failed|noted|halt)\\(\\s*\\w+,\\s*\"[^\"]*\"");
    private static final Pattern TEXT = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern TWO_WORDS = Pattern.compile("[a-z]{2,}[^a-z]+[a-z]{2,}");

    /** Nobody's health: a log that is only read. */
    private static final List<String> LEFT_OUT = List.of("ReadOnlyLog.java");

    private final String page = plain(read(ROOT.resolve("engine/OPERATIONS.md")));

    @Test
    void shouldNameEachReasonOfHealth() throws IOException {
        Map<String, String> reasons = new TreeMap<>();
        for (Path file : sources()) {
            String code = read(file).replaceAll("\"\\s*\\+\\s*\"", "");
            List<String> parts = new ArrayList<>();
            for (Matcher m = TELLS.matcher(code); m.find(); ) {
                parts.add(code.substring(m.end(), code.indexOf("\n    }\n", m.end() - 1)));
            }
            KEEPS.matcher(code).results().forEach(r -> parts.add(r.group()));
            FAILS.matcher(code).results().forEach(r -> parts.add(r.group()));
            String name = file.getFileName().toString();
            parts.forEach(p -> TEXT.matcher(p)
                    .results()
                    .map(r -> plain(r.group(1)))
                    .forEach(t -> {
                        if (TWO_WORDS.matcher(t).find() && !LEFT_OUT.contains(name)) {
                            reasons.put(t, name);
                        }
                    }));
        }
        assertTrue(reasons.size() > 40, "found only " + reasons);
        assertNamed(reasons.keySet().stream());
    }

    @Test
    void shouldNameStatesLevelsAndReasonsOfDeadLetters() {
        assertNamed(Arrays.stream(Health.State.values()).map(s -> "`" + s + "`"));
        assertNamed(Arrays.stream(Durability.values())
                .filter(d -> d != Durability.MEMORY) // which is no journal
                .map(d -> "`" + d + "`"));
        assertNamed(Arrays.stream(Reason.values()).map(r -> "`" + r.text() + "`"));
    }

    @Test
    void shouldNameEachExitCode() throws IllegalAccessException {
        List<String> codes = new ArrayList<>();
        for (Field f : Command.class.getFields()) {
            codes.add(f.getInt(null) + " (");
        }
        assertTrue(codes.size() >= 4, codes.toString());
        assertNamed(codes.stream());
    }

    @Test
    void shouldNameEachCounterAndMeter() throws IOException {
        Pattern counter = Pattern.compile("(?:all\\.put\\((?:of \\+ )?|NOT_ANSWERED = |to\\.accept\\()\"([^\"]+)\"");
        Pattern meter = Pattern.compile("\\b(?:NODE|INPUT|OUTPUT) \\+ \"([^\"]+)\"");
        Pattern family = Pattern.compile("builder\\(\"([^\"]+)\"");
        List<String> names = new ArrayList<>();
        for (Path file : sources()) {
            String code = read(file);
            for (Pattern p : List.of(counter, meter, family)) {
                p.matcher(code).results().forEach(r -> names.add("`" + r.group(1) + "`"));
            }
        }
        assertTrue(names.size() > 60, "found only " + names);
        assertNamed(names.stream());
    }

    private void assertNamed(Stream<String> all) {
        assertEquals(
                List.of(), all.filter(one -> !page.contains(one)).toList(), "not on the page engine/OPERATIONS.md");
    }

    private static List<Path> sources() throws IOException {
        List<Path> all = new ArrayList<>();
        for (String of : List.of(
                "engine/core/src/main/java/io/millrace/engine",
                "engine/micrometer/src/main",
                "transports/aeron/src/main",
                "transports/file/src/main",
                "transports/journal/src/main")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(of))) {
                files.filter(f -> f.toString().endsWith(".java")).forEach(all::add);
            }
        }
        return all;
    }

    /** Without what stands at the ends of a part of a sentence. */
    private static String plain(String text) {
        return text.replaceAll("\\s+", " ").replaceAll("^[ ;:,.()]+|[ ;:,.()]+$", "");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
