package io.millrace.transport.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who holds a journal, and what of one that nobody holds any more lies about. */
@Timeout(180)
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

    /** A container has 64 MB of shared memory: who has asked for what is free must not find out later that it was not enough. */
    @Test
    void shouldTakeNoMoreMemoryForTheDriverThanItHasAskedFor() throws Exception {
        Path memory = Files.createDirectory(directory.resolve("memory"));
        int termBytes = 1 << 20;
        ArchiveJournal journal = new ArchiveJournal(Logs.settings(directory.resolve("j"), s -> {
            s.aeronDirectory = memory;
            s.termBytes = termBytes;
            s.segmentBytes = termBytes;
        }));
        try (JournalLog log = journal.open(Logs.FACTS)) {
            Logs.append(log, 10, 100);
            Logs.settle(log);
            long taken;
            try (Stream<Path> all = Files.walk(memory)) {
                taken = all.filter(Files::isRegularFile)
                        .mapToLong(f -> f.toFile().length())
                        .sum();
            }
            assertTrue(taken <= AeronFiles.needed(termBytes), taken + " of " + AeronFiles.needed(termBytes));
        }
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
            Logs.pause(60); // it looks each 50 ms whether the manifest is its own
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
            appendUntilLookedAt(log, 1, epoch);
            appendUntilLookedAt(log, 2, epoch); // with the first once more, which grew until then
            Path first = epoch.resolve(Epoch.segmentName(0));
            Files.setPosixFilePermissions(first, everybodys);
            appendUntilLookedAt(log, 4, epoch);
            assertEquals(everybodys, Files.getPosixFilePermissions(first), "not looked at again");
            List<Long> bases = Segments.bases(epoch);
            for (long base : bases.subList(1, bases.size())) {
                assertTrue(isClosedToOthers(epoch, base), "base: " + base);
            }
        }
    }

    /** They are looked at in their order: with the last one, which is behind a clock, all are. */
    private static void appendUntilLookedAt(JournalLog log, int files, Path epoch) throws IOException {
        while (((ArchiveLog) log).sent() < (files - 1) * (128 << 10) + 1_000) {
            Logs.append(log, log.next() + 1, 2_000);
        }
        Logs.settle(log);
        long deadline = System.nanoTime() + 55_000_000_000L;
        while (!isClosedToOthers(epoch, (files - 1) * (128L << 10))) {
            assertTrue(System.nanoTime() - deadline < 0, "not looked at for 55 s");
            Pause.ofMillis(5);
        }
    }

    private static boolean isClosedToOthers(Path epoch, long base) throws IOException {
        Path file = epoch.resolve(Epoch.segmentName(base));
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                .equals("rw-------");
    }

    /** Which has a list of its own, and the same locks of the system. */
    @Test
    void shouldLeaveTheLockThatAnotherCopyOfTheClassHolds() throws Exception {
        Path j = Files.createDirectory(directory.resolve("j"));
        Path file = j.resolve(DirectoryLock.NAME);
        String self = "in use by process " + ProcessHandle.current().pid();
        try (FileChannel other = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            assertNotNull(other.tryLock());
            other.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            for (int i = 0; i < 3; i++) {
                String refused = assertThrows(JournalException.class, () -> DirectoryLock.take(j))
                        .getMessage();
                assertTrue(refused.contains(self + ", this one."), refused);
            }
            String said = KilledProcessTest.said(Second.class, j.toString());
            assertTrue(said.contains(self + ". One host"), said);
        }
        DirectoryLock.take(j).close();
    }

    @Test
    void shouldStartAgainInTheSameProcessBehindADiskThatWentAway() throws Exception {
        Path j = directory.resolve("j");
        Path aeron = directory.resolve("aeron");
        Settings settings = Logs.settings(j, s -> s.aeronDirectory = aeron);
        JournalLog log = new ArchiveJournal(settings).open(Logs.FACTS);
        Logs.append(log, 10, 100);
        Logs.settle(log);
        Path epoch = j.resolve(Epoch.directoryName(1));
        Path away = Files.move(epoch, directory.resolve("away"));
        Files.createFile(epoch); // so its files cannot even be listed
        log.close();
        assertEquals(List.of(), Segments.names(aeron));
        Files.move(away, epoch, StandardCopyOption.REPLACE_EXISTING);
        try (JournalLog next = new ArchiveJournal(settings).open(Logs.FACTS)) {
            assertEquals(10, next.next());
        }
    }

    @Test
    void shouldSayWhatKeepsTheFilesOfTheDriver() throws Exception {
        Path j = directory.resolve("j");
        Path aeron = directory.resolve("aeron");
        Settings settings = Logs.settings(j, s -> {
            s.aeronDirectory = aeron;
            s.stopDeadline = Duration.ofMillis(50);
        });
        Files.createDirectory(j);
        AeronFiles files = AeronFiles.make(settings);
        String refused = assertThrows(JournalException.class, () -> AeronFiles.make(settings))
                .getMessage();
        assertTrue(refused.contains("is in use by this process: "), refused);
        files.delete();
        Path fresh = Files.createDirectory(aeron.resolve("fresh"));
        Files.createDirectory(fresh.resolve(DirectoryLock.NAME)); // which cannot be locked
        refused = assertThrows(JournalException.class, () -> AeronFiles.lock(fresh))
                .getMessage();
        assertTrue(refused.startsWith("cannot lock " + fresh), refused);
        assertTrue(refused.endsWith("give ArchiveJournal.aeronDirectory another place"), refused);
        assertEquals(List.of(), Segments.names(aeron));
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
