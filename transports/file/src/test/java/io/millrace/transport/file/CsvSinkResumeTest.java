package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that is continued says how many rows it holds, wherever it was cut off. */
class CsvSinkResumeTest {
    record Row(long id, String text) {}

    @TempDir
    Path folder;

    private static final Row[] ROWS = {
        new Row(1, "plain"), new Row(2, "with \"quotes\" and,\na line end"), new Row(3, "\u00e4\u20ac"), new Row(4, "")
    };

    private Path file(String name) {
        return folder.resolve(name);
    }

    private void write(String name, long from) throws Exception {
        try (CsvSink<Row> sink = CsvSink.resume(file(name).toString(), Row.class)) {
            assertEquals(from, sink.resume("rows").held());
            for (long i = from; i < ROWS.length; i++) {
                sink.on(ROWS[(int) i], null);
            }
        }
    }

    @Test
    void shouldGoOnBehindTheLastWholeRow() throws Exception {
        write("whole.csv", 0);
        byte[] whole = Files.readAllBytes(file("whole.csv"));
        long rows = -1; // of the header
        boolean quoted = false;
        for (int cut = 0; cut <= whole.length; cut++) {
            if (cut > 0) {
                quoted ^= whole[cut - 1] == '"';
                rows += whole[cut - 1] == '\n' && !quoted ? 1 : 0;
            }
            Files.write(file("cut.csv"), Arrays.copyOf(whole, cut));
            write("cut.csv", Math.max(0, rows));
            assertEquals(new String(whole, StandardCharsets.UTF_8), Files.readString(file("cut.csv")), "cut at " + cut);
        }
        assertEquals(4, rows);
    }

    @Test
    void shouldRefuseAFileWithOtherColumns() throws Exception {
        Files.writeString(file("other.csv"), "a,b\n1,2\n");
        CsvSink<Row> sink = CsvSink.resume(file("other.csv").toString(), Row.class);
        FileFault fault = assertThrows(FileFault.class, () -> sink.resume("rows"));
        assertTrue(fault.getMessage().contains("has other columns; a,b"), fault.getMessage());
        assertEquals("a,b\n1,2\n", Files.readString(file("other.csv")));
    }

    record Named(long größe) {}

    @Test
    void shouldGoOnWithColumnsThatAreNotAscii() throws Exception {
        for (long i = 0; i < 2; i++) {
            try (CsvSink<Named> sink = CsvSink.resume(file("named.csv").toString(), Named.class)) {
                assertEquals(i, sink.resume("rows").held());
                sink.on(new Named(i), null);
            }
        }
        assertEquals("gr\u00f6\u00dfe\n0\n1\n", Files.readString(file("named.csv")));
    }

    @Test
    void shouldRefuseRowsOfTwoOutputs() throws Exception {
        try (CsvSink<Row> sink = CsvSink.resume(file("two.csv").toString(), Row.class)) {
            sink.resume("one");
            assertThrows(FileFault.class, () -> sink.resume("two"));
        }
    }
}
