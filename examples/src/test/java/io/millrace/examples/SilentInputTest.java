package io.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An interrupt ends a command whose input is silent, with its table and its outputs. */
class SilentInputTest {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(120);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "candles --ticks - --size 1s --out o.csv",
                "anomaly --series - --out o.csv",
                "velocity --events - --alerts o.csv",
                "trade-cost --trades - --quotes q.csv --out o.csv"
            })
    void shouldEndWithItsTable(String command) throws Exception {
        Files.writeString(folder.resolve("q.csv"), "1,2,3,4,5,Q,A,0\n");
        try (ChildJvm jvm = ChildJvm.start(folder, null, (command + " --json t.json").split(" "))) {
            awaitInput(jvm);
            assumeTrue(
                    !Signals.ignoresInterrupts(jvm.process().pid()),
                    "skipped: interrupts are ignored here, by a shell in the background");
            new ProcessBuilder("kill", "-INT", Long.toString(jvm.process().pid()))
                    .start()
                    .waitFor();
            Console c = jvm.end();
            assertEquals(130, c.code(), c.err());
            assertEquals("", c.err());
            assertEquals("0", c.label("events"), c.out());
            assertTrue(Files.readString(folder.resolve("t.json")).startsWith("{\"events\": 0"));
            assertTrue(Files.exists(folder.resolve("o.csv")));
        }
    }

    /** The input is read by a thread of its own, which is there when it is open. */
    private static void awaitInput(ChildJvm jvm) throws Exception {
        Path tasks = Path.of("/proc/" + jvm.process().pid() + "/task");
        assumeTrue(Files.exists(tasks), "skipped: no /proc");
        long start = System.nanoTime();
        while (!reads(tasks)) {
            assertTrue(System.nanoTime() - start < PATIENCE_NS, "the input is not read");
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static boolean reads(Path tasks) throws IOException {
        try (Stream<Path> all = Files.list(tasks)) {
            for (Path task : all.toList()) {
                try {
                    if (Files.readString(task.resolve("comm")).strip().equals("silent-input")) {
                        return true;
                    }
                } catch (IOException e) {
                    continue; // it has ended meanwhile
                }
            }
        }
        return false;
    }
}
