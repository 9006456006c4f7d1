package io.millrace.transport.aeron;

import static io.millrace.transport.aeron.Streams.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aeron.CommonContext;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a driver that was killed has left keeps the next one out neither by its heartbeat nor by its bytes. */
class MediaDirectoryTest {
    private static final long LONG_MS = 600_000;
    private static final String PREFIX = "millrace-" + System.getProperty("user.name") + "-";
    private static final long DEAD_PID = 999_999_999_999L;

    @Test
    void shouldStartAtOnceWhereADriverWasKilledAndNotWhereOneLives(@TempDir Path dir) throws Exception {
        File aeron = dir.resolve(PREFIX + DEAD_PID + "-1").toFile();
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-opens",
                        "java.base/jdk.internal.misc=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Other.class.getName(),
                        aeron.toString())
                .redirectErrorStream(true)
                .start();
        try {
            assertEquals('!', other.getInputStream().read());
            String refused = assertThrows(IllegalStateException.class, () -> MediaDirectory.of(aeron, LONG_MS))
                    .getMessage();
            assertTrue(refused.contains("works in " + aeron + " already"), refused);
            other.destroyForcibly().waitFor();
            assertTrue(CommonContext.isDriverActive(aeron, LONG_MS, s -> {}), "by its heartbeat it lives");
            MediaDirectory.own(dir.toFile(), LONG_MS);
            assertTrue(aeron.exists(), "only who was told to take this one takes it for dead yet");
            assertTrue(MediaDirectory.of(aeron, LONG_MS).bytes() > 1 << 20, "which is room that comes free");
            AeronMedia media = AeronMedia.embedded()
                    .directory(aeron.toPath())
                    .termBytes(64 << 10)
                    .start();
            assertThrows(IllegalStateException.class, () -> MediaDirectory.of(aeron, LONG_MS));
            media.close();
            await("that it is gone", () -> !aeron.exists());
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    /** Buffers hold events as they are. One that is named may be meant for others, by the umask. */
    @Test
    void shouldKeepOthersOutOfADirectoryThatNobodyNamed(@TempDir Path dir) throws IOException {
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start()) {
            assertEquals("rwx------", permissions(media.directory()));
        }
        Path plain = Files.createDirectory(dir.resolve("plain"));
        try (AeronMedia media = AeronMedia.embedded()
                .directory(dir.resolve("named"))
                .termBytes(64 << 10)
                .start()) {
            assertEquals(permissions(plain), permissions(media.directory()));
        }
    }

