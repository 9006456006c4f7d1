package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileOutputTest {
    private static final byte[] BYTES = "a,b\n1,2\n".getBytes(StandardCharsets.US_ASCII);
    private static final Path FULL = Path.of("/dev/full");

    @TempDir
    Path dir;

    private static void write(String name) throws FileFault {
        try (FileOutput out = FileOutput.create(name)) {
            out.write(BYTES, 0, BYTES.length);
        }
    }

    private static String fault(String name) {
        return assertThrows(FileFault.class, () -> write(name)).getMessage();
    }

    @Test
    void shouldMakeFilesAnew() throws IOException {
        Path file = Files.write(dir.resolve("with blank.csv"), new byte[1000]);
        write(file.toString());
        assertArrayEquals(BYTES, Files.readAllBytes(file));
    }

    @Test
    void shouldCompressByName() throws IOException {
        Path file = dir.resolve("x.csv.gz");
        write(file.toString());
        byte[] packed = Files.readAllBytes(file);
        assertArrayEquals(BYTES, new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes());
        byte[] header = {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, (byte) 255};
        assertArrayEquals(header, java.util.Arrays.copyOf(packed, 10), "no time, no name: same rows, same file");
    }

    @Test
    void shouldNameWhatCannotBeWritten() {
        assertEquals(dir + ": a directory; " + dir + "; give the path of a file in it", fault(dir.toString()));
        String below = dir.resolve("no/x.csv").toString();
        assertEquals(below + ": no such directory; " + below + "; make the directory first", fault(below));
        assertTrue(fault("a\0b").startsWith("a\\u0000b: not a file name; "));
    }

    @Test
    void shouldNotAskForADirectoryThatIsThere() throws IOException {
        Path link = Files.createSymbolicLink(dir.resolve("link.csv"), dir.resolve("no/x.csv"));
        assertEquals(
                link + ": cannot be made there; " + link + "; name a file in another directory",
                fault(link.toString()));
    }

    @Test
    void shouldSayWhenPermissionIsMissing() {
        assertEquals(
                "/x: no permission to write; /x; allow this user to write it",
                Faults.writing("/x", new AccessDeniedException("/x")).getMessage());
        Path locked = dir.resolve("locked");
        assertTrue(locked.toFile().mkdir() && locked.toFile().setWritable(false));
        assumeFalse(Files.isWritable(locked), "this user may write everything");
        assertTrue(fault(locked.resolve("x").toString()).contains(": no permission to write; "));
    }

    /** As when it is opened, and nothing is made or emptied. */
    @Test
    void shouldTellBeforeWhatCannotBeWritten() throws IOException {
        Path kept = Files.writeString(dir.resolve("kept.csv"), "precious");
        Path link = Files.createSymbolicLink(dir.resolve("link.csv"), dir.resolve("fresh.csv"));
        for (String fine : List.of(kept.toString(), dir.resolve("new.csv").toString(), link.toString(), "-")) {
            FileOutput.check(fine);
        }
        assertEquals("precious", Files.readString(kept));
        assertFalse(Files.exists(dir.resolve("new.csv")) || Files.exists(dir.resolve("fresh.csv")));
        for (String bad : List.of(dir.toString(), dir.resolve("no/x.csv").toString(), "a\0b")) {
            assertEquals(
                    fault(bad),
                    assertThrows(FileFault.class, () -> FileOutput.check(bad)).getMessage());
        }
        assertTrue(kept.toFile().setWritable(false));
        assumeFalse(Files.isWritable(kept), "this user may write everything");
        FileFault fault = assertThrows(FileFault.class, () -> FileOutput.check(kept.toString()));
        assertTrue(fault.getMessage().contains(": no permission to write; "), fault.getMessage());
    }

    @Test
    void shouldSayThatTheDiskIsFull() {
        assumeTrue(Files.exists(FULL), "no /dev/full here");
        assertEquals("/dev/full: disk full; No space left on device; make room and run again", fault(FULL.toString()));
    }

    @Test
    void shouldSayThatTheDiskIsFullAlsoWhenOnlyTheEndDoesNotFit() {
        Stubborn small = new Stubborn(12);
        FileFault fault = assertThrows(FileFault.class, () -> {
            try (FileOutput out = FileOutput.of("x.gz", small)) {
                out.write(BYTES, 0, BYTES.length);
            }
        });
        assertEquals("x.gz: disk full; No space left on device; make room and run again", fault.getMessage());
        assertTrue(small.closed, "the file is let go");
    }

    @Test
    void shouldReportAFaultOnce() throws IOException {
        Stubborn small = new Stubborn(3);
        FileOutput out = FileOutput.of("x", small);
        assertThrows(FileFault.class, () -> out.write(BYTES, 0, BYTES.length));
        out.close();
        assertTrue(small.closed);
    }

    /** A disk with little room. */
    private static final class Stubborn extends OutputStream {
        private final int room;
        private int used;
        private boolean closed;

        Stubborn(int room) {
            this.room = room;
        }

        @Override
        public void write(int b) throws IOException {
            if (used == room) {
                throw new IOException("No space left on device");
            }
            used++;
        }

        @Override
        public void close() throws IOException {
            closed = true;
            if (used == room) {
                throw new IOException("still full");
            }
        }
    }

    @Test
    void shouldPassOnEachFlush() throws IOException {
        ByteArrayOutputStream below = new ByteArrayOutputStream();
        FileOutput out = FileOutput.of("x", below);
        out.write('a');
        out.flush();
        assertEquals("a", below.toString(StandardCharsets.US_ASCII));
        out.close();
    }

    /** What that does to a disk no test can see; that each kind can be asked, while it is open and not behind it, is. */
    @Test
    void shouldForceWhatIsAPlainFileAndLeaveAnythingElse(@TempDir Path folder) throws Exception {
        for (String name : new String[] {"new.csv", "new.csv.gz", "held.csv"}) {
            Path file = folder.resolve(name);
            Files.writeString(folder.resolve("held.csv"), "a\n");
            FileOutput out =
                    name.startsWith("held") ? FileOutput.resume(file.toString()) : FileOutput.create(file.toString());
            out.write("a\nb\n".getBytes(StandardCharsets.US_ASCII), 0, 4);
            out.sync();
            out.write('c');
            out.close();
            if (name.endsWith(".gz")) {
                out.sync();
            } else {
                assertEquals("a\nb\nc", Files.readString(file));
                assertTrue(assertThrows(FileFault.class, out::sync).getMessage().contains(name));
            }
        }
        FileOutput.create("-").sync();
    }
}
