package io.millrace.transport.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
@Timeout(180)
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

    private static Snapshots snapshots(Path journal) throws IOException {
        Settings settings = Logs.settings(journal, s -> {});
        return new Snapshots(settings, Manifest.read(journal), new Manifest(settings.disk, journal));
    }

    /** An error of the disk elsewhere says nothing of a snapshot that is whole. */
    @Test
    void shouldLeaveAWholeOneWhereTheLogCannotBeRead() throws IOException {
        Path journal = directory.resolve("j");
        live(journal, 50, 40);
        Path file = new Snapshot(45, 0, 0).file(journal);
        SnapshotFile.write(new RealDisk(), file, 45, 11, out -> out.write(1), bytes -> {});
        Path epoch = Manifest.read(journal).epochs.get(0).directory(journal);
        Files.move(epoch, directory.resolve("away"));
        Files.createFile(epoch); // which cannot be listed
        StringBuilder report = new StringBuilder();
        snapshots(journal).adopt(50, report);
        assertTrue(Files.exists(file), report.toString());
        assertTrue(report.toString().contains("a snapshot cannot be used: " + file), report.toString());
    }

    /** As one whose frame is gone: the snapshot does not need it, and who does says so. */
    @Test
    void shouldNotFailWhereAFrameBelowASnapshotCannotBeRead() throws IOException {
        Path journal = directory.resolve("j");
        live(journal, 50, 40);
        List<Epoch> epochs = Manifest.read(journal).epochs;
        assertNotNull(LogReader.chainAt(journal, epochs, 40));
        Path frames = epochs.get(0).directory(journal).resolve(Epoch.segmentName(0));
        Files.delete(frames);
        Files.createDirectory(frames); // to read from it is an error
        assertNull(LogReader.chainAt(journal, epochs, 40));
        Snapshots all = snapshots(journal);
        StringBuilder report = new StringBuilder();
        all.choose(50, report);
        assertEquals(40, all.newestReadable(), report.toString());
        assertEquals(40, all.newestUpTo(45));
    }

    /** Nobody could say then of which history it is: later it is compared with nothing, and none is made where the log should say it. */
    @Test
    void shouldNotTakeAnUnknownChainForAnother() throws IOException {
        Path journal = directory.resolve("j");
        live(journal, 50, 40);
        Snapshots all = snapshots(journal);
        assertThrows(IOException.class, () -> all.keep(60, 0, out -> out.write(1)));
        assertFalse(Files.exists(new Snapshot(60, 0, 0).file(journal)));
        Path unknown = new Snapshot(45, 0, 0).file(journal);
        SnapshotFile.write(new RealDisk(), unknown, 45, SnapshotFile.UNKNOWN, out -> out.write(1), bytes -> {});
        assertEquals(45, opened(journal));
    }

    /** It was said to be nobody's to delete. */
    @Test
    void shouldNotReplaceOneOfAnotherHistory() throws IOException {
        Path journal = directory.resolve("j");
        Path other = directory.resolve("other");
        live(journal, 50, 40);
        copy(journal, other);
        live(other, 90, 80);
        Path file = new Snapshot(80, 0, 0).file(other);
        Path copied = journal.resolve(file.getFileName());
        live(journal, 100);
        Files.copy(file, copied);
        byte[] before = Files.readAllBytes(copied);
        try (JournalLog log = Logs.open(journal)) {
            IOException e = assertThrows(IOException.class, () -> log.keepSnapshot(80, out -> out.write(2)));
            assertTrue(e.getMessage().contains("move it away"), e.getMessage());
            assertArrayEquals(before, Files.readAllBytes(copied));
            Files.delete(copied);
            log.keepSnapshot(80, out -> out.write(2));
            log.keepSnapshot(80, out -> out.write(3));
        }
        assertEquals(80, opened(journal));
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
