package io.millrace.examples.fraud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.examples.Console;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused with exit 2, one line, and no file touched. */
class FraudUsageTest {
    @TempDir
    Path folder;

    private String[] args(String command) {
        String separator = File.separator;
        return Stream.of(("fraud " + command).split(" "))
                .map(a -> a.replace("@/", folder + separator))
                .toArray(String[]::new);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--alerst @/a.csv|--alerst: unknown option; the nearest is --alerts",
                "--alerts=@/a.csv --treshold=0|--treshold: unknown option; the nearest is --threshold",
                "--diary @/j|--diary: unknown option; see examples/run fraud --help",
                "--alerts|--alerts: its value is missing; write --alerts FILE",
                "--features @/f.csv --alerts --quiet|--alerts: its value is missing; write --alerts FILE",
                "--features @/f.csv --seed 1 --seed=1|--seed: given twice; give it once",
                "--features @/f.csv all|'all': no such argument; options begin with --; see examples/run fraud --help",
                "--features @/f.csv --count -1|--count -1: not possible; "
                        + "use a whole number from 0 to 9223372036854775807",
                "--features @/f.csv --count ten|--count ten: not possible; "
                        + "use a whole number from 0 to 9223372036854775807",
                "--features @/f.csv --cards 0|--cards 0: not possible; use a whole number from 1 to 2147483647",
                "--features @/f.csv --seed 1.5|--seed 1.5: not possible; "
                        + "use a whole number from -9223372036854775808 to 9223372036854775807",
                "--features @/f.csv --threshold 1.1|--threshold 1.1: not possible; use a number from 0 to 1",
                "--features @/f.csv --threshold half|--threshold half: not possible; use a number from 0 to 1",
                "--features @/f.csv --rate 0|--rate 0: not possible; use a whole number from 1 to 1000000000",
                "--features @/f.csv --host both|--host both: not possible; use live or inline",
                "--features @/f.csv --quiet=no|--quiet=no: takes no value; write --quiet",
                "--payments @/in.csv --count 5 --alerts @/a.csv|--count: has no meaning with --payments; "
                        + "leave one of the two out",
                "--payments @/in.csv --seed 5 --alerts @/a.csv|--seed: has no meaning with --payments; "
                        + "leave one of the two out",
                "--payments - --model - --alerts @/a.csv|--model -: standard input is read by --payments; "
                        + "name a file for one of them",
                "--alerts - --features -|--alerts -: is the file of --features too; name two files"
            })
    void shouldTouchNoFile(String command, String message) throws IOException {
        Console c = Console.run(args(command));
        assertEquals(2, c.code());
        assertEquals("", c.out());
        assertEquals("millrace fraud: " + message + "\n", c.err());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--payments @/in.csv --alerts @/in.csv, --alerts, --payments",
        "--payments @/in.csv --alerts @/x/../in.csv, --alerts, --payments",
        "--model @/in.csv --json @/in.csv, --json, --model",
        "--features @/new.csv --dead-letters @/./new.csv, --dead-letters, --features",
        "--features @/link.csv --payments @/in.csv, --features, --payments",
        "--alerts @/hard.csv --payments @/in.csv, --alerts, --payments",
        "--json @/in.csv --model @/hard.csv, --json, --model",
        "--features @/in.csv --dead-letters @/hard.csv, --dead-letters, --features"
    })
    void shouldNotWriteAFileThatIsReadOrWrittenTwice(String command, String option, String other) throws IOException {
        Path in = folder.resolve("in.csv");
        Files.writeString(in, Payments.HEADER);
        Files.createDirectory(folder.resolve("x"));
        Files.createSymbolicLink(folder.resolve("link.csv"), in);
        Files.createLink(folder.resolve("hard.csv"), in);
        Console c = Console.run(args(command));
        assertEquals(2, c.code());
        assertTrue(c.err().startsWith("millrace fraud: " + option + " "), c.err());
        assertTrue(c.err().endsWith(": is the file of " + other + " too; name two files\n"), c.err());
        assertEquals(Payments.HEADER, Files.readString(in));
        assertFalse(Files.exists(folder.resolve("new.csv")));
    }

    @Test
    void shouldTakeOptionsInAnyOrderAndBothForms() {
        Path one = folder.resolve("one.csv");
        Path two = folder.resolve("two.csv");
        Console a = Console.run(
                "fraud",
                "--count",
                "50",
                "--seed",
                "-3",
                "--cards",
                "5",
                "--threshold",
                "0",
                "--host",
                "inline",
                "--alerts",
                one.toString());
        Console b = Console.run(
                "fraud",
                "--alerts=" + two,
                "--host=inline",
                "--threshold=0",
                "--cards=5",
                "--seed=-3",
                "--count=50",
                "--quiet");
        assertEquals(0, a.code(), a.err());
        assertEquals(0, b.code(), b.err());
        assertEquals(51, Payments.text(one).lines().count());
        assertEquals(Payments.text(one), Payments.text(two));
        assertEquals("50", a.label("events"));
    }

    @Test
    void shouldNotWriteDevicesOnlyOnce() {
        Console c = Console.run("fraud", "--count", "5", "--alerts", "/dev/null", "--features", "/dev/null");
        assertTrue(!Files.exists(Path.of("/dev/null")) || c.code() == 0, c.err());
    }

    @Test
    void shouldExplainItselfAndDoNothing() throws IOException {
        Console c = Console.run(args("--help --alerts @/a.csv"));
        assertEquals(0, c.code());
        for (String part : new String[] {
            "--count N",
            "(default: 1000000)",
            "--seed S",
            "(default: 1)",
            "--cards N",
            "(default: 100000)",
            "--threshold P",
            "(default: 0.5)",
            "--host HOST",
            "(default: live)",
            "--payments FILE",
            "--model FILE",
            "--features FILE",
            "--alerts FILE",
            "--dead-letters FILE",
            "--rate N",
            "--json FILE",
            "--quiet",
            "--help"
        }) {
            assertTrue(c.out().contains(part), part + " in\n" + c.out());
        }
        assertEquals("", c.err());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }
}
