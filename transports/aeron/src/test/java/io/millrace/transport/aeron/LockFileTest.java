package io.millrace.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.transport.ProcessLock;
import io.millrace.transport.aeron.LockFile.State;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who looks at a lock leaves it as it is, and a file that is there without a lock says that nobody has it. */
class LockFileTest {
    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void setUp() {
        file = directory.resolve("lock");
    }

    /** As another copy of the class does, which has no list of what the first one holds. */
    @Test
    void shouldBeHeldAfterItsOwnProcessLookedAtIt() throws Exception {
        Path link = directory.resolve("link");
        try (LockFile held = LockFile.take(file)) {
            assertNotNull(held);
            assertEquals(State.HELD, LockFile.of(file));
            assertEquals(State.HELD, LockFile.of(file));
            assertEquals(State.HELD, LockFile.of(Files.createLink(link, file)));
            assertEquals("HELD", seenByAnother());
        }
        assertEquals(State.FREE, LockFile.of(file));
        assertEquals(State.FREE, LockFile.of(link));
    }

    private String seenByAnother() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Other.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        return new String(child.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    /** The other process. */
    static final class Other {
        private Other() {}

        /** Names the file. */
        public static void main(String[] args) {
            System.out.print(LockFile.of(Path.of(args[0])));
        }
    }

    @Test
    void shouldHaveItsNameOnlyWhenItIsLocked() throws Exception {
        try (LockFile held = LockFile.take(file, (fresh, open) -> {
            assertFalse(Files.exists(file), "somebody would find it free");
            return ProcessLock.tryTake(fresh, open);
        })) {
            assertNotNull(held);
            assertEquals(List.of("lock"), names());
        }
        Files.delete(file);
        assertNull(LockFile.take(file, (fresh, open) -> null));
        assertFalse(Files.exists(file), "another has it");
    }

    @Test
    void shouldLeaveAnotherLockOfItsOwnProcessWhereItCannotBeTaken() throws Exception {
        try (FileChannel other =
                FileChannel.open(directory.resolve("lock.new"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            assertNotNull(other.lock());
            assertNull(LockFile.take(file));
            assertFalse(Files.exists(file));
        }
    }

    /** There a file that nobody can lock must not keep out who comes behind a kill. */
    @Test
    void shouldSayNothingWhereThereAreNoLocks() throws Exception {
        LockFile.Locking none = (file, open) -> {
            open.close(); // which then cannot be locked
            return ProcessLock.tryTake(file, open);
        };
        assertNull(LockFile.take(file, none));
        assertEquals(List.of(), names());
        assertEquals(State.NONE, LockFile.of(file, none));
        Files.createFile(file); // by a version that left it
        assertEquals(State.NONE, LockFile.of(file, none));
        assertEquals(State.FREE, LockFile.of(file));
        assertTrue(Files.exists(file));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(p -> p.getFileName().toString()).toList();
        }
    }
}
