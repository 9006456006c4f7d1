package io.millrace.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One process has it, and looking at it leaves it as it is. */
class ProcessLockTest {
    @TempDir
    Path directory;

    private Path file;
    private Path link;

    @BeforeEach
    void setUp() throws Exception {
        file = Files.createFile(directory.resolve("file"));
        link = Files.createLink(directory.resolve("link"), file);
    }

    private static FileChannel open(Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.WRITE);
    }

    @Test
    void shouldBeHeldAgainstOtherProcessesHoweverOftenItsOwnLooks() throws Exception {
        FileChannel held = open(file);
        ProcessLock lock = ProcessLock.tryTake(file, held);
        assertNotNull(lock);
        assertNull(lock.problem());
        FileChannel[] late = {open(file), open(link), open(link)};
        for (FileChannel l : late) {
            assertTrue(ProcessLock.isHeldHere(file) && ProcessLock.isHeldHere(link));
            assertNull(ProcessLock.tryTake(link, l));
            assertTrue(l.isOpen(), "to close it would give up the lock");
        }
        assertEquals("held", seenByAnother());
        held.close();
        assertTrue(ProcessLock.isHeldHere(file), "until it is ended, behind the descriptor");
        lock.end();
        assertFalse(ProcessLock.isHeldHere(link));
        for (FileChannel l : late) {
            assertFalse(l.isOpen(), "nothing goes with it any more");
        }
        assertEquals("free", seenByAnother());
    }

    /** Which has a list of its own, and the same locks of the system. */
    @Test
    void shouldLeaveTheLockOfAnotherCopyOfTheClass() throws Exception {
        FileChannel late = open(link);
        try (FileChannel other = open(file)) {
            assertNotNull(other.tryLock());
            assertFalse(ProcessLock.isHeldHere(file), "nobody has looked yet");
            assertNull(ProcessLock.tryTake(link, late));
            assertTrue(late.isOpen() && ProcessLock.isHeldHere(file));
            assertEquals("held", seenByAnother());
        }
        assertFalse(ProcessLock.isHeldHere(file));
        assertFalse(late.isOpen());
    }

    @Test
    void shouldCloseWhatAnotherProcessHolds() throws Exception {
        Process other = java("holds");
        try {
            assertEquals('f', other.getInputStream().read());
            FileChannel late = open(file);
            assertNull(ProcessLock.tryTake(file, late));
            assertFalse(late.isOpen() || ProcessLock.isHeldHere(file));
        } finally {
            other.destroyForcibly().waitFor();
        }
        FileChannel next = open(file);
        ProcessLock lock = ProcessLock.tryTake(file, next);
        assertNotNull(lock, "its end let go of it");
        next.close();
        lock.end();
    }

    /** There only this process is kept out, and who takes it is told. */
    @Test
    void shouldSayWhereThereAreNoLocks() throws Exception {
        FileChannel cannot = open(file);
        cannot.close();
        ProcessLock lock = ProcessLock.tryTake(file, cannot);
        assertNotNull(lock.problem());
        assertTrue(ProcessLock.isHeldHere(link));
        lock.end();
        assertFalse(ProcessLock.isHeldHere(file));
    }

    @Test
    void shouldSayNothingOfWhatIsNotThere() throws Exception {
        Path nowhere = directory.resolve("nowhere");
        assertFalse(ProcessLock.isHeldHere(nowhere));
        assertThrows(NoSuchFileException.class, () -> ProcessLock.key(nowhere));
        assertEquals(ProcessLock.key(file), ProcessLock.key(link));
        try (FileChannel open = open(file)) {
            assertThrows(NoSuchFileException.class, () -> ProcessLock.tryTake(nowhere, open));
            assertTrue(open.isOpen(), "whoever has opened it closes it");
        }
    }

    /** Opened, held and closed as one. */
    @Test
    void shouldHoldAFileForAsLongAsItIsOpen() throws Exception {
        try (LockedFile held = LockedFile.tryOpen(file, StandardOpenOption.WRITE)) {
            assertTrue(held.channel().isOpen() && held.problem() == null);
            assertNull(LockedFile.tryOpen(link, StandardOpenOption.WRITE), "by another name of it");
            assertEquals("held", seenByAnother());
        }
        assertEquals("free", seenByAnother());
        assertFalse(ProcessLock.isHeldHere(file));
        Path nowhere = directory.resolve("nowhere");
        assertThrows(NoSuchFileException.class, () -> LockedFile.tryOpen(nowhere, StandardOpenOption.WRITE));
        Process other = java("holds");
        try {
            assertEquals('f', other.getInputStream().read());
            assertNull(LockedFile.tryOpen(file, StandardOpenOption.WRITE));
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    private String seenByAnother() throws Exception {
        Process child = java("looks");
        return new String(child.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    private Process java(String what) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Other.class.getName(),
                        file.toString(),
                        what)
                .redirectErrorStream(true)
                .start();
    }

    /** The other process. */
    static final class Other {
        private Other() {}

        /** Names the file, and whether to end at once. */
        public static void main(String[] args) throws Exception {
            Path file = Path.of(args[0]);
            System.out.print(ProcessLock.tryTake(file, open(file)) == null ? "held" : "free");
            System.out.flush();
            if (args[1].equals("holds")) {
                System.in.read(); // until it is killed
            }
        }
    }
}
