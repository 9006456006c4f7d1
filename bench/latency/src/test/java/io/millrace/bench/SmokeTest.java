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
import java.util.Map;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each scenario, for a second or two: that it ends, has a table, and all answers are right. Not whether its rate was held. The longer ones are
 * in {@link SmokeOfTroubleTest}, which may run beside.
 */
class SmokeTest {
    static final String SMALL_JVM = "-Xmx600m -XX:+UseSerialGC -XX:TieredStopAtLevel=1";

    @TempDir
    Path folder;

    record Outcome(int code, String out) {}

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

    /** Those that need no more than that; which have tests of their own says {@link EachCommandTest}. */
    static final List<String> LINES = List.of(
            "jitter --seconds 1",
            "throughput --workload W0 --systems disruptor --waiting adaptive,yielding --events 50000 --runs 1 --jvm",
            "idle --waiting two-stages,journal --settle 0 --seconds 1 --runs 1",
            "scale --one operators:3 --events 1000 --runs 1");

    static Stream<String> lines() {
        return LINES.stream();
    }

    @ParameterizedTest
    @MethodSource("lines")
    void shouldRunEachScenario(String line) throws Exception {
        assertRuns(line);
    }

    private static List<String> tags(Path hlog) throws Exception {
        List<String> tags = new ArrayList<>();
        try (HistogramLogReader log = new HistogramLogReader(hlog.toFile())) {
            for (Histogram h = (Histogram) log.nextIntervalHistogram();
                    h != null;
                    h = (Histogram) log.nextIntervalHistogram()) {
                assertTrue(h.getTotalCount() > 0);
                tags.add(h.getTag());
            }
        }
        return tags;
    }

    /** What a JVM of one engine says is understood, and kept for a file of histograms. */
    @Test
    void shouldKeepTheLatenciesOfTheFirstEvents() throws Exception {
        String said = run(words("warm-up --events 100 --at-least 1000 --one cold")).out;
        WarmUpCommand.One one = WarmUpCommand.One.of(said.strip().substring(WarmUpCommand.MARK.length()));
        assertEquals(100, one.ns().getTotalCount());
        assertEquals(one.figures()[4], one.ns().getMaxValue() / 1e3, 0.01 * one.figures()[4], "the largest");
        Path hlog = folder.resolve("hlog");
        WarmUpCommand.writeHlog(hlog.toString(), Map.of("cold", List.of(one, one)), 100);
        assertEquals(List.of("cold", "cold"), tags(hlog));
    }

    /** A JVM for each, a row for each, in the page and in both files. */
    @Test
    void shouldWriteATableOfQueries() throws Exception {
        Path page = Files.writeString(folder.resolve("page"), "<!-- nexmark -->\n<!-- /nexmark -->\n");
        Path json = folder.resolve("json");
        Path hlog = folder.resolve("hlog");
        Outcome outcome = run(
                List.of(("nexmark --query q2,q3 --events 1000 --readme " + page + " --json " + json + " --hlog " + hlog)
                        .split(" ")));
        assertEquals(0, outcome.code, outcome.out);
        assertTrue(hasFloor(outcome), outcome.out);
        String text = Files.readString(page);
        assertTrue(text.contains("$ bench/run nexmark --query q2,q3 --events 1000\ntime "), text);
        for (String line : List.of("q2( +[0-9.]+){6} +920  -", "q3( +[0-9.]+){6} +80  -", "clock +\\S+", "flags.*")) {
            assertTrue(text.lines().anyMatch(l -> l.matches(line)), line + " in " + text);
        }
        String figures = Files.readString(json);
        for (String name :
                List.of("\"q3\": {", "\"p99 us\": ", "\"bytes/event\": ", "\"events/s\": ", "\"steal %\": ")) {
            assertTrue(figures.contains(name), name + " in " + figures);
        }
        assertEquals(List.of("q2", "q3"), tags(hlog));
    }

    /** Whether what the machine itself does stands in the head: where no row of the table has it. */
    private static boolean hasFloor(Outcome outcome) {
        return outcome.out.contains("\njitter    ");
    }

    static Outcome assertRuns(String line) throws Exception {
        Outcome outcome = run(words(line));
        assertTrue(outcome.code == 0 || outcome.code == 1, outcome.out);
        assertFalse(outcome.out.isBlank());
        assertEquals(List.of("storm", "stuck-sink").contains(words(line).get(0)), hasFloor(outcome), outcome.out);
        assertFalse(outcome.out.contains("VOID"), outcome.out);
        return outcome;
    }

