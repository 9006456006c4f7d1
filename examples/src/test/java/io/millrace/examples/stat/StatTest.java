package io.millrace.examples.stat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Health;
import io.millrace.examples.Console;
import io.millrace.metric.CounterFile;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatTest {
    /** Of two seconds each. */
    private static final int TRIES = 20;

    @TempDir
    static Path shared;

    @Test
    void shouldShowWhatLiveEnginesWrite(@TempDir Path dir) throws Exception {
        CounterFile old = CounterFile.create(dir, "old", List.of("entries"), 5);
        old.written(7);
        CounterFile ended = CounterFile.create(dir, "ended", List.of("entries"), 5);
        ended.end(System.currentTimeMillis());
        CounterFile file =
                CounterFile.create(dir, "fraud", List.of("entries", "p99 us", "health"), System.currentTimeMillis());
        file.set(0, 12);
        file.set(1, -1);
        file.set(2, Health.State.DEGRADED.ordinal());
        Path json = dir.resolve("out.json");
        Console c = seen(file, dir.toString(), "--once", "--json", json.toString());
        assertEquals(0, c.code(), c.err());
        assertEquals(
                List.of("engine  fraud", "entries  12", "p99 us  ", "health  DEGRADED"),
                c.out()
                        .lines()
                        .filter(l -> !l.startsWith("process") && !l.startsWith("written"))
                        .toList());
        assertTrue(
                Files.readString(json).contains("\"entries\": 12, \"p99 us\": null, \"health\": \"DEGRADED\"}"),
                Files.readString(json));
    }

    /** As what an engine writes again and again, also where this machine takes seconds between the writing and the looking. */
    private static Console seen(CounterFile file, String... options) {
        List<String> all = new ArrayList<>(List.of("stat"));
        all.addAll(List.of(options));
        Console c;
        int tries = 0;
        do {
            file.written(System.currentTimeMillis());
            c = Console.run(all.toArray(String[]::new));
        } while (c.err().contains("no live engine wrote here") && ++tries < TRIES);
        return c;
    }

    @Test
    void shouldWriteItsFileWholeOrToStandardOutput(@TempDir Path dir) throws Exception {
        CounterFile file = CounterFile.create(dir, "fraud", List.of("entries"), System.currentTimeMillis());
        Console c = seen(file, dir.toString(), "--once", "--json", "-");
        assertEquals(0, c.code(), c.err());
        assertTrue(c.out().startsWith("[{\"engine\": \"fraud\", "), c.out());
        assertTrue(c.err().contains("engine  fraud\n"), c.err());
        assertFalse(Files.exists(Path.of("-")));

        Path json = Files.writeString(dir.resolve("out.json"), "old");
        try (InputStream reader = Files.newInputStream(json)) {
            assertEquals(
                    0,
                    seen(file, dir.toString(), "--once", "--json", json.toString())
                            .code());
            assertEquals("old", new String(reader.readAllBytes(), StandardCharsets.UTF_8), "replaced, not emptied");
        }
        assertTrue(Files.readString(json).startsWith("[{\"engine\""));

        String missing = dir.resolve("no/out.json").toString();
        Console no = seen(file, dir.toString(), "--once", "--json", missing);
        assertEquals(1, no.code());
        assertTrue(no.err().contains("millrace stat: " + missing) && no.err().contains("no such directory"), no.err());
    }

    /** What others have put there hides no engine, and is waited for by nobody; what may be one is told. */
    @Test
    void shouldShowEnginesBesideWhatIsNone(@TempDir Path dir) throws Exception {
        Files.createDirectory(dir.resolve("a.stat"));
        Files.createSymbolicLink(dir.resolve("b.stat"), dir.resolve("gone"));
        Files.writeString(dir.resolve("c.stat"), "text");
        Process pipe = new ProcessBuilder("mkfifo", dir.resolve("z.stat").toString()).start();
        assertEquals(0, pipe.waitFor());
        CounterFile.create(dir, "next", List.of(), System.currentTimeMillis());
        Path next = dir.resolve("next.stat");
        byte[] other = Files.readAllBytes(next);
        other[8]++;
        Files.write(next, other);
        String version = "millrace stat: left out: next.stat is of version 2, but this command reads version 1;"
                + " use the same build as the engine";
        Console none = assertTimeoutPreemptively(Duration.ofSeconds(60), () -> Console.run("stat", dir.toString()));
        assertEquals(1, none.code());
        assertTrue(
                none.err().contains("no live engine wrote here") && none.err().contains(version), none.err());

        CounterFile file = CounterFile.create(dir, "fraud", List.of("entries"), System.currentTimeMillis());
        Console c = seen(file, dir.toString(), "--once");
        assertEquals(0, c.code(), c.err());
        assertTrue(c.out().startsWith("engine  fraud\n"), c.out());
        assertEquals(
                List.of(
                        "millrace stat: left out: a.stat is not a file",
                        "millrace stat: left out: b.stat is not a file",
                        "millrace stat: left out: c.stat has no counters of an engine",
                        version,
                        "millrace stat: left out: z.stat is not a file"),
                c.err().lines().toList());
    }

    /** It was killed before the clock was put back. */
    @Test
    void shouldNotTakeForLiveWhatWroteInTheFuture(@TempDir Path dir) throws Exception {
        long last = System.currentTimeMillis() + 3_600_000;
        CounterFile.create(dir, "fraud", List.of("entries"), last);
        Console c = Console.run("stat", dir.toString(), "--once");
        assertEquals(1, c.code(), c.out());
        assertTrue(c.err().contains("the last one wrote at " + Instant.ofEpochMilli(last)), c.err());
    }

    /** A clock was put, or is another one: what is written while one looks is written now. */
    @Test
    void shouldTakeForLiveWhatIsBeingWrittenWhateverItsTime() throws Exception {
        shows(-3_600_000);
        shows(3_600_000);
    }

    private static void shows(long byMs) throws Exception {
        Path dir = Files.createTempDirectory(shared, "d");
        long[] ms = {System.currentTimeMillis() + byMs};
        CounterFile.create(dir, "killed", List.of("entries"), ms[0]);
        CounterFile file = CounterFile.create(dir, "fraud", List.of("entries"), ms[0]);
        AtomicBoolean seen = new AtomicBoolean();
        Thread writes = new Thread(() -> {
            while (!seen.get()) {
                file.written(++ms[0]);
                LockSupport.parkNanos(1_000_000);
            }
        });
        writes.start();
        try {
            Console c;
            int tries = 0;
            do { // its thread may stand still for as long as one looks
                c = Console.run("stat", dir.toString(), "--once");
            } while (c.code() != 0 && ++tries < TRIES);
            assertEquals(0, c.code(), c.err());
            assertEquals(
                    List.of("engine  fraud"),
                    c.out().lines().filter(l -> l.startsWith("engine")).toList());
        } finally {
            seen.set(true);
            writes.join();
        }
    }

    @Test
    void shouldFailWhereNobodyWrites(@TempDir Path dir) {
        Console c = Console.run("stat", dir.toString());
        assertEquals(1, c.code());
        assertEquals("", c.out());
        assertTrue(c.err().contains("no live engine wrote here within 2 s; none ever did"), c.err());
        assertEquals(2, Console.run("stat").code());
    }

    @Test
    void shouldSayThatAFileIsNoDirectory(@TempDir Path dir) throws Exception {
        Console c = Console.run("stat", Files.createFile(dir.resolve("f")).toString());
        assertEquals(1, c.code());
        assertTrue(c.err().contains("/f: no directory; name the one that the engine writes"), c.err());
    }
}
