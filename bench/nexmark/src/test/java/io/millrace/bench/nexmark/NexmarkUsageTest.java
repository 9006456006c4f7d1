package io.millrace.bench.nexmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bench.nexmark.generate.Generator;
import io.millrace.cli.UsageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command promises about options, rows that are none, exit codes and outputs. */
class NexmarkUsageTest {
    private static final String HEADER = "extra,auction,bidder,price,channel,url,date_time";

    @TempDir
    Path folder;

    private record Outcome(int code, String out, String err) {}

    private static Outcome run(String... words) throws UsageException {
        return runBy("none", words);
    }

    private static Outcome runBy(String program, String... words) throws UsageException {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream newOut = new ByteArrayOutputStream();
        ByteArrayOutputStream newErr = new ByteArrayOutputStream();
        System.setOut(new PrintStream(newOut, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(newErr, true, StandardCharsets.UTF_8));
        try {
            int code = new NexmarkCommand(program).run(List.of(words));
            return new Outcome(code, newOut.toString(StandardCharsets.UTF_8), newErr.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--qery q1, the nearest is --query",
        "--query q77, the nearest is q7",
        "--events 5, --query: is missing",
        "--query q3 --auctions none.csv, --persons: is missing; q3 reads that table",
        "--query q0 --bids none.csv --events 5, --events: has no meaning with --bids",
        "--query q0 --events 5 --disorder-ms 5, --disorder-ms: has no meaning without files",
        "--query q0 --rate much, use a whole number",
        "--query q13 --side none.csv, --bids: is missing; q13 reads that table",
        "--query q13 --side none.csv --events 5, --events: has no meaning with --side",
        "--query q13 --side - --bids -, standard input is read by --bids",
        "'--query q13,q2 --side none.csv', --side: has no meaning with several queries",
        "--query q0 --jvm=-Xmx1g, --jvm: has no meaning with one query",
        "--query q0 --bids none.csv --jvm=-Xmx1g, --jvm: has no meaning with --bids",
        "--query q0 --out same --json same, name two files",
        "'--query q1,q77', the nearest is q7",
        "'--query q1,q1', q1 is in it twice",
        "'--query q1,q2 --bids none.csv', --bids: has no meaning with several queries",
        "--query all --out rows, --out: has no meaning with several queries",
        "--query all --json -, --json -: standard output has the table",
        "--query q0 --bids none.csv --readme page, --readme: has no meaning with --bids",
        "--query q0 --readme page --out -, --out -: standard output has the table",
        "--query q0 --mark place, --mark: has no meaning without --readme",
    })
    void shouldRefuseWhatCannotBeUnderstood(String words, String says) {
        UsageException e = assertThrows(UsageException.class, () -> run(words.split(" ")));
        assertTrue(e.getMessage().contains(says), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"q12, the clock of the machine"})
    void shouldSayWhyAQueryIsLeftOut(String query, String why) throws Exception {
        Path out = folder.resolve("out");
        Outcome outcome = run("--query", query, "--out", out.toString());
        assertEquals(1, outcome.code);
        assertTrue(outcome.err.contains(why), outcome.err);
        assertFalse(Files.exists(out));
    }

    @Test
    void shouldTakeTheOtherRowsWhereSomeAreNone() throws Exception {
        Path bids = folder.resolve("some bids.csv.gz");
        try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(bids))) {
            gzip.write(String.join(
                            "\r\n",
                            HEADER,
                            "e,1,2,3,c,u,2015-07-15 00:00:01",
                            "",
                            "e,x,2,3,c,u,2015-07-15 00:00:01",
                            "e,1,,3,c,u,2015-07-15 00:00:01",
                            "e,1,2",
                            "e,1,2,9223372036854775807,c,u,2015-07-15 00:00:02",
                            "\"e,e\",1,2,4,c,u,2015-07-14 23:59:59.500",
                            "e,1,2,5,c,u,2015-07-14 20:00:00",
                            "")
                    .getBytes(StandardCharsets.UTF_8));
        }
        Path letters = folder.resolve("letters.csv");
        Path out = folder.resolve("out");
        Outcome outcome =
                run("--query=q1", "--bids", bids.toString(), "--out=" + out, "--dead-letters", letters.toString());
        assertEquals(0, outcome.code, outcome.err);
        assertEquals(
                "auction,bidder,price,date_time\n1,2,2.724,2015-07-15 00:00:01\n1,2,3.632,2015-07-14 23:59:59.500\n1,2,4.540,2015-07-14 20:00:00\n",
                Files.readString(out));
        List<String> reasons = Files.readAllLines(letters).stream()
                .skip(1)
                .map(l -> l.split(",")[0] + " " + l.split(",")[1])
                .toList();
        assertEquals(List.of("4 malformed", "5 missing-value", "6 malformed", "7 operator-error"), reasons);
        assertEquals(
                3,
                outcome.err
                        .lines()
                        .filter(l -> l.startsWith("millrace nexmark: "))
                        .count(),
                outcome.err);
        assertTrue(outcome.out.contains("dead letters  4"), outcome.out);
    }

    @Test
    void shouldCountARowBehindTheDisorderAsLateWhereTimeMatters() throws Exception {
        Path bids = folder.resolve("bids.csv");
        Files.writeString(
                bids,
                HEADER
                        + "\ne,1,2,9,c,u,2015-07-15 00:00:30\ne,1,2,8,c,u,2015-07-15 00:00:09.999\ne,1,2,7,c,u,2015-07-15 00:00:10\n");
        Outcome outcome = run("--query", "q7", "--bids", bids.toString(), "--disorder-ms", "20000");
        assertEquals(0, outcome.code);
        assertTrue(outcome.out.contains("rows  2\nlate  1\ndead letters  1\n"), outcome.out);
        assertTrue(outcome.err.contains("late: its time is more than 20000 ms behind"), outcome.err);
    }

