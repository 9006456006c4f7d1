package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvWriterTest {
    private interface Rows {
        void put(CsvWriter out) throws FileFault, RowProblem;
    }

    /** What stands in the file behind the header, if there is one. */
    private static String written(int columns, Rows rows) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (CsvWriter out = CsvWriter.ofWithoutHeader("x.csv", bytes, columns)) {
            rows.put(out);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldWriteHeaderAndRowsWithLf() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (CsvWriter out = CsvWriter.of("x.csv", bytes, "a", "b,c")) {
            out.putLong(1).putText("x").endRow();
            out.putLong(Long.MIN_VALUE).putAbsent().endRow();
        }
        assertEquals("a,\"b,c\"\n1,x\n-9223372036854775808,\n", bytes.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldWriteOnlyAHeaderWhereThereAreNoRows() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CsvWriter.of("x.csv", bytes, "a").close();
        assertEquals("a\n", bytes.toString(StandardCharsets.UTF_8));
        assertEquals("", written(1, out -> {}));
    }

    @Test
    void shouldWriteIntegersPlain() throws Exception {
        assertEquals(
                "0,-1,10,9223372036854775807\n",
                written(
                        4,
                        out -> out.putLong(0)
                                .putLong(-1)
                                .putLong(10)
                                .putLong(Long.MAX_VALUE)
                                .endRow()));
    }

    @Test
    void shouldWriteDoublesShortestAndTheAbsentEmpty() throws Exception {
        assertEquals(
                "0.0005,146,,0.3333333333333333\n",
                written(
                        4,
                        out -> out.putDouble(0.0005)
                                .putDouble(146)
                                .putDouble(Double.NaN)
                                .putDouble(1 / 3.0)
                                .endRow()));
        assertThrows(IllegalArgumentException.class, () -> written(1, out -> out.putDouble(1 / 0.0)));
    }

    @Test
    void shouldQuoteOnlyWhereNeeded() throws Exception {
        assertEquals(
                "a b, c ,\"d,e\",\"f\"\"g\",\"h\ni\",\"j\rk\",,'\n",
                written(
                        8,
                        out -> out.putText("a b")
                                .putText(" c ")
                                .putText("d,e")
                                .putText("f\"g")
                                .putText("h\ni")
                                .putText("j\rk")
                                .putText("")
                                .putText("'")
                                .endRow()));
    }

    @Test
    void shouldQuoteWhatAReaderWouldLose() throws Exception {
        assertEquals("\"\uFEFFa\"\n", written(1, out -> out.putText("\uFEFFa").endRow()));
        assertEquals("\"\"\n\" \t\"\n\"\"\n", written(1, out -> {
            out.putText("").endRow();
            out.putText(" \t").endRow();
            out.putDouble(Double.NaN).endRow();
        }));
    }

    @Test
    void shouldWriteUtf8() throws Exception {
        String text = "\u00E9\u20AC\uD83D\uDE00";
        assertEquals(text + "\n", written(1, out -> out.putText(text).endRow()));
        assertEquals("\uFFFDx\n", written(1, out -> out.putText("\uD83Dx").endRow()));
    }

    @Test
    void shouldWriteTimes() throws Exception {
        assertEquals(
                "2018-04-01 00:00:31,2018-04-01 00:00:31.007\n",
                written(
                        2,
                        out -> out.putEpochSecond(1_522_540_831L)
                                .putEpochMs(1_522_540_831_007L)
                                .endRow()));
    }

    @Test
    void shouldCopyFieldsAsTheyWereRead() throws Exception {
        String in = "001,+1.50,\"a,b\",\"c\"\"d\",e f,\"plain\",\u00E9\n";
        CsvReader reader =
                CsvReader.ofWithoutHeader("x", new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)), 7);
        assertTrue(reader.next());
        String out = written(7, writer -> {
            for (int i = 0; i < 7; i++) {
                writer.putField(reader.row(), i);
            }
            writer.endRow();
        });
        assertEquals(in.replace("\"plain\"", "plain"), out);
    }

    @Test
    void shouldCountFields() throws Exception {
        assertThrows(
                IllegalStateException.class,
                () -> written(2, out -> out.putLong(1).endRow()));
        assertThrows(
                IllegalStateException.class,
                () -> written(1, out -> out.putLong(1).putLong(2)));
        assertThrows(IllegalArgumentException.class, () -> CsvWriter.of("x", OutputStream.nullOutputStream()));
    }

    @Test
    void shouldWriteTextsLongerThanItsBuffer() throws Exception {
        String text = "ab\"\u20AC\uD83D\uDE00".repeat(50_000);
        assertEquals(
                "\"" + text.replace("\"", "\"\"") + "\"\n",
                written(1, out -> out.putText(text).endRow()));
        CsvReader reader = CsvReader.ofWithoutHeader(
                "x", new ByteArrayInputStream("x".repeat(200_000).getBytes(StandardCharsets.US_ASCII)), 1);
        assertTrue(reader.next());
        assertEquals(
                200_001,
                written(1, out -> out.putField(reader.row(), 0).endRow()).length());
    }

    @Test
    void shouldHandOnWhatIsGatheredWhenFlushed() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CsvWriter out = CsvWriter.of("x.csv", bytes, "a");
        assertEquals(0, bytes.size());
        out.flush();
        assertEquals("a\n", bytes.toString(StandardCharsets.UTF_8));
        out.close();
    }

    @Test
    void shouldMakeFilesAnewAndCompressByName(@TempDir Path dir) throws Exception {
        Path plain = dir.resolve("x.csv");
        Path packed = dir.resolve("x.csv.gz");
        for (Path file : new Path[] {plain, plain, packed}) {
            try (CsvWriter out = CsvWriter.create(file.toString(), "a")) {
                out.putLong(1).endRow();
            }
        }
        assertEquals("a\n1\n", Files.readString(plain));
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(packed))) {
            assertEquals("a\n1\n", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        CsvWriter.createWithoutHeader(plain.toString(), 1).close();
        assertEquals("", Files.readString(plain));
    }

    @Test
    void shouldSayThatTheDiskIsFullAndAtTheEndThatRowsAreLost() throws Exception {
        assumeTrue(Files.exists(Path.of("/dev/full")), "no /dev/full here");
        CsvWriter out = CsvWriter.create("/dev/full", "a");
        FileFault fault = assertThrows(FileFault.class, () -> {
            for (int i = 0; i < 1_000_000; i++) {
                out.putLong(i).endRow();
            }
        });
        assertEquals("/dev/full: disk full; No space left on device; make room and run again", fault.getMessage());
        assertThrows(FileFault.class, out::close, "rows that were gathered are lost");
        out.close();
        CsvWriter small = CsvWriter.create("/dev/full", "a");
        assertThrows(FileFault.class, small::close, "also what only the end of the file finds out");
    }

    @Test
    void shouldWriteTheSameBytesEachTime() throws Exception {
        byte[][] files = new byte[2][];
        for (int i = 0; i < 2; i++) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (CsvWriter out = CsvWriter.of("x.gz", bytes, "a")) {
                out.putDouble(0.1).endRow();
            }
            files[i] = bytes.toByteArray();
        }
        assertArrayEquals(files[0], files[1]);
    }

    @Test
    void shouldAllocateNothingForARow() throws Throwable {
        CsvWriter out = CsvWriter.ofWithoutHeader("x.csv", OutputStream.nullOutputStream(), 4);
        put(out, 10_000);
        long allocated = Allocation.bytesOf(() -> put(out, 40_000));
        assertTrue(allocated < 10_000, allocated + " bytes for 40,000 rows");
    }

    private static void put(CsvWriter out, int rows) throws FileFault {
        for (int i = 0; i < rows; i++) {
            out.putLong(i)
                    .putDouble(i / 7.0)
                    .putText("some \"text\"")
                    .putEpochSecond(i)
                    .endRow();
        }
    }
}
