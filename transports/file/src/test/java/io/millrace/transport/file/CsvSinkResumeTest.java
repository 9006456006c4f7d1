package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.transport.Resumption;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that is continued says how many rows it holds, wherever it was cut off. */
class CsvSinkResumeTest {
    record Row(long id, String text) {}

    @TempDir
    Path folder;

    /** More than places are noted of, and are written at once. */
    private static final int ALL = 9_000;

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

    private static Row row(int i) {
        return new Row(i, i % 7 == 0 ? "two\n\"lines\"" : "x".repeat(i % 50));
    }

    private void again(String name, int from, int rows) throws Exception {
        try (CsvSink<Row> sink = CsvSink.resume(file(name).toString(), Row.class)) {
            Resumption held = sink.resume("rows");
            assertTrue(held.held() >= from, held.held() + " of " + from);
            held.compared().goOn(from);
            assertTrue(held.held() >= from && held.held() <= rows, held.held() + " of " + rows);
            for (int i = from; i < rows; i++) {
                sink.on(row(i), null);
                if (i % 100 == 0) {
                    sink.flush();
                }
            }
        }
    }

    /** Anything may be missing, or another, behind what was forced with the snapshot that is begun with: the header, too, where nothing was. */
    @Test
    void shouldPutRightWhatALossOfPowerHasLeft() throws Exception {
        again("whole.csv", 0, ALL);
        byte[] whole = Files.readAllBytes(file("whole.csv"));
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            int forced = seed % 3 == 0 ? 0 : random.nextInt(ALL);
            int kept = forced == 0 ? 0 : placeOf(forced);
            byte[] hurt = Arrays.copyOf(whole, kept + random.nextInt(whole.length - kept + 1));
            for (int hole = random.nextInt(4); hole > 0 && hurt.length > kept; hole--) {
                int from = kept + random.nextInt(hurt.length - kept);
                int to = from + 1 + random.nextInt(hurt.length - from);
                Arrays.fill(hurt, from, to, (byte) (seed % 5 == 4 && forced > 0 ? '#' : 0));
            }
            Files.write(file("hurt.csv"), hurt);
            again("hurt.csv", forced, ALL);
            assertArrayEquals(whole, Files.readAllBytes(file("hurt.csv")), "seed " + seed);
        }
    }

    private int placeOf(int rows) throws Exception {
        try (ClaimedFile open = ClaimedFile.open(file("whole.csv"))) {
            return (int) WrittenRows.of(open).place(open, 1 + rows);
        }
    }

    /** What is no hole is kept beside the file. */
    @Test
    void shouldKeepRowsThatTheJournalDoesNotMake() throws Exception {
        again("other.csv", 0, 10);
        String whole = Files.readString(file("other.csv"));
        Files.writeString(file("other.csv"), whole.replace("8,xxxxxxxx", "8,yyyyyyyy"));
        again("other.csv", 5, 10);
        assertEquals(whole, Files.readString(file("other.csv")));
        assertEquals("yyyyyyyy\n9,xxxxxxxxx\n", Files.readString(file("other.csv.cut-1")));
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
