package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileInputTest {
    private static final byte[] BYTES = "a,b\n1,2\n".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path dir;

    private String file(String name, byte[] bytes) throws IOException {
        return Files.write(dir.resolve(name), bytes).toString();
    }

    private static byte[] read(String name) throws IOException {
        try (FileInput in = FileInput.open(name)) {
            return in.readAllBytes();
        }
    }

    private static String fault(String name) {
        return assertThrows(FileFault.class, () -> read(name)).getMessage();
    }

    @Test
    void shouldReadPlainAndGzipByTheirBytesNotTheirName() throws IOException {
        assertArrayEquals(BYTES, read(file("plain.csv", BYTES)));
        assertArrayEquals(BYTES, read(file("plain named.gz", BYTES)));
        assertArrayEquals(BYTES, read(file("packed.csv", Gzip.member(BYTES))));
        assertArrayEquals(
                Gzip.join(BYTES, BYTES), read(file("two.gz", Gzip.join(Gzip.member(BYTES), Gzip.member(BYTES)))));
        assertArrayEquals(new byte[] {0x1F}, read(file("one", new byte[] {0x1F})), "one byte says nothing");
    }

    @Test
    void shouldReadStandardInputAndLeaveItOpen() throws IOException {
        InputStream before = System.in;
        ChoppyStream in = new ChoppyStream(Gzip.member(BYTES), 1, 2);
        System.setIn(in);
        try {
            assertArrayEquals(BYTES, read("-"));
        } finally {
            System.setIn(before);
        }
        assertFalse(in.isClosed());
    }

    /** The names of files are of the locale that a process was started in. */
    @Test
    void shouldSayWhichLocaleCannotSayAName() {
        InvalidPathException why = new InvalidPathException("k\u00e4se", "Malformed input");
        assertEquals(
                "k\u00e4se: a name that the locale of this process cannot say; US-ASCII; start it with LC_ALL=C.UTF-8,"
                        + " or another locale of UTF-8",
                Faults.noName("k\u00e4se", why, "US-ASCII").getMessage());
        for (String encoding : List.of("UTF-8", "ISO-8859-1", "none such")) {
            assertEquals(
                    "k\u00e4se: not a file name; Malformed input; give the path of a file",
                    Faults.noName("k\u00e4se", why, encoding).getMessage());
        }
    }

    @Test
    void shouldNameWhatCannotBeRead() throws IOException {
        String missing = dir.resolve("missing.csv").toString();
        assertEquals(missing + ": no such file; " + missing + "; give the path of a file that exists", fault(missing));
        assertEquals(dir + ": a directory; " + dir + "; give the path of a file in it", fault(dir.toString()));
        String empty = file("empty.csv", new byte[0]);
        assertEquals(empty + ": empty file; 0 bytes; give a file with content", fault(empty));
        String emptyGzip = file("empty.csv.gz", Gzip.member(new byte[0]));
        assertEquals(emptyGzip + ": empty file; 0 bytes; give a file with content", fault(emptyGzip));
        String below = file("file", BYTES) + "/below";
        assertEquals(below + ": cannot be read; Not a directory; check the file and its disk", fault(below));
        assertTrue(fault("a\0b").startsWith("a\\u0000b: not a file name; "));
    }

    @Test
    void shouldRefuseZipByName() throws IOException {
        Path zip = dir.resolve("x.csv");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("x.csv"));
            out.write(BYTES);
        }
        String cure = ": a zip file; PK; unzip it and give the file inside; gzip is read as it is";
        assertEquals(zip + cure, fault(zip.toString()));
        Path none = dir.resolve("none");
        new ZipOutputStream(Files.newOutputStream(none)).close();
        assertEquals(none + cure, fault(none.toString()));
        String starts = file("PK.csv", "PK,b\n".getBytes(StandardCharsets.US_ASCII));
        assertEquals(5, read(starts).length);
    }

    @Test
    void shouldSayWhenPermissionIsMissing() throws IOException {
        assertEquals(
                "/x: no permission to read; /x; allow this user to read it",
                Faults.reading("/x", new AccessDeniedException("/x")).getMessage());
        Path locked = Path.of(file("locked.csv", BYTES));
        assertTrue(locked.toFile().setReadable(false));
        assumeFalse(Files.isReadable(locked), "this user may read everything");
        assertTrue(fault(locked.toString()).contains(": no permission to read; "));
    }

    @Test
    void shouldGoOnReadingWhenTheThreadIsInterrupted() throws IOException {
        String name = file("x.csv", BYTES);
        try (FileInput in = FileInput.open(name)) {
            Thread.currentThread().interrupt();
            assertArrayEquals(BYTES, in.readAllBytes(), "what was read is finished; a channel would close itself");
        } finally {
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void shouldCloseTheStreamBelow() throws IOException {
        ChoppyStream plain = new ChoppyStream(BYTES, 1, 9);
        FileInput.of("x", plain).close();
        assertTrue(plain.isClosed());
        ChoppyStream packed = new ChoppyStream(Gzip.member(BYTES), 1, 9);
        FileInput.of("x", packed).close();
        assertTrue(packed.isClosed());
    }

    @Test
    void shouldKeepMessagesOnOneLine() throws IOException {
        String message = new FileFault("a\nb", 3, "what", "v\r\n\t\u0007\u2028" + "x".repeat(200), "cure").getMessage();
        assertEquals("a\\nb:3: what; v\\r\\n\\t\\u0007\\u2028" + "x".repeat(114) + "...; cure", message);
        assertEquals(
                "x: cannot be read; FileSystemException; check the file and its disk",
                Faults.reading("x", new FileSystemException("x")).getMessage());
        assertEquals(
                1, FileInput.of("x", new ByteArrayInputStream(new byte[] {5})).readAllBytes().length);
    }
}