    private static void assertSoundOrNotHeld(Outcome outcome) {
        assertEquals(outcome.out.contains("FAIL: the rate was not held") ? 1 : 0, outcome.code, outcome.out);
        assertFalse(outcome.out.contains("VOID"), outcome.out);
    }

    /** Each figure of either side, in the table and in the files; at a rate that hardly any machine holds, which is said then. */
    @Test
    void shouldSetWhatIsSentOverAeronBesideBareAeron() throws Exception {
        Path json = folder.resolve("json");
        Path hlog = folder.resolve("hlog");
        Outcome outcome =
                run(List.of(("aeron --channel ipc --ms 4 --rate 10000000 --rounds 1 --threading invoker --hlog " + hlog
                                + " --json " + json)
                        .split(" ")));
        assertSoundOrNotHeld(outcome);
        assertEquals(2, outcome.out.split("driver of both: INVOKER, run by who calls", -1).length - 1, outcome.out);
        assertTrue(hasFloor(outcome), outcome.out);
        String figures = Files.readString(json);
        assertEquals(outcome.code == 1, figures.contains("one way held\": false"), figures);
        for (String figure : List.of(
                "round trip p50 us",
                "round trip p99 us",
                "one way p50 us",
                "one way p99 us",
                "messages/s",
                "messages/s, sent back",
                "bytes a message, flood",
                "bytes a message, one way",
                "one way held")) {
            assertTrue(outcome.out.contains("\n" + figure + " "), outcome.out);
            assertTrue(figures.contains("\"bare " + figure + "\""), figures);
            assertTrue(figures.contains("\"millrace " + figure + "\""), figures);
        }
        assertTrue(figures.contains("\"ratio one way p99 us\""), figures);
        assertEquals(
                List.of(
                        "ipc.bare.round-trip",
                        "ipc.bare.one-way",
                        "ipc.millrace.round-trip",
                        "ipc.millrace.one-way",
                        "ipc-engine.bare.round-trip",
                        "ipc-engine.bare.one-way",
                        "ipc-engine.millrace.round-trip",
                        "ipc-engine.millrace.one-way"),
                tags(hlog));
    }

    @Test
    void shouldSayWhichThreadsTheDriverHas() throws Exception {
        Outcome outcome = run(List.of(
                "aeron --channel udp --host inline --ms 4 --rate 1000 --rounds 1 --threading shared".split(" ")));
        assertSoundOrNotHeld(outcome);
        assertTrue(
                outcome.out.contains("driver of both: SHARED, all BackoffIdleStrategy{alias=backoff, maxSpins=10"),
                outcome.out);
    }

    /** Of a second that ends while windows fire: behind 199,500 events of warm-up, a thousand at the rate and a thousand before it. */
    @Test
    void shouldWriteLatenciesAsTableJsonHistogramsAndPlot() throws Exception {
        List<String> words =
                words("latency --workload W1 --systems inline --rates 1k --seconds 1 --pairs 1 --warmup 199500 --jvm");
        Path page = Files.writeString(folder.resolve("page"), "<!-- latency W1 -->\n<!-- /latency W1 -->\n");
        words.addAll(List.of("--readme", page.toString()));
        for (String file : List.of("json", "hlog", "plot")) {
            words.addAll(List.of("--" + file, folder.resolve(file).toString()));
        }
        Outcome outcome = run(words);
        assertSoundOrNotHeld(outcome);
        for (String line : List.of("inline +1000 all", "floor +1000 all")) {
            assertTrue(outcome.out.lines().anyMatch(l -> l.matches(line + " .*")), line + outcome.out);
        }
        if (outcome.code == 0) { // what was not held stands in no page
            String text = Files.readString(page);
            assertTrue(text.contains(outcome.out.strip().replaceAll("(?m) +$", "")), "the page has it all");
            assertTrue(text.contains("$ bench/run latency --workload W1 --systems inline --rates 1k"), text);
        }
        String json = Files.readString(folder.resolve("json"));
        for (String name : List.of("\"1000\"", "\"clock\"", "\"steal %\"", "\"load after\"", "\"p99.99\"")) {
            assertTrue(json.contains(name), name + " in " + json);
        }
        assertEquals(
                List.of("inline.1000.all", "inline.1000.clear", "floor.1000.all", "floor.1000.clear"),
                tags(folder.resolve("hlog")));
        String svg = Files.readString(folder.resolve("plot"));
        assertEquals(2, svg.split("<polyline", -1).length - 1);
        assertEquals(1, svg.split("<g ", -1).length - 1, "all systems on one axis");
        assertTrue(svg.contains("floor (jitter)") && svg.contains("1,000 events a second"), svg);
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
