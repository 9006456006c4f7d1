package io.millrace.bench.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bench.command.BenchCommand;
import io.millrace.bench.command.Beside;
import io.millrace.cli.UsageException;
import io.millrace.transport.journal.Scratch;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That the figures can be taken; what they are is for {@code bench/run journal}. */
@Timeout(300)
class FiguresTest {
    private static final Effort FEW = new Effort(1, 1, 1, 3_000);

    @Test
    void shouldReplayWhatCameLiveAndTakeSnapshotsMeanwhile() throws Exception {
        Figures figures = new Figures(FEW.seconds());
        try (Scratch scratch = new Scratch()) {
            new ReplayRate(scratch.directory(), FEW, figures).run(); // throws when the replay differs
            new SnapshotLatency(scratch.directory(), FEW, figures).run();
        }
    }

    @Test
    void shouldWriteTheFiguresIntoFilesAndIntoAPage(@TempDir Path dir) throws Exception {
        Path page = Files.writeString(dir.resolve("page.md"), "before\n<!-- log -->\n<!-- /log -->\nafter\n");
        Path json = dir.resolve("figures.json");
        List<String> words = List.of("journal --parts replay --entries 3000 --rounds 1 --mark log".split(" "));
        List<String> files =
                List.of("--directory", dir.toString(), "--json", json.toString(), "--readme", page.toString());
        assertEquals(0, Main.run(Stream.concat(words.stream(), files.stream()).toList()));
        String text = Files.readString(json);
        assertTrue(text.contains("\"name\": \"live paced\"") && text.contains("\"load after\""), text);
        String filled = Files.readString(page);
        assertTrue(filled.startsWith("before\n") && filled.endsWith("after\n"), filled);
        assertTrue(filled.contains("$ bench/run journal --parts replay --entries 3000 --rounds 1 --directory"), filled);
        assertTrue(filled.contains("\ncpu ") && filled.contains("entries/s of 3,000"), filled);
    }

    @Test
    void shouldKeepTheHistogramOfEachRow(@TempDir Path dir) throws Exception {
        Figures figures = new Figures(2);
        Histogram waits = new Histogram(3);
        waits.recordValue(7_000);
        figures.row("waits", "DISK one").waits(waits);
        figures.row("cost", "DISK").value("added %", 3.5);
        Path hlog = dir.resolve("waits.hlog");
        figures.writeHlog(hlog.toString());
        String text = Files.readString(hlog);
        assertTrue(text.contains("\nTag=waits-DISK-one,"), text);
        assertFalse(text.contains("cost"), text);
        figures.writeJson(dir.resolve("f.json"), Map.of());
        assertTrue(Files.readString(dir.resolve("f.json")).contains("\"p99 us\": 7."), "in microseconds");
    }

    @ParameterizedTest
    @CsvSource({
        "crash-images, '2 runs: 0 lost, 0 doubled, 0 reordered'",
        "bit-rot, '2 damages from seed 5: '",
    })
    void shouldEndWithTheResult(String command, String last, @TempDir Path dir) throws Exception {
        Path page = Files.writeString(dir.resolve("page.md"), "<!-- here -->\n<!-- /here -->\n");
        assertEquals(
                0,
                Main.run(List.of(
                        command, "--times", "2", "--seed", "5", "--mark", "here", "--readme", page.toString())));
        List<String> lines = Files.readAllLines(page);
        String end = lines.get(lines.lastIndexOf("```") - 1);
        assertTrue(end.startsWith(last), end);
    }

    @Test
    void shouldMeasureNothingForAPageWithoutAPlaceForIt(@TempDir Path dir) throws Exception {
        Path page = Files.writeString(dir.resolve("page.md"), "nothing\n");
        assertEquals(1, Main.run(List.of("kill", "--times", "1000000", "--readme", page.toString())));
        assertEquals("nothing\n", Files.readString(page));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "crash-images --times x",
                "crash-images --events 3",
                "bit-rot --times -4",
                "kill --level NONE",
                "kill --times",
                "identical --events 0",
                "journal --parts cost,lost"
            })
    void shouldRefuseWhatNobodyCanMean(String line) throws Exception {
        List<String> words = List.of(line.split(" "));
        PrintStream screen = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        UsageException refused;
        System.setOut(new PrintStream(printed, true));
        try {
            refused = assertThrows(UsageException.class, () -> Main.run(words));
        } finally {
            System.setOut(screen);
        }
        assertEquals(0, printed.size(), "nothing is said before it is known what is meant");
        assertTrue(refused.getMessage().contains(words.get(1)), refused.getMessage());
    }

    @Test
    void shouldMeasureNothingWhereFilesCannotBe(@TempDir Path dir) throws Exception {
        Path none = dir.resolve("none");
        assertEquals(1, Main.run(List.of("journal", "--directory", none.toString())));
        assertEquals(
                1, Main.run(List.of("journal", "--json", none.resolve("json").toString())));
        assertFalse(Files.exists(none));
    }

    @Test
    void shouldSayWhichCommandIsNone() throws Exception {
        assertEquals(2, Main.run(List.of("kil")));
    }

    @Test
    void shouldHelp() throws Exception {
        assertEquals(0, Main.run(List.of("kill", "--help")));
    }

    /** What {@code bench/run all} asks of these commands, they know. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldUnderstandWhatAllAsksOfThem(boolean quick) throws Exception {
        List<String> asked = new ArrayList<>();
        for (List<String> words : Beside.lines(quick)) {
            for (BenchCommand command : Main.COMMANDS) {
                if (command.name().equals(words.get(0))) {
                    command.options().parse(words.subList(1, words.size())); // throws at a word that it does not know
                    asked.add(command.name());
                }
            }
        }
        assertEquals(Main.COMMANDS.stream().map(BenchCommand::name).toList(), asked);
    }
}
