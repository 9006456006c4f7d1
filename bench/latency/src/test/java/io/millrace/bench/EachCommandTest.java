package io.millrace.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bench.command.BenchCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

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
            assertTrue(source.contains(" void " + test.get(1) + '('), test.toString());
        }
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
            runs.addAll(first(AllCommand.beside(quick)));
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
