package io.millrace.transport.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who holds a journal, and what of one that nobody holds any more lies about. */
@Timeout(60)
class HeldTest {
    @TempDir
    Path directory;

    /** Tries to open a journal. */
    public static final class Second {
        private Second() {}

        /**
         * Runs in the child.
         *
         * @param args the directory
         */
        public static void main(String[] args) {
            try (DirectoryLock lock = DirectoryLock.take(Path.of(args[0]))) {
                System.out.println("taken " + (lock != null));
            } catch (IOException | JournalException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    /** On POSIX systems closing any descriptor of a file lets go of the process's locks of it. */
    @Test
    void shouldBeHeldAgainstOtherProcessesAfterThisOneTriedToOpenItAgain() throws Exception {
        Path journal = directory.resolve("j");
        String self = "in use by process " + ProcessHandle.current().pid();
        try (JournalLog log = Logs.open(journal)) {
            Path second = Files.createSymbolicLink(directory.resolve("second"), directory);
            for (Path path : List.of(journal, second.resolve("j"))) {
                String refused = assertThrows(JournalException.class, () -> Logs.open(path))
                        .getMessage();
                assertTrue(refused.contains(self + ", this one."), refused);
            }
            String said = KilledProcessTest.said(Second.class, journal.toString());
            assertTrue(said.contains(self + ". One host"), said);
            Logs.append(log, 10, 100);
            Logs.settle(log);
        }
        assertEquals("taken true", KilledProcessTest.said(Second.class, journal.toString()));
        Logs.open(journal).close();
    }

    @Test
    void shouldStopWhereAnotherHostHasTakenIt() throws Exception {
        Path journal = directory.resolve("j");
        JournalLog log = Logs.open(journal);
        Logs.append(log, 10, 100);
        Logs.settle(log);
        Path manifest = journal.resolve(Manifest.NAME);
        Path copy = Files.copy(manifest, journal.resolve("manifest.new")); // as an opening does
        Files.move(copy, manifest, StandardCopyOption.ATOMIC_MOVE);
        assertThrows(IOException.class, () -> log.keepSnapshot(5, out -> out.write(5)));
        JournalException stopped = assertThrows(JournalException.class, () -> {
            while (log.next() < 1_000_000) {
                Logs.append(log, log.next() + 1, 100);
                log.commit();
                log.work();
                Pause.ofMillis(1);
            }
        });
        assertTrue(stopped.getMessage().contains("manifest is gone, or another one"), stopped.getMessage());
        assertThrows(JournalException.class, log::close);
    }

    @Test
    void shouldWriteTheManifestAnewBeforeItIsLongAndGoOn() throws Exception {
        Path journal = directory.resolve("j");
        Settings settings = Logs.settings(journal, s -> s.manifestBytes = 1_000);
        try (JournalLog log = new ArchiveJournal(settings).open(Logs.FACTS)) {
            for (int i = 1; i <= 60; i++) {
                Logs.append(log, i, 100);
                Logs.settle(log);
                int state = i;
                log.keepSnapshot(i, out -> out.write(state));
            }
            long length = Files.size(journal.resolve(Manifest.NAME));
            assertTrue(length < 1_200, "bytes: " + length);
            Pause.ofMillis(60); // it looks each 50 ms whether the manifest is its own
            Logs.append(log, 61, 100);
            Logs.settle(log);
        }
        try (JournalLog log = Logs.open(journal)) {
            assertEquals(61, log.next());
            assertEquals(60, log.snapshot());
            assertEquals(58, log.snapshotAt(58));
            assertEquals(60, log.openSnapshot().read());
        }
    }

    /** Of an epoch that is long there are thousands. */
    @Test
    void shouldLookAtFilesOfTheArchiveOnceOnly() throws Exception {
        Path epoch = directory.resolve("j").resolve(Epoch.directoryName(1));
        Set<PosixFilePermission> everybodys = PosixFilePermissions.fromString("rw-r--r--");
        try (JournalLog log = Logs.open(directory.resolve("j"))) {
            Path first = epoch.resolve(Epoch.segmentName(0));
            append(log, 2);
            Files.setPosixFilePermissions(first, everybodys);
            append(log, 4);
            assertEquals(everybodys, Files.getPosixFilePermissions(first), "not looked at again");
            List<Long> bases = Segments.bases(epoch);
            for (long base : bases.subList(1, bases.size())) {
                assertEquals(
                        "rw-------",
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(epoch.resolve(Epoch.segmentName(base)))));
            }
        }
    }

    private static void append(JournalLog log, int files) {
        while (((ArchiveLog) log).sent() < (files - 1) * (128 << 10) + 1_000) {
            Logs.append(log, log.next() + 1, 2_000);
        }
        Logs.settle(log);
        Pause.ofMillis(150); // it looks each 50 ms
    }

    @Test
    void shouldRemoveWhatKilledProcessesLeftInSharedMemoryAndNothingElse() throws Exception {
        Path aeron = directory.resolve("aeron");
        Settings settings = Logs.settings(directory.resolve("j"), s -> s.aeronDirectory = aeron);
        Settings beside = Logs.settings(directory.resolve("beside"), s -> s.aeronDirectory = aeron);
        JournalLog lives = new ArchiveJournal(settings).open(Logs.FACTS);
        Path left = Files.createDirectories(aeron.resolve("millrace-journal-0123456789abcdef/driver"));
        Files.write(left.getParent().resolve(DirectoryLock.NAME), "1\n".getBytes(StandardCharsets.US_ASCII));
        Files.write(left.resolve("cnc.dat"), new byte[100]);
        Files.createDirectories(aeron.resolve("millrace-gone-0123456789abcdef/driver"));
        Path others = Files.createDirectories(aeron.resolve("somebody"));
        try (JournalLog log = new ArchiveJournal(beside).open(Logs.FACTS)) {
            assertFalse(Files.exists(left.getParent()));
            assertTrue(Files.exists(others));
            assertEquals(3, Segments.names(aeron).size(), Segments.names(aeron).toString());
            Logs.append(lives, 10, 100);
            Logs.settle(lives);
            assertEquals(0, log.next());
        }
        lives.close();
        assertEquals(List.of("somebody"), Segments.names(aeron));
    }
}
