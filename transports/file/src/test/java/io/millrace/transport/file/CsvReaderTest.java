package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvReaderTest {
    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static CsvReader read(String text, String... columns) throws FileFault {
        return CsvReader.of("x.csv", stream(text), columns);
    }

    /** A reader at the first row. */
    private static CsvRow first(String text, String... columns) throws FileFault {
        CsvReader reader = read(text, columns);
        assertTrue(reader.next());
        return reader.row();
    }

    private static String fault(String text, String... columns) {
        return assertThrows(FileFault.class, () -> read(text, columns)).getMessage();
    }

    private static String problem(org.junit.jupiter.api.function.Executable question) {
        RowProblem problem = assertThrows(RowProblem.class, question);
        return problem.reason().text() + ": " + problem.detail();
    }

    @Test
    void shouldFindColumnsByNameInAnyOrder() throws Exception {
        CsvRow row = first("c,extra,a,b\n3,x,1,2\n", "a", "b", "c");
        assertEquals(3, row.fieldCount());
        assertEquals(1, row.asLong(0));
        assertEquals(2, row.asLong(1));
        assertEquals(3, row.asLong(2));
    }

    @Test
    void shouldReadAllColumnsWhenNoneIsNamed() throws Exception {
        CsvReader reader = read("b,\"a,\"\"1\"\"\"\n1,2\n");
        assertEquals(List.of("b", "a,\"1\""), reader.columns());
        assertTrue(reader.next());
        assertEquals(2, reader.row().asLong(1));
    }

    @Test
    void shouldReadFilesWithoutHeader() throws Exception {
        CsvReader reader = CsvReader.ofWithoutHeader("x.csv", stream("1,2\n3\n"), 2);
        assertTrue(reader.next());
        assertEquals(1, reader.row().line());
        assertEquals(2, reader.row().asLong(1));
        assertTrue(reader.next());
        assertEquals(
                "malformed: 1 field instead of 2", problem(() -> reader.row().asLong(0)));
        assertFalse(reader.next());
        assertEquals(List.of("field 1", "field 2"), reader.columns());
        CsvReader blank = CsvReader.ofWithoutHeader("x.csv", stream("\n"), 2);
        assertFalse(blank.next(), "no rows are fine");
        CsvReader empty = CsvReader.ofWithoutHeader("x.csv", stream(""), 2);
        assertEquals(
                "x.csv: empty file; 0 bytes; give a file with content",
                assertThrows(FileFault.class, empty::next).getMessage());
    }

    @Test
    void shouldHaveNoRowBeforeTheFirstAndBehindTheLast() throws Exception {
        CsvReader reader = read("a,b\n1,2\n", "a");
        assertEquals("malformed: no row", problem(() -> reader.row().asLong(0)));
        assertTrue(reader.next());
        assertFalse(reader.next());
        assertEquals("malformed: no row", problem(() -> reader.row().asLong(0)));
        assertEquals("", reader.row().raw());
        assertFalse(reader.next());
    }

    @Test
    void shouldTakeAHeaderWithoutRows() throws Exception {
        assertFalse(read("a,b", "a").next());
        assertFalse(read("a,b\r\n\r\n", "a").next());
    }

    @Test
    void shouldNameMissingColumnsAndTheNearest() {
        assertEquals(
                "x.csv:1: missing column TX_AMOUNT; the header has TX_ID,TX_AMOUTN; rename TX_AMOUTN, it is the"
                        + " nearest",
                fault("TX_ID,TX_AMOUTN\n", "TX_ID", "TX_AMOUNT"));
        assertEquals(
                "x.csv:1: missing column card; the header has  Card ,x; rename  Card , it is the nearest",
                fault(" Card ,x\n", "card"));
        assertEquals(
                "x.csv:2: missing columns apple, pear; the header has x,y; add them to the header",
                fault("\nx,y\n", "apple", "pear"));
        assertTrue(fault(",".repeat(20), "a").contains("the header has ,,,,,,,,,,,,...; add it to the header"));
    }

    @Test
    void shouldRefuseAColumnThatStandsThereTwice() throws Exception {
        assertEquals(
                "x.csv:1: column a stands there twice; fields 2 and 4; rename one of them", fault("b,a,c,a\n", "a"));
        assertEquals("x.csv:1: column  stands there twice; fields 2 and 3; rename one of them", fault("a,,\n"));
        assertEquals(1, first("x,a,x\n0,1,0\n", "a").asLong(0), "not asked for: ignored");
    }

    @Test
    void shouldFindColumnsInAWideHeaderAtOnce() throws Exception {
        String header = IntStream.range(0, 100_000).mapToObj(Integer::toString).collect(Collectors.joining(","));
        assertEquals(100_000, read(header + "\n").columns().size());
        assertTrue(fault(header + "\n", "100000").contains("; rename 10000, it is the nearest"));
    }

    @Test
    void shouldSayWhenThereIsNoHeader() {
        assertEquals("x.csv: empty file; 0 bytes; give a file with content", fault("", "a"));
        assertEquals("x.csv: no header; only blank lines; add a header", fault("\n \n", "a"));
        assertEquals("x.csv: no header; only blank lines; add a header", fault("\uFEFF", "a"));
        assertEquals(
                "x.csv:1: the header is not CSV; a quote inside a field without quotes; give a CSV file in UTF-8",
                fault("a\"b\n", "a"));
        assertEquals(
                "x.csv:1: the header is not CSV; a carriage return without a line feed; give a CSV file in UTF-8",
                fault("a,b\r1,2\r", "a"));
    }

    @Test
    void shouldCloseTheStreamWhenTheHeaderIsRefused() {
        ChoppyStream in = new ChoppyStream("a\n".getBytes(StandardCharsets.US_ASCII), 1, 9);
        assertThrows(FileFault.class, () -> CsvReader.of("x.csv", in, "b"));
        assertTrue(in.isClosed());
    }

    @Test
    void shouldGoOnBehindBadRows() throws Exception {
        CsvReader reader = read("a,b\n1\n1,2,3\n\"x,2\n5,6\n", "a");
        CsvRow row = reader.row();
        assertTrue(reader.next());
        assertEquals("malformed: 1 field instead of 2", problem(row::check));
        assertEquals("1", row.raw());
        assertTrue(reader.next());
        assertEquals("malformed: 3 fields instead of 2", problem(() -> row.asText(0)));
        assertTrue(reader.next());
        assertEquals("malformed: a quote that is not closed", problem(() -> row.isEmpty(0)));
        assertEquals("\"x,2", row.raw());
        assertEquals(4, row.line());
        assertTrue(reader.next());
        assertEquals(5, row.asLong(0));
        assertEquals(5, row.line());
        assertFalse(reader.next());
    }

    @Test
    void shouldSayWhatIsWrongWithAField() throws Exception {
        CsvRow row = first("n,t,e\nx\ty,2018-02-30 00:00:00,\n", "n", "t", "e");
        assertEquals("malformed: n 'x\\ty' is not a number", problem(() -> row.asDouble(0)));
        assertEquals("malformed: n 'x\\ty' is not an integer", problem(() -> row.asLong(0)));
        assertEquals(
                "malformed: t '2018-02-30 00:00:00' is not a time yyyy-MM-dd HH:mm:ss",
                problem(() -> row.asEpochSecond(1)));
        assertEquals("missing-value: e is empty", problem(() -> row.asDouble(2)));
        assertEquals("missing-value: e is empty", problem(() -> row.asLong(2, 0, 1)));
        assertEquals("missing-value: e is empty", problem(() -> row.asEpochNs(2)));
        assertTrue(row.isEmpty(2));
        assertEquals("", row.asText(2).toString());
    }

    @Test
    void shouldKeepBounds() throws Exception {
        CsvRow row = first("n,d\n2,-0.01\n", "n", "d");
        assertEquals(2, row.asLong(0, 2, 2));
        assertEquals("out-of-range: n '2' is not between 0 and 1", problem(() -> row.asLong(0, 0, 1)));
        assertEquals("out-of-range: d '-0.01' is not at least 0", problem(() -> row.asDouble(1, 0, Double.MAX_VALUE)));
        assertEquals("out-of-range: d '-0.01' is not between 0 and 0.5", problem(() -> row.asDouble(1, 0, 0.5)));
        assertEquals(-0.01, row.asDouble(1, -1, 1));
    }

    @Test
    void shouldReadTimes() throws Exception {
        CsvRow row = first("s,ms\n2018-04-01 00:00:31,2018-04-01 00:00:31.25\n2018-04-01 00:00:31,x\n", "s", "ms");
        assertEquals(1_522_540_831L, row.asEpochSecond(0));
        assertEquals(1_522_540_831_000L, row.asEpochMs(0));
        assertEquals(1_522_540_831_000_000_000L, row.asEpochNs(0));
        assertThrows(RowProblem.class, () -> row.asEpochMs(1));
    }

    @Test
    void shouldReadTextOfAnyKindAndNeverAlias() throws Exception {
        CsvRow row = first("a,b\n\"x \"\"y\"\", \u00E9\u20AC\uD83D\uDE00\",plain\n", "a", "b");
        CharSequence a = row.asText(0);
        CharSequence b = row.asText(1);
        assertNotSame(a, b);
        assertEquals("x \"y\", \u00E9\u20AC\uD83D\uDE00", a.toString());
        assertTrue("plain".contentEquals(b));
        assertEquals("lai", b.subSequence(1, 4).toString());
        assertThrows(IndexOutOfBoundsException.class, () -> b.charAt(5));
        assertEquals("\"x \"\"y\"\", \u00E9\u20AC\uD83D\uDE00\",plain", row.raw());
    }

    @Test
    void shouldReadNumbersInQuotes() throws Exception {
        CsvRow row = first("a,b\n\"1\",\"2.5\"\n", "a", "b");
        assertEquals(1, row.asLong(0));
        assertEquals(2.5, row.asDouble(1));
        assertEquals(
                "malformed: a '\"\"' is not an integer",
                problem(() -> first("a\n\"\"\"\"\n", "a").asLong(0)));
    }

    @Test
    void shouldDeliverTheRowsBeforeADamageAndNameItsLine() throws Exception {
        StringBuilder text = new StringBuilder("a,b\n");
        for (int i = 0; i < 50_000; i++) {
            text.append(i).append(',').append(i * 7919L % 104_729).append('\n');
        }
        byte[] whole = Gzip.member(text.toString().getBytes(StandardCharsets.US_ASCII));
        byte[] cut = Arrays.copyOf(whole, whole.length / 2);
        CsvReader reader = CsvReader.of("x.csv.gz", new ByteArrayInputStream(cut), "a");
        long rows = 0;
        FileFault fault = null;
        try {
            while (reader.next()) {
                assertEquals(rows++, reader.row().asLong(0));
            }
        } catch (FileFault e) {
            fault = e;
        }
        assertTrue(rows > 10_000 && rows < 40_000, rows + " rows");
        assertEquals(
                "x.csv.gz:" + (rows + 2) + ": truncated gzip; the data ends early; fetch the file again",
                fault.getMessage());
        assertEquals(rows + 2, fault.line());
        assertEquals("x.csv.gz", fault.file());
    }

    @Test
    void shouldOpenFiles(@TempDir Path dir) throws Exception {
        Path file = Files.writeString(dir.resolve("x.csv"), "a\n1\n");
        try (CsvReader reader = CsvReader.open(file.toString(), "a")) {
            assertTrue(reader.next());
            assertEquals(1, reader.row().asLong(0));
        }
        try (CsvReader reader = CsvReader.openWithoutHeader(file.toString(), 1)) {
            assertTrue(reader.next());
            assertEquals(
                    "malformed: field 1 'a' is not an integer",
                    problem(() -> reader.row().asLong(0)));
        }
    }

    @Test
    void shouldAllocateNothingForSoundRows() throws Throwable {
        byte[] text = ("id,time,amount,kind\n" + "123,2018-04-01 00:00:31,57.16,payment\n".repeat(60_000))
                .getBytes(StandardCharsets.US_ASCII);
        CsvReader reader = CsvReader.of("x.csv", new ByteArrayInputStream(text), "id", "time", "amount", "kind");
        sum(reader, 20_000);
        long allocated = Allocation.bytesOf(() -> sum(reader, 40_000));
        assertTrue(allocated < 10_000, allocated + " bytes for 40,000 rows");
    }

    private static double sum(CsvReader reader, int rows) throws FileFault, RowProblem {
        CsvRow row = reader.row();
        double sum = 0;
        for (int i = 0; i < rows && reader.next(); i++) {
            sum += row.asLong(0)
                    + row.asEpochNs(1)
                    + row.asDouble(2)
                    + row.asText(3).length();
        }
        return sum;
    }
}
