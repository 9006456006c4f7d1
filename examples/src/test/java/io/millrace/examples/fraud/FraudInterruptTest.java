package io.millrace.examples.fraud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.examples.ChildJvm;
import io.millrace.examples.Console;
import io.millrace.examples.Signals;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Interrupts: what was read is finished, the table printed, and silence of an input does not keep it. */
class FraudInterruptTest {
    /** At most that: a busy machine need not hold a rate, and an interrupt does not hide it. */
    private static final String NOT_HELD =
            "(millrace fraud: --rate [0-9]+: not held; [0-9]+ ms behind at the end; give a lower rate\n)?";

    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(120);

    @TempDir
    Path folder;

    private static String input(int payments) {
        return Payments.HEADER + "\n" + Payments.rows(payments);
    }

    private ChildJvm start(String... more) throws IOException {
        Stream<String> common = Stream.of(
                "fraud", "--threshold", "0", "--alerts", "a.csv", "--features", "f.csv.gz", "--json", "t.json");
        return ChildJvm.start(
                folder, null, Stream.concat(common, Stream.of(more)).toArray(String[]::new));
    }

    private Path pipe(String name) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "skipped: no mkfifo");
        Path pipe = folder.resolve(name);
        new ProcessBuilder("/usr/bin/mkfifo", pipe.toString()).start().waitFor();
        return pipe;
    }

    /** Writes to a pipe, and holds it open as long as it is not closed itself. */
    private static Process writer(Path pipe, String text) throws IOException {
        Process cat = new ProcessBuilder("sh", "-c", "exec cat >\"$0\"", pipe.toString()).start();
        cat.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        cat.getOutputStream().flush();
        return cat;
    }

    /** Rows that were read are in the files while the input is silent, and all of them are finished when it is interrupted. */
    @ParameterizedTest
    @ValueSource(strings = {"live", "inline"})
    void shouldNotWaitForAPipeThatFallsSilent(String host) throws Exception {
        Path pipe = pipe("payments");
        try (ChildJvm jvm = start("--payments", "payments", "--host", host)) {
            Process writer = writer(pipe, input(20) + Payments.row(21, Payments.START + 6_000));
            try {
                awaitRows(folder.resolve("a.csv"), 20);
                assertEquals("20", assertInterrupted(jvm, 20).label("events"));
            } finally {
                writer.destroyForcibly();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--payments", "--model"})
    void shouldNotWaitForAPipeThatNobodyWrites(String input) throws Exception {
        pipe("silent");
        try (ChildJvm jvm = start(input, "silent")) {
            awaitThread(jvm, "silent-input");
            assertNothingRead(jvm);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--payments", "--model"})
    void shouldNotWaitForStandardInputThatStaysSilent(String input) throws Exception {
        try (ChildJvm jvm = start(input, "-")) {
            awaitThread(jvm, "silent-input");
            assertNothingRead(jvm);
        }
    }

    /** The events between two instants of the schedule stay unsent: a hurry would be measured as if it were the schedule. */
    @ParameterizedTest
    @ValueSource(strings = {"live", "inline"})
    void shouldNotHurryWhatIsNotYetDue(String host) throws Exception {
        long fromNs = System.nanoTime();
        try (ChildJvm jvm = start("--count", "1000", "--rate", "2", "--host", host)) {
            awaitRows(folder.resolve("a.csv"), 1);
            Console c = assertInterrupted(jvm, 1);
            long due = 1 + 2 * TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - fromNs + 999_999_999);
            assertTrue(Long.parseLong(c.label("events")) <= due, due + " at most of " + c.out());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"live", "inline"})
    void shouldFinishWhatWasReadWhenInterrupted(String host) throws Exception {
        // a rate that would take minutes
        try (ChildJvm jvm = start("--count", "1000000", "--rate", "2000", "--host", host)) {
            awaitRows(folder.resolve("a.csv"), 1);
            assertInterrupted(jvm, 1);
        }
    }

    /** Standard input that is silent for ever does not keep it; half a row is not taken. */
    @ParameterizedTest
    @ValueSource(strings = {"live", "inline"})
    void shouldNotWaitForInputWhenInterrupted(String host) throws Exception {
        try (ChildJvm jvm = start("--payments", "-", "--host", host)) {
            try (OutputStream in = jvm.process().getOutputStream()) {
                in.write((input(5) + Payments.row(6, Payments.START + 600)).getBytes(StandardCharsets.UTF_8));
                in.flush();
                awaitRows(folder.resolve("a.csv"), 5);
                assertEquals("5", assertInterrupted(jvm, 5).label("events"));
            }
        }
    }

    private static void awaitRows(Path file, int rows) throws Exception {
        long start = System.nanoTime();
        while (Files.notExists(file) || Payments.text(file).lines().count() < rows + 1) {
            assertTrue(System.nanoTime() - start < PATIENCE_NS, file + " does not grow");
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static void awaitThread(ChildJvm jvm, String name) throws Exception {
        Path tasks = Path.of("/proc/" + jvm.process().pid() + "/task");
        assumeTrue(Files.exists(tasks), "skipped: no /proc");
        long start = System.nanoTime();
        while (!hasThread(tasks, name)) {
            assertTrue(System.nanoTime() - start < PATIENCE_NS, "no thread " + name);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static boolean hasThread(Path tasks, String name) throws IOException {
        try (Stream<Path> all = Files.list(tasks)) {
            for (Path task : all.toList()) {
                try {
                    if (Files.readString(task.resolve("comm")).strip().equals(name)) {
                        return true;
                    }
                } catch (IOException e) {
                    continue; // it has ended meanwhile
                }
            }
            return false;
        }
    }

    private void assertNothingRead(ChildJvm jvm) throws Exception {
        Console c = interrupted(jvm);
        assertEquals("0", c.label("events"), c.out());
        assertTrue(Payments.text(folder.resolve("t.json")).startsWith("{\"events\": 0, "));
    }

    private static Console interrupted(ChildJvm jvm) throws Exception {
        assumeTrue(
                !Signals.ignoresInterrupts(jvm.process().pid()),
                "skipped: interrupts are ignored here, by a shell in the background");
        new ProcessBuilder("kill", "-INT", Long.toString(jvm.process().pid()))
                .start()
                .waitFor();
        Console c = jvm.end();
        assertEquals(130, c.code(), c.err());
        assertTrue(c.err().matches(NOT_HELD), c.err());
        return c;
    }

    private Console assertInterrupted(ChildJvm jvm, int leastEvents) throws Exception {
        Console c = interrupted(jvm);
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
