package io.millrace.examples.fraud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.examples.ChildJvm;
import io.millrace.examples.Console;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What only a process shows: exit codes, standard streams as files, a full disk. */
class FraudProcessTest {

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
                    "millrace fraud: standard input:202: malformed: 1 field instead of 6; x; left out, "
                            + "--dead-letters FILE keeps such rows",
                    first);
            assertEquals("200", c.label("events"));
            assertTrue(c.err().lines().anyMatch("alerts  200"::equals), c.err());
        }
    }

    @Test
    void shouldNotWriteOverTheFileThatStandardInputIs() throws Exception {
        Path in = Path.of(Payments.file(folder, "in.csv", input(20)));
        assumeTrue(Files.exists(Path.of("/dev/stdin")), "skipped: no /dev/stdin");
        try (ChildJvm jvm = ChildJvm.start(folder, in, "fraud", "--payments", "-", "--alerts", "in.csv")) {
            Console c = jvm.end();
            assertEquals(2, c.code(), c.err());
            assertTrue(c.err().startsWith("millrace fraud: --alerts in.csv: is the file of --payments too"), c.err());
            assertEquals(input(20), Files.readString(in));
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
        assertEquals(c.label("events"), Integer.toString(written.size())); // how many is a matter of when it is noticed
    }

    @Test
    void shouldSayThatTheDiskIsFullAlsoForTheSmallestFile() {
        assumeTrue(Files.isWritable(Path.of("/dev/full")), "skipped: no /dev/full");
        for (String output : List.of("--alerts", "--features", "--dead-letters", "--json")) {
            Console c = Console.run("fraud", "--count", "1", output, "/dev/full");
            assertEquals(1, c.code(), output);
            assertTrue(c.err().startsWith("millrace fraud: /dev/full: disk full; "), c.err());
            assertTrue(
                    Set.of("0", "1").contains(c.label("events")),
                    output); // a table all the same, of what was read till then
        }
    }

    /** A file that fails ends the reading; the others get what was read all the same, and the table agrees with them. */
    @ParameterizedTest
    @CsvSource({
        "live, --features, --alerts",
        "live, --alerts, --features",
        "inline, --features, --alerts",
        "inline, --alerts, --features",
        "live, --dead-letters, --alerts",
        "inline, --dead-letters, --features"
    })
    void shouldWriteTheOtherFilesWhenOneFails(String host, String full, String other) {
        assumeTrue(Files.isWritable(Path.of("/dev/full")), "skipped: no /dev/full");
        StringBuilder text = new StringBuilder(Payments.HEADER).append('\n');
        for (int i = 1; i <= 6_000; i++) {
            text.append(Payments.row(i, Payments.START + 60L * i))
                    .append(full.equals("--dead-letters") ? "\nx\n" : "\n");
        }
        String in = Payments.file(folder, "in.csv", text.toString());
        String file = folder.resolve("other.csv").toString();
        Console c = Console.run(
                "fraud", "--payments", in, "--host", host, "--threshold", "0", full, "/dev/full", other, file);
        assertEquals(1, c.code());
        assertTrue(c.err().contains("millrace fraud: /dev/full: disk full; "), c.err());
        int events = Integer.parseInt(c.label("events"));
        assertTrue(events < 6_000, "it was read to its end");
        assertEquals(ids(events), Payments.ids(Path.of(file)));
        assertEquals(c.label("events"), c.label("alerts"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fraud --count 10",
                "fraud --count 10 --quiet",
                "fraud --help",
                "list",
                "--help",
                "describe fraud",
                "quickstart",
                "failing"
            })
    void shouldSayThatStandardOutputCannotBeWritten(String command) throws Exception {
        assumeTrue(Files.isWritable(Path.of("/dev/full")), "skipped: no /dev/full");
        String[] args = command.split(" ");
        try (ChildJvm jvm = ChildJvm.start(folder, null, Path.of("/dev/full"), args)) {
            Console c = jvm.end();
            assertEquals(1, c.code(), c.err());
            assertTrue(c.err().startsWith("millrace " + args[0] + ": standard output: disk full; "), c.err());
            assertEquals(1, c.err().lines().count(), c.err());
        }
    }

    @Test
    void shouldCallAnOutputStandardOutputThatIsIt() throws Exception {
        assumeTrue(Files.isWritable(Path.of("/dev/full")), "skipped: no /dev/full");
        String[] args = {"velocity", "--count", "1", "--alerts", "-"};
        try (ChildJvm jvm = ChildJvm.start(folder, null, Path.of("/dev/full"), args)) {
            Console c = jvm.end();
            assertEquals(1, c.code(), c.err());
            assertTrue(c.err().contains("millrace velocity: standard output: disk full; "), c.err());
        }
    }
}