    @Test
    void shouldFailWhereAFileCannotBeRead() throws Exception {
        Path bids = folder.resolve("bids.csv");
        Path out = folder.resolve("out.csv");
        Files.writeString(bids, "auction,bidder,price,channel,date_time\n");
        Outcome outcome = run("--query", "q0", "--bids", bids.toString(), "--out", out.toString());
        assertEquals(1, outcome.code);
        assertTrue(outcome.err.contains("missing columns url, extra"), outcome.err);
        assertEquals(1, run("--query", "q0", "--bids", folder.resolve("none").toString()).code);
        assertFalse(Files.exists(out));
        Files.writeString(bids, HEADER + "\n");
        assertEquals(0, run("--query", "q0", "--bids", bids.toString(), "--out", out.toString()).code);
        assertEquals("auction,bidder,price,date_time\n", Files.readString(out));
    }

    /** A program that says of each query that all is well, and of some that it is not. */
    static final class Says {
        private Says() {}

        public static void main(String[] words) {
            String query = words[2];
            System.out.println("events  5\nevents/s  " + Integer.getInteger("says", 777) + "\ndead letters  "
                    + (query.equals("q2") ? 3 : 0));
            if (query.equals("q3") || query.equals("q4")) {
                System.out.println("held  " + (query.equals("q3") ? "no" : "yes"));
            }
            System.exit(query.equals("q0") ? 130 : query.equals("q3") || query.equals("q4") ? 1 : 0);
        }
    }

    @Test
    void shouldGiveNoFigureToAQueryThatLeftRowsOutOrDidNotEndWell() throws Exception {
        Path json = folder.resolve("json");
        Outcome outcome = runBy(Says.class.getName(), "--query", "q0,q1,q2,q3,q4", "--json", json.toString());
        assertEquals(1, outcome.code, outcome.out);
        for (String line : List.of(
                "q0( +-){7}  FAIL: it has ended with 130; .*",
                "q1 .* 777 .*  -",
                "q2( +-){7}  VOID: 3 dead letters",
                "q3 .* 777 .*  FAIL: the rate was not held",
                "q4( +-){7}  FAIL: it has ended with 1; .*")) {
            assertTrue(outcome.out.lines().anyMatch(l -> l.matches(line)), line + " in " + outcome.out);
        }
        assertEquals(2, Files.readString(json).split("777", -1).length - 1, "of q1 and q3");
        Outcome flagged = runBy(Says.class.getName(), "--query", "q1,q5", "--jvm", "-Dsays=888 -Xmx64m");
        assertEquals(0, flagged.code);
        assertTrue(flagged.out.lines().anyMatch(l -> l.matches("q5 .* 888 .*  -")), flagged.out);
        assertTrue(flagged.out.contains("flags     -Dsays=888 -Xmx64m\n"), flagged.out);
    }

    /** A generator that takes its time is no latency: the least of them is less than what it takes. */
    @Test
    void shouldHaveNothingOfTheGeneratorInALatency() throws Exception {
        long takesNs = 2_000_000;
        Generator generator = new Generator(1);
        Path hlog = folder.resolve("hlog");
        NexmarkOptions options = NexmarkOptions.of(NexmarkOptions.declared()
                .parse(List.of("--query", "q2", "--events", "50", "--quiet", "--hlog", hlog.toString())));
        GeneratedRun run = new GeneratedRun(options, (n, to) -> {
            for (long untilNs = System.nanoTime() + takesNs; System.nanoTime() < untilNs; ) {
                Thread.onSpinWait();
            }
            generator.fill(n, to);
        });
        assertEquals(0, run.run());
        try (HistogramLogReader log = new HistogramLogReader(hlog.toFile())) {
            Histogram latencies = (Histogram) log.nextIntervalHistogram();
            assertEquals(46, latencies.getTotalCount());
            assertTrue(latencies.getMinValue() < takesNs, latencies.getMinValue() + " ns");
        }
    }

    @Test
    void shouldTellRateAndLatencyOfGeneratedEvents() throws IOException, UsageException {
        Path json = folder.resolve("json");
        Path hlog = folder.resolve("hlog");
        Outcome outcome = run(
                "--query",
                "q2",
                "--events",
                "2000",
                "--rate",
                "20000",
                "--json",
                json.toString(),
                "--hlog",
                hlog.toString());
        assertTrue(outcome.out.contains("events  1840\n") && outcome.out.contains("\nheld  "), outcome.out);
        String figures = Files.readString(json);
        for (String name :
                List.of("\"p99.99 us\": ", "\"conditions\": {\"time\": \"", "\"flags\": ", "\"steal %\": ")) {
            assertTrue(figures.contains(name), name + " in " + figures);
        }
        assertTrue(outcome.out.startsWith("time ") && outcome.out.contains("\nisolated "), outcome.out);
        HistogramLogReader log = new HistogramLogReader(hlog.toFile());
        assertEquals(1_840, ((Histogram) log.nextIntervalHistogram()).getTotalCount(), "bids only");
        log.close();
        String few = run("--query", "q3", "--events", "5000").out;
        assertTrue(few.contains("events  400\n"), "four of fifty are of its tables: " + few);
        Path page = Files.writeString(folder.resolve("page"), "<!-- nexmark q2 -->\n<!-- /nexmark q2 -->\n");
        String closed = run("--query", "q2", "--events", "100", "--readme", page.toString()).out;
        assertTrue(closed.contains("latency  from publish (closed loop)\n"));
        assertTrue(Files.readString(page).contains(closed.strip().replaceAll("(?m) +$", "")), closed);
    }
}