    private static String permissions(Path of) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(of));
    }

    /** The other process. */
    static final class Other {
        private Other() {}

        /** Names the directory. */
        public static void main(String[] args) throws Exception {
            AeronMedia media = AeronMedia.embedded()
                    .directory(Path.of(args[0]))
                    .termBytes(64 << 10)
                    .start();
            System.out.print('!');
            System.out.flush();
            System.in.read(); // until it is killed, or nobody is there any more
            media.close();
        }
    }

    private static Path left(Path below, String name, boolean locks) throws Exception {
        Path p = Files.createDirectories(below.resolve(PREFIX + name).resolve("publications"));
        Files.write(p.resolve("1.logbuffer"), new byte[1000]);
        if (locks) {
            Files.createFile(p.getParent().resolve("millrace.lock"));
        }
        return p.getParent();
    }

    @Test
    void shouldRemoveWhatDeadProcessesHaveLeftAndNothingElse(@TempDir Path below) throws Exception {
        Path killed = left(below, DEAD_PID + "-1", true);
        Path older = left(below, DEAD_PID + "-2", false);
        Path sameNumber =
                left(below, ProcessHandle.current().pid() + "-100001", true); // of a container before this one
        Path living = left(below, ProcessHandle.current().pid() + "-100002", false);
        Path elsewhere = left(below, DEAD_PID + "-3", true); // a process that we cannot see
        Path notOurs = Files.createDirectories(below.resolve(PREFIX + "x-1"));
        Path precious = left(below.resolve("precious"), DEAD_PID + "-4", true);
        Path link = Files.createSymbolicLink(below.resolve(PREFIX + DEAD_PID + "-5"), precious);
        try (FileChannel file = FileChannel.open(elsewhere.resolve("millrace.lock"), StandardOpenOption.WRITE);
                FileLock held = file.lock()) {
            assertTrue(held.isValid());
            File own = MediaDirectory.own(below.toFile(), LONG_MS).file();
            assertTrue(own.getName().startsWith(PREFIX + ProcessHandle.current().pid() + "-"), own.toString());
            assertFalse(own.exists());
        }
        assertFalse(Files.exists(killed) || Files.exists(older) || Files.exists(sameNumber));
        for (Path p : new Path[] {living, elsewhere, notOurs, precious, link}) {
            assertTrue(Files.exists(p), p.toString());
        }
        assertEquals(1000, MediaDirectory.of(living.toFile(), LONG_MS).bytes());
    }

    /** As in a container whose user number stands in no list: the owner of a file has a number for a name then, and the process none. */
    @Test
    void shouldRemoveWhatIsLeftWhereItsUserHasNoName(@TempDir Path below) throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self")), "the system does not show whose a process is");
        String name = System.getProperty("user.name");
        System.setProperty("user.name", "?");
        try {
            Path left = Files.createDirectories(below.resolve("millrace-?-" + DEAD_PID + "-1"));
            MediaDirectory.own(below.toFile(), LONG_MS);
            assertFalse(Files.exists(left));
        } finally {
            System.setProperty("user.name", name);
        }
    }

    /** Of which something can be asked only so often before there is an error. */
    private static final class Armed extends File {
        private static final long serialVersionUID = 1L;
        private volatile boolean armed;
        private volatile int thrown;

        Armed(Path path) {
            super(path.toString());
        }

        @Override
        public String getPath() {
            if (armed && thrown < 2) {
                thrown++;
                throw new OutOfMemoryError("for a moment");
            }
            return super.getPath();
        }
    }

    /** Whatever is thrown while it connects: the next time it may succeed. */
    @Test
    void shouldConnectAnewBehindAnError(@TempDir Path below) throws Exception {
        Path dir = below.resolve("aeron");
        AeronMedia driver =
                AeronMedia.embedded().directory(dir).termBytes(64 << 10).start();
        Armed armed = new Armed(dir);
        try (AeronMedia mine = new MediaSetup(false, armed)
                .driverTimeout(FaultPeer.DRIVER_TIMEOUT)
                .start()) {
            armed.armed = true;
            driver.close();
            await("that it is cut off", () -> mine.trouble() != null);
            driver = AeronMedia.embedded().directory(dir).termBytes(64 << 10).start();
            await("another client", () -> armed.thrown == 2 && mine.trouble() == null);
        } finally {
            driver.close();
        }
    }

    /** As of another user: the one who is tested may be root, who may open all but a directory. */
    private static Path unopened(Path directory) throws IOException {
        Path cnc = Files.createDirectories(directory.resolve("cnc.dat"));
        for (int i = 0; i < 300; i++) { // where the length of a directory is that of its names
            Files.createFile(cnc.resolve("a-file-of-some-length-" + i));
        }
        return cnc;
    }

    @Test
    void shouldSayWhoseDriverItIsWhereItsFileCannotBeOpened(@TempDir Path below) throws Exception {
        Path dir = below.resolve(PREFIX + DEAD_PID + "-1");
        unopened(dir);
        String why = assertThrows(
                        IllegalStateException.class,
                        () -> AeronMedia.external(dir).start())
                .getMessage();
        assertTrue(why.contains("no media driver in " + dir + " for user " + System.getProperty("user.name")), why);
        assertTrue(why.contains("cnc.dat") && why.contains("AeronMedia.embedded()"), why);
        why = assertThrows(
                        IllegalStateException.class,
                        () -> AeronMedia.embedded().directory(dir).start())
                .getMessage();
        assertTrue(why.contains(dir.toString()) && why.contains("directory(..)"), why);
        MediaDirectory.own(below.toFile(), LONG_MS);
        assertTrue(Files.exists(dir), "nobody knows whether it works");
    }

    /** While it is connecting anew, too: then it goes on when a driver comes that is ours. */
    @Test
    void shouldConnectAnewBehindADriverThatCannotBeLookedAt(@TempDir Path below) throws Exception {
        Path dir = below.resolve("aeron");
        AeronMedia driver =
                AeronMedia.embedded().directory(dir).termBytes(64 << 10).start();
        try (AeronMedia mine =
                AeronMedia.external(dir).driverTimeout(FaultPeer.DRIVER_TIMEOUT).start()) {
            driver.close();
            Path cnc = unopened(dir);
            await(
                    "what is wrong",
                    () -> mine.trouble() != null && mine.trouble().contains("cnc.dat cannot be used"));
            MediaDirectory.delete(cnc);
            driver = AeronMedia.embedded().directory(dir).termBytes(64 << 10).start();
            await("another client", () -> mine.trouble() == null);
        } finally {
            driver.close();
        }
    }
}
