package io.millrace.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bench.command.BenchCommand;
import io.millrace.bench.command.Beside;
import io.millrace.cli.Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever adds a command adds it to {@code all}, and a smoke of it: a line of a smoke test, or a test that is named here. */
class EachCommandTest {
    private static final String HERE = "bench/latency/src/test/java/io/millrace/bench/";
    private static final String JOURNAL = "bench/journal/src/test/java/io/millrace/bench/";

    /** File and method. */
    private static final Map<String, List<String>> TESTS = new TreeMap<>(Map.ofEntries(
            Map.entry("all", List.of(HERE + "EachCommandTest", "shouldRunAllThereIsByOneCommand")),
            Map.entry("latency", List.of(HERE + "SmokeTest", "shouldWriteLatenciesAsTableJsonHistogramsAndPlot")),
            Map.entry("warm-up", List.of(HERE + "SmokeTest", "shouldKeepTheLatenciesOfTheFirstEvents")),
            Map.entry("aeron", List.of(HERE + "SmokeTest", "shouldSetWhatIsSentOverAeronBesideBareAeron")),
            Map.entry("nexmark", List.of(HERE + "SmokeTest", "shouldWriteATableOfQueries")),
            Map.entry("peers", List.of(HERE + "PeersTest", "shouldGiveNoFigureToAPeerWithAnotherAnswer")),
            Map.entry("first-score", List.of(HERE + "FirstScoreCommandTest", "shouldTakeTheScriptAndTheJvmTogether")),
            Map.entry(
                    "journal", List.of(JOURNAL + "journal/FiguresTest", "shouldWriteTheFiguresIntoFilesAndIntoAPage")),
            Map.entry("crash-images", List.of(JOURNAL + "journal/FiguresTest", "shouldEndWithTheResult")),
            Map.entry("bit-rot", List.of(JOURNAL + "journal/FiguresTest", "shouldEndWithTheResult")),
            Map.entry(
                    "kill",
                    List.of(JOURNAL + "kill/KillTest", "shouldLoseDoubleAndReorderNothingHoweverOftenItIsKilled")),
            Map.entry(
                    "identical", List.of(JOURNAL + "identical/IdenticalTest", "shouldPutOutTheSameBitsHoweverItIsRun")),
            Map.entry(
                    "jmh",
                    List.of("bench/jmh/src/test/java/io/millrace/bench/jmh/ParamsTest", "shouldMakeEachOperator")),
            Map.entry(
                    "stress",
                    List.of("bench/stress/src/test/java/io/millrace/bench/stress/StressSmokeTest", "shouldRunACase"))));

    /** These have none to keep. */
    private static final Set<String> WITHOUT_LATENCIES = Set.of("throughput", "idle", "overload", "scale", "all");

    private static Set<String> first(Collection<List<String>> lines) {
        Set<String> names = new TreeSet<>();
        lines.forEach(words -> names.add(words.get(0)));
        return names;
    }

    private static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("bench/README.md"))) {
            at = at.getParent();
        }
        return at;
    }

    @Test
    void shouldHaveASmokeOfEach() throws IOException {
        Set<String> smoked = first(Stream.concat(SmokeTest.LINES.stream(), SmokeOfTroubleTest.LINES.stream())
                .map(line -> List.of(line.split(" ")))
                .toList());
        smoked.addAll(TESTS.keySet());
        assertEquals(Main.names(), smoked, "commands, and those that have a smoke");
        for (List<String> test : TESTS.values()) {
            String source = Files.readString(root().resolve(test.get(0) + ".java"));
            assertTrue(isTest(source, test.get(1)), test.toString());
        }
    }

    /** Whether a method is one that runs: behind the annotation there may be others, and words about it, but no other method. */
    private static boolean isTest(String source, String method) {
        int at = source.indexOf(" void " + method + '(');
        int before = source.lastIndexOf("\n\n", at);
        return at >= 0 && source.substring(before, at).matches("(?s).*\\s@(Parameterized|Repeated)?Test\\b.*");
    }

    @Test
    void shouldTakeAMethodForATestOnlyWhereItIsOne() {
        String two = "{\n\n    /** It. */\n    @Test\n    @Timeout(5)\n    void is() {}\n\n    void isNot() {}\n}\n";
        assertTrue(isTest(two, "is"));
        assertFalse(isTest(two, "isNot"));
        assertFalse(isTest(two, "none"));
    }

    /** Whatever one ends by, the next is run; what the script is told, and what it says by its exit code. */
    @Test
    void shouldGoOnBehindACommandThatFails(@TempDir Path folder) throws Exception {
        Path script = folder.resolve("run");
        Path told = folder.resolve("told");
        Files.writeString(script, "#!/bin/sh\necho \"$@\" >> " + told + "\n[ \"$1\" != kill ]\n");
        assertTrue(script.toFile().setExecutable(true));
        List<String> failed = new ArrayList<>();
        AllCommand.runOne(List.of("a", "1"), () -> 0, failed);
        AllCommand.runOne(List.of("b", "2"), () -> 1, failed);
        AllCommand.runOne(
                List.of("c"),
                () -> {
                    throw new IOException("no room");
                },
                failed);
        AllCommand.runOne(
                List.of("d"),
                () -> {
                    throw new Options("bench/run", "d").bad("--x", "is wrong", "leave it");
                },
                failed);
        AllCommand.runOne(
                List.of("e"),
                () -> {
                    throw new UncheckedIOException(new IOException("gone"));
                },
                failed);
        for (List<String> words : List.of(List.of("kill", "--times", "5"), List.of("stress", "-t", "P"))) {
            AllCommand.runOne(words, () -> AllCommand.start(script, words, folder), failed);
        }
        assertEquals(List.of("b 2", "c", "d", "e", "kill --times 5"), failed);
        assertEquals(
                List.of("kill --times 5 --json " + folder + "/kill.json", "stress -t P -r " + folder + "/stress"),
                Files.readAllLines(told));
    }

    @Test
    void shouldRunAllThereIsByOneCommand() throws Exception {
        for (boolean quick : new boolean[] {true, false}) {
            Set<String> runs = first(AllCommand.own(quick));
            for (BenchCommand command : Main.commands()) {
                for (List<String> words : AllCommand.own(quick)) {
                    if (words.get(0).equals(command.name())) {
                        command.options()
                                .parse(words.subList(1, words.size())); // throws at a word that it does not know
                    }
                }
            }
            runs.addAll(first(Beside.lines(quick)));
            runs.add("all");
            assertEquals(Main.names(), runs, quick ? "quick" : "whole");
        }
    }

    @Test
    void shouldKeepHistogramsOfAllLatencies() {
        for (BenchCommand command : Main.commands()) {
            String help = command.options().help("");
            assertEquals(!WITHOUT_LATENCIES.contains(command.name()), help.contains("--hlog FILE"), command.name());
            assertEquals(!command.name().equals("all"), help.contains("--json FILE"), command.name());
        }
    }
}
