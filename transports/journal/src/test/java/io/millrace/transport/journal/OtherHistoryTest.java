package io.millrace.transport.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.journal.JournalLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot that is whole, and of a copy of the journal that went on for itself. */
@Timeout(60)
class OtherHistoryTest {
    private static final int LONGEST = 300;

    @TempDir
    Path directory;

    private static void live(Path journal, int upTo, int... snapshots) throws IOException {
        try (JournalLog log = Logs.open(journal)) {
            for (int at : snapshots) {
                Logs.append(log, at, LONGEST);
                Logs.settle(log);
                log.keepSnapshot(at, out -> out.write(at));
            }
            Logs.append(log, upTo, LONGEST);
            Logs.settle(log);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : all.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    @Test
    void shouldNotBeginWithASnapshotOfAnotherHistory() throws IOException {
        Path journal = directory.resolve("j");
        Path other = directory.resolve("other");
        live(journal, 50, 40);
        copy(journal, other);
        live(other, 90, 80);
        live(journal, 100);
        Path file = new Snapshot(80, 0, 0).file(other);
        Files.copy(file, journal.resolve(file.getFileName()));
        try (JournalLog log = Logs.open(journal)) {
            assertEquals(40, log.snapshot());
            String says = log.report();
            assertTrue(says.contains("snapshot-0000000000000000080 is of another history of this journal"), says);
            assertTrue(says.contains("move it away"), says);
            assertFalse(says.contains("took over"), says);
        }
        assertTrue(Files.exists(new Snapshot(80, 0, 0).file(journal)), "somebody may still want it");
    }

    /** Also where the manifest names it, as that of the copy does. */
    @Test
    void shouldNotReadOneThatTheManifestNames() throws IOException {
        Path journal = directory.resolve("j");
        Path other = directory.resolve("other");
        live(journal, 50, 40);
        copy(journal, other);
        live(other, 90, 80);
        live(journal, 100);
        Snapshot found = SnapshotFile.verify(new Snapshot(80, 0, 0).file(other)).snapshot();
        Files.copy(found.file(other), found.file(journal));
        byte[] named = new ManifestEntry.Kept(found).encoded();
        Files.write(journal.resolve(Manifest.NAME), named, java.nio.file.StandardOpenOption.APPEND);
        try (JournalLog log = new ArchiveJournal(Logs.settings(journal, s -> {})).openToRead()) {
            assertEquals(40, log.snapshot());
            assertTrue(log.report().contains("is of another history of this journal"), log.report());
        }
        try (JournalLog log = Logs.open(journal)) {
            assertEquals(40, log.snapshot());
            assertTrue(log.report().contains("a snapshot cannot be used: " + found.file(journal)), log.report());
        }
    }

    /** Without an entry of its own, or in the middle of a frame, at the end of an epoch, behind entries that were given up. */
    @Test
    void shouldBeginWithEachOfItsOwn() throws IOException {
        Path journal = directory.resolve("j");
        live(journal, 3, 0, 3);
        assertEquals(3, opened(journal));
        live(journal, 3, 3);
        assertEquals(3, opened(journal));
        live(journal, 2_000, 4, 700, 1_200, 2_000);
        assertEquals(2_000, opened(journal));
        for (long at : List.of(2_000L, 1_200L)) {
            Files.delete(new Snapshot(at, 0, 0).file(journal));
            assertEquals(at == 2_000 ? 1_200 : 700, opened(journal));
        }
    }

    private static long opened(Path journal) {
        try (JournalLog log = Logs.open(journal)) {
            assertFalse(log.report().contains("history"), log.report());
            return log.snapshot();
        }
    }
}
