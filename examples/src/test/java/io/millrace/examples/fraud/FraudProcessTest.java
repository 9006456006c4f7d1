package io.millrace.examples.fraud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.examples.ChildJvm;
import io.millrace.examples.Console;
import io.millrace.examples.Signals;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only a process shows: exit codes, standard streams as files, interrupts, a full disk. */
class FraudProcessTest {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(40);

    @TempDir
    Path folder;

    private static String input(int payments) {
        return Payments.HEADER + "\n" + Payments.rows(payments);
    }

    private static List<String> ids(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(Integer::toString).toList();
    }

    @Test
    void shouldReadAndWriteStandardStreams() throws Exception {
        Path in = Path.of(Payments.file(folder, "in.csv", input(200) + "x\n"));
        try (ChildJvm jvm = ChildJvm.start(
                folder, in, "fraud", "--payments", "-", "--alerts", "-", "--threshold", "0", "--features", "f.csv")) {
            Console c = jvm.end();
            assertEquals(0, c.code(), c.err());
            assertEquals(
                    ids(200), c.out().lines().skip(1).map(l -> l.split(",")[0]).toList());
            assertTrue(c.out().startsWith("TRANSACTION_ID,RAW_SCORE,PROBABILITY,SEQUENCE\n"), c.out());
            assertEquals(ids(200), Payments.ids(folder.resolve("f.csv"))); // relative to the caller's directory
            String first = c.err().lines().findFirst().orElseThrow();
            assertEquals(
                    "millrace fraud: standard input:202: malformed: 1 fields instead of 6; x; left out, "
                            + "--dead-letters FILE keeps such rows",
                    first);
            assertEquals("200", c.label("events"));
            assertTrue(c.err().lines().anyMatch("alerts  200"::equals), c.err());
        }
    }

    @Test
    void shouldWriteJsonToStandardOutputAlone() throws Exception {
        try (ChildJvm jvm = ChildJvm.start(folder, null, "fraud", "--count", "10", "--json", "-")) {
            Console c = jvm.end();
            assertEquals(0, c.code(), c.err());
            assertTrue(c.out().matches("\\{\"events\": 10, .*}\n"), c.out());
            assertTrue(c.err().startsWith("events  10\n"), c.err());
        }
    }

    @Test
    void shouldExitWithTheCodeOfTheFault() throws Exception {
        try (ChildJvm usage = ChildJvm.start(folder, null, "fraud", "--cuont", "5");
                ChildJvm absent = ChildJvm.start(folder, null, "fraud", "--payments", "absent.csv")) {
            assertEquals(
                    new Console(2, "", "millrace fraud: --cuont: unknown option; the nearest is --count\n"),
                    usage.end());
            assertEquals(1, absent.end().code());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"live", "inline"})
    void shouldSayThatTheDiskIsFull(String host) throws Exception {
        assumeTrue(Files.isWritable(Path.of("/dev/full")), "skipped: no /dev/full");
        String in = Payments.file(folder, "in.csv", input(3_000));
        Console c = Console.run(
                "fraud",
                "--payments",
                in,
                "--host",
                host,
                "--threshold",
                "0",
                "--alerts",
                "/dev/full",
                "--features",
                folder.resolve("f.csv").toString());
        assertEquals(1, c.code());
        assertTrue(c.err().startsWith("millrace fraud: /dev/full: disk full; "), c.err());
        assertEquals(1, c.err().lines().count());
        List<String> written = Payments.ids(folder.resolve("f.csv"));
        assertEquals(ids(written.size()), written); // whole rows, from the first on
        assertTrue(written.size() > 100, written.size() + " rows");
    }

    @Test
    void shouldSayThatTheDiskIsFullAlsoForTheSmallestFile() {
        assumeTrue(Files.isWritable(Path.of("/dev/full")), "skipped: no /dev/full");
        for (String output : List.of("--alerts", "--features", "--dead-letters", "--json")) {
            Console c = Console.run("fraud", "--count", "1", output, "/dev/full");
            assertEquals(1, c.code(), output);
            assertTrue(c.err().startsWith("millrace fraud: /dev/full: disk full; "), c.err());
            assertEquals("1", c.label("events"), output); // the table all the same
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"live", "inline"})
    void shouldFinishWhatWasReadWhenInterrupted(String host) throws Exception {
        // a rate that would take minutes
        try (ChildJvm jvm = ChildJvm.start(
                folder,
                null,
                "fraud",
                "--count",
                "1000000",
                "--rate",
                "2000",
                "--host",
                host,
                "--threshold",
                "0",
                "--alerts",
                "a.csv",
                "--features",
                "f.csv.gz",
                "--json",
                "t.json")) {
            awaitSize(folder.resolve("a.csv"), 1);
            assertInterrupted(jvm, 1);
        }
    }

    /** Standard input that is silent for ever does not keep it; half a row is not taken. */
    @ParameterizedTest
    @ValueSource(strings = {"live", "inline"})
    void shouldNotWaitForInputWhenInterrupted(String host) throws Exception {
        try (ChildJvm jvm = ChildJvm.start(
                folder,
                null,
                "fraud",
                "--payments",
                "-",
                "--host",
                host,
                "--threshold",
                "0",
                "--alerts",
                "a.csv",
                "--features",
                "f.csv.gz",
                "--json",
                "t.json")) {
            try (OutputStream in = jvm.process().getOutputStream()) {
                in.write((input(5) + Payments.row(6, Payments.START + 600)).getBytes(StandardCharsets.UTF_8));
                in.flush();
                awaitSize(folder.resolve("t.json"), 0);
                TimeUnit.MILLISECONDS.sleep(300); // until it has read them; fewer rows are right as well
                Console c = assertInterrupted(jvm, 0);
                assertTrue(Payments.ids(folder.resolve("a.csv")).size() <= 5, c.out());
            }
        }
    }

    private static void awaitSize(Path file, long bytes) throws Exception {
        long start = System.nanoTime();
        while (Files.notExists(file) || Files.size(file) < bytes) {
            assertTrue(System.nanoTime() - start < PATIENCE_NS, file + " does not grow");
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private Console assertInterrupted(ChildJvm jvm, int leastEvents) throws Exception {
        assumeTrue(
                !Signals.ignoresInterrupts(jvm.process().pid()),
                "skipped: interrupts are ignored here, by a shell in the background");
        long start = System.nanoTime();
        new ProcessBuilder("kill", "-INT", Long.toString(jvm.process().pid()))
                .start()
                .waitFor();
        Console c = jvm.end();
        assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(25), "it waited for its input");
        assertEquals(130, c.code(), c.err());
        assertEquals("", c.err());
        long events = Long.parseLong(c.label("events"));
        assertTrue(events >= leastEvents, c.out());
        assertEquals(c.label("events"), c.label("alerts"));
        assertEquals(events, Payments.ids(folder.resolve("a.csv")).size());
        byte[] features = Files.readAllBytes(folder.resolve("f.csv.gz"));
        try (var in = new java.util.zip.GZIPInputStream(new java.io.ByteArrayInputStream(features))) {
            assertEquals(
                    events + 1,
                    new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .count());
        }
        assertTrue(Payments.text(folder.resolve("t.json")).startsWith("{\"events\": " + events + ", "));
        return c;
    }
}
