package io.millrace.transport.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What stays for replays although no start needs it. */
@Timeout(180)
class RetentionTest {
    private static final int LONGEST = 8_124;
    private static final long HOUR_MS = 3_600_000;

    @TempDir
    Path directory;

    private JournalLog open(Consumer<Settings> change) {
        return new ArchiveJournal(Logs.settings(directory.resolve("j"), s -> {
                    s.keepSnapshots = 1;
                    change.accept(s);
                }))
                .open(Logs.FACTS);
    }

    private static void snapshot(JournalLog log, long next) throws IOException {
        Logs.append(log, next, LONGEST);
        Logs.settle(log);
        log.keepSnapshot(next, out -> out.write(1));
    }

    private Path file(long next) {
        return new Snapshot(next, 0, 0).file(directory.resolve("j"));
    }

    private void age(long next, long ageMs) throws IOException {
        Files.setLastModifiedTime(file(next), FileTime.fromMillis(System.currentTimeMillis() - ageMs));
    }

    private List<Long> snapshots() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("j"))) {
            return files.map(f -> Snapshot.nextOf(f.getFileName().toString()))
                    .filter(n -> n >= 0)
                    .sorted()
                    .toList();
        }
    }

    private static void assertAllIsThere(JournalLog log) {
        long begin = log.snapshotAt(Long.MAX_VALUE);
        for (long at = begin; at >= log.first(); at = log.snapshotAt(at - 1)) {
            begin = at;
        }
        assertEquals(LongStream.range(begin, log.next()).boxed().toList(), Logs.read(log, begin, LONGEST));
    }

    @Test
    void shouldKeepEntriesForATimeWithTheSnapshotFromWhichTheyCanBeReplayed() throws Exception {
        Consumer<Settings> hour = s -> s.keepEntriesFor = Duration.ofHours(1);
        try (JournalLog log = open(hour)) {
            for (long next = 60; next <= 300; next += 60) {
                snapshot(log, next);
                assertEquals(0, log.first(), "none is so old");
            }
            age(60, 3 * HOUR_MS);
            age(120, HOUR_MS + 60_000);
            age(180, HOUR_MS - 60_000);
        }
        try (JournalLog log = open(hour)) {
            assertEquals(List.of(60L, 120L, 180L, 240L, 300L), snapshots());
            snapshot(log, 360);
            assertEquals(List.of(120L, 180L, 240L, 300L, 360L), snapshots());
            assertTrue(log.first() > 60 && log.first() <= 120, "first " + log.first());
            assertAllIsThere(log);
            assertEquals(120, log.snapshotAt(179), "it can be replayed from there");
        }
        try (JournalLog log = open(s -> {})) {
            snapshot(log, 420);
            assertEquals(List.of(420L), snapshots());
            assertTrue(log.first() > 360, "first " + log.first());
        }
    }

    /** Without the reason nobody would know which copy to put back. */
    @Test
    void shouldSayWhyNoSnapshotIsOfUseWhereOlderEntriesAreGone() throws Exception {
        try (JournalLog log = open(s -> {})) {
            snapshot(log, 120);
            log.keepSnapshot(120, out -> out.write(2));
            assertTrue(log.first() > 0, "first " + log.first());
        }
        byte[] bytes = Files.readAllBytes(file(120));
        bytes[0] ^= 1;
        Files.write(file(120), bytes);
        String why = assertThrows(JournalException.class, () -> open(s -> {})).getMessage();
        assertTrue(why.contains("no snapshot that can be read reaches it"), why);
        assertTrue(why.contains(file(120) + " is damaged"), why);
    }

    @Test
    void shouldKeepSoManyBytesOverSeveralEpochs() throws Exception {
        int bytes = 500_000;
        for (int life = 0; life < 4; life++) {
            try (JournalLog log = open(s -> s.keepBytes = bytes)) {
                for (int i = 0; i < 4; i++) {
                    snapshot(log, log.next() + 20);
                    long begin = snapshots().get(0);
                    long kept = log.next() <= begin
                            ? 0
                            : LongStream.range(begin, log.next())
                                    .map(n -> Logs.length(n, LONGEST))
                                    .sum();
                    assertTrue(log.first() == 0 || kept > bytes - 50_000, kept + " bytes from " + begin);
                    assertTrue(kept < 2 * bytes, kept + " bytes from " + begin);
                    assertAllIsThere(log);
                }
            }
        }
        try (JournalLog log = open(s -> {})) {
            assertTrue(log.first() > 0, "something was given up");
        }
    }

    /** Ten thousand snapshots of a week would be more than the entries. */
    @Test
    void shouldKeepFewOfTheSnapshotsInBetween() throws Exception {
        try (JournalLog log = open(s -> s.keepEntriesFor = Duration.ofHours(1))) {
            for (long next = 10; next <= 400; next += 10) {
                snapshot(log, next);
            }
            assertEquals(0, log.first());
            List<Long> kept = snapshots();
            assertEquals(10, kept.size(), "the oldest, eight, and the newest: " + kept);
            assertEquals(10, kept.get(0));
            assertEquals(400, kept.get(9));
            for (int i = 1; i < kept.size(); i++) {
                long gap = kept.get(i) - kept.get(i - 1);
                assertTrue(gap <= 100, "over all of it: " + kept);
            }
        }
        try (JournalLog log = open(s -> {})) {
            assertTrue(!log.report().contains("cannot be used"), log.report());
            assertEquals(400, log.snapshot());
        }
    }

    @Test
    void shouldKeepAllForEver() throws Exception {
        ArchiveJournal journal = new ArchiveJournal(Logs.settings(directory.resolve("j"), s -> s.keepSnapshots = 1));
        try (JournalLog log =
                journal.keepEntriesFor(Duration.ofSeconds(Long.MAX_VALUE)).open(Logs.FACTS)) {
            snapshot(log, 60);
            snapshot(log, 120);
            assertEquals(0, log.first());
        }
    }

    @Test
    void shouldRefuseLessThanNothing() {
        ArchiveJournal journal = ArchiveJournal.in(directory);
        assertThrows(IllegalArgumentException.class, () -> journal.keepBytes(-1));
        assertThrows(IllegalArgumentException.class, () -> journal.keepEntriesFor(Duration.ofNanos(-1)));
    }
}
