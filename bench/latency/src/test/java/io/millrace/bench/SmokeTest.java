package io.millrace.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.cli.UsageException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each scenario, for a second or two: that it ends, has a table, and all answers are right. Not whether its rate was held. The longer ones are
 * in {@link SmokeOfTroubleTest}, which may run beside.
 */
class SmokeTest {
    static final String SMALL_JVM = "-Xmx600m -XX:+UseSerialGC -XX:TieredStopAtLevel=1";

    @TempDir
    Path folder;

    private record Outcome(int code, String out) {}

    private static Outcome run(List<String> words) throws UsageException {
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            return new Outcome(Main.run(words), out.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(before);
        }
    }

    private static List<String> words(String line) {
        List<String> words = new ArrayList<>(List.of(line.split(" ")));
        if (words.contains("--jvm")) {
            words.add(words.indexOf("--jvm") + 1, SMALL_JVM);
        }
        return words;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jitter --seconds 1",
                "throughput --workload W0 --systems inline,floor --events 50000 --runs 1 --jvm",
                "idle --waiting journal --settle 0 --seconds 1",
                "warm-up --events 100 --at-least 1000 --one cold",
                "scale --one operators:3 --events 1000 --runs 1"
            })
    void shouldRunEachScenario(String line) throws Exception {
        assertRuns(line);
    }

    static void assertRuns(String line) throws Exception {
        Outcome outcome = run(words(line));
        assertTrue(outcome.code == 0 || outcome.code == 1, outcome.out);
        assertFalse(outcome.out.isBlank());
        assertFalse(outcome.out.contains("VOID"), outcome.out);
    }

    /** Each figure of either side, in the page and in the file. */
    @Test
    void shouldSetWhatIsSentOverAeronBesideBareAeron() throws Exception {
        Path page = Files.writeString(folder.resolve("page"), "<!-- aeron -->\n<!-- /aeron -->\n");
        Path json = folder.resolve("json");
        Outcome outcome =
                run(List.of(("aeron --channel ipc --pings 100 --frames 2000 --events 1000 --rounds 1 --readme " + page
                                + " --json " + json)
                        .split(" ")));
        assertEquals(0, outcome.code, outcome.out);
        String text = Files.readString(page);
        assertTrue(text.contains("bench/run aeron --channel ipc --pings 100"), text);
        String figures = Files.readString(json);
        for (String figure : List.of(
                "round trip p50 us",
                "round trip p99 us",
                "one way p50 us",
                "one way p99 us",
                "messages/s",
                "bytes a message, flood",
                "bytes a message, one way")) {
            assertTrue(text.contains("\n" + figure + " "), text);
            assertTrue(figures.contains("\"bare " + figure + "\""), figures);
            assertTrue(figures.contains("\"millrace " + figure + "\""), figures);
        }
        assertTrue(figures.contains("\"ratio one way p99 us\""), figures);
    }

    @Test
    void shouldWriteLatenciesOfEachRateAsTableJsonHistogramsAndPlot() throws Exception {
        List<String> words =
                words("latency --workload W0 --systems floor --rates 500,1k --seconds 1 --pairs 1 --warmup 1000 --jvm");
        Path page = Files.writeString(folder.resolve("page"), "<!-- latency W0 -->\n<!-- /latency W0 -->\n");
        words.addAll(List.of("--readme", page.toString()));
        for (String file : List.of("json", "hlog", "plot")) {
            words.addAll(List.of("--" + file, folder.resolve(file).toString()));
        }
        Outcome outcome = run(words);
        assertFalse(outcome.out.contains("VOID"), outcome.out);
        for (String line : List.of("floor +500 all", "floor +1000 all")) {
            assertTrue(outcome.out.lines().anyMatch(l -> l.matches(line + " .*")), line + outcome.out);
        }
        assertTrue(
                Files.readString(page).contains(outcome.out.strip().replaceAll("(?m) +$", "")), "the page has it all");
        assertTrue(Files.readString(page).contains("$ bench/run latency --workload W0 --systems floor --rates 500,1k"));
        String json = Files.readString(folder.resolve("json"));
        for (String name : List.of("\"1000\"", "\"clock\"", "\"steal %\"", "\"load after\"", "\"p99.99\"")) {
            assertTrue(json.contains(name), name + " in " + json);
        }
        List<String> tags = new ArrayList<>();
        HistogramLogReader log = new HistogramLogReader(folder.resolve("hlog").toFile());
        for (Histogram h = (Histogram) log.nextIntervalHistogram();
                h != null;
                h = (Histogram) log.nextIntervalHistogram()) {
            assertTrue(h.getTotalCount() > 0);
            tags.add(h.getTag());
        }
        log.close();
        assertEquals(List.of("floor.500.all", "floor.500.clear", "floor.1000.all", "floor.1000.clear"), tags);
        String svg = Files.readString(folder.resolve("plot"));
        assertEquals(2, svg.split("<polyline", -1).length - 1);
        assertEquals(2, svg.split("<g ", -1).length - 1, "a panel a rate");
        assertTrue(svg.contains("floor (jitter)") && svg.contains("1000 events a second"), svg);
    }

    @Test
    void shouldNameAllThereIs() throws Exception {
        String list = run(List.of("list")).out;
        for (String name :
                List.of("all", "nexmark", "peers", "stress", "journal", "identical", "q106", "W3X", "disruptor-64")) {
            assertTrue(list.lines().anyMatch(l -> l.contains(" " + name + " ")), name + " in " + list);
        }
    }

    @Test
    void shouldNameTheTopologiesOfAClassPath() {
        UsageException e = assertThrows(
                UsageException.class, () -> Main.run(List.of("latency", "--classpath", ".", "--topology", "tinny")));
        assertTrue(e.getMessage().endsWith("use one of tiny"), e.getMessage());
        assertThrows(
                UsageException.class,
                () -> Main.run(List.of("latency", "--classpath", ".", "--topology", "tiny", "--gc", "zgc")));
    }

    @Test
    void shouldLeaveARigWhatItSaysUnlessTheCommandLineSaysMore() throws Exception {
        Outcome own = run(List.of("latency", "--classpath", ".", "--topology", "tiny"));
        assertTrue(own.out.lines().anyMatch(l -> l.matches(" +700 tiny .*")), own.out);
        assertFalse(own.out.contains("VOID"), own.out);
        assertTrue(own.out.contains("tiny, live"), own.out);
        Outcome inline = run(words("latency --classpath . --topology tiny --host inline --rates 500"));
        assertFalse(inline.out.contains("VOID"), inline.out);
        assertTrue(inline.out.contains("tiny, inline"), inline.out);
    }

    @Test
    void shouldRefuseARunWhoseLatenciesItsJvmDoesNotHold() {
        for (List<String> words : List.of(
                List.of("latency", "--rates", "10k,10m", "--seconds", "10"),
                List.of("latency", "--rates", "10k,10m", "--seconds", "10", "--jvm", "-Xmx4096M -Xmx1g"))) {
            UsageException e = assertThrows(UsageException.class, () -> Main.run(words));
            assertEquals(
                    "millrace latency: --rates 10k,10m --seconds 10: 10000000 events a second for 10 s are 100000000 latencies of 8"
                            + " bytes, of which the heap holds 33554432; take fewer seconds, a lower rate or more heap",
                    e.getMessage());
        }
        List<String> own =
                List.of("latency", "--classpath", ".", "--topology", "tiny", "--rates", "10m", "--seconds", "3600");
        assertTrue(assertThrows(UsageException.class, () -> Main.run(own))
                .getMessage()
                .contains("36000000000 latencies"));
    }

    @Test
    void shouldRefuseARateThatIsNone() {
        UsageException e =
                assertThrows(UsageException.class, () -> Main.run(List.of("latency", "--rates", "10k,fast")));
        assertEquals(
                "millrace latency: --rates fast: not possible; use events a second from 1 to 10m, such as 100k",
                e.getMessage());
    }
}
