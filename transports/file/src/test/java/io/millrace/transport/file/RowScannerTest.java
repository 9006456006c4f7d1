package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class RowScannerTest {
    private static RowScanner scan(String text) {
        return new RowScanner("x.csv", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** All rows, each as LINE|FIELD|FIELD, or LINE!PROBLEM!RAW. */
    private static List<String> rows(RowScanner scanner) throws IOException {
        List<String> rows = new ArrayList<>();
        while (scanner.next()) {
            rows.add(show(scanner));
        }
        return rows;
    }

    private static String show(RowScanner row) {
        if (row.problem() != null) {
            return row.line() + "!" + row.problem() + "!" + raw(row);
        }
        StringBuilder out = new StringBuilder().append(row.line());
        for (int i = 0; i < row.fieldCount(); i++) {
            out.append('|').append(text(row, i));
        }
        return out.toString();
    }

    private static String text(RowScanner row, int field) {
        FieldText text = new FieldText();
        text.set(row.bytes(), row.fieldStart(field), row.fieldEnd(field), row.isEscaped(field));
        return text.toString();
    }

    private static String raw(RowScanner row) {
        return new String(row.bytes(), row.rowStart(), row.rowEnd() - row.rowStart(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void shouldCutRowsIntoFields() throws IOException {
        assertEquals(List.of("1|a|b", "2|1|2", "3|||"), rows(scan("a,b\n1,2\n,,\n")));
        assertEquals(List.of("1|a|b"), rows(scan("a,b")));
        assertEquals(List.of(), rows(scan("")));
    }

    @Test
    void shouldTakeLfAndCrlfAndBoth() throws IOException {
        assertEquals(List.of("1|a|b", "2|1|2", "3|3|4"), rows(scan("a,b\r\n1,2\n3,4\r\n")));
        assertEquals(List.of("1|a|b"), rows(scan("a,b\r")), "half a CRLF at the end of the file");
    }

    @Test
    void shouldSkipOneByteOrderMarkAtTheStart() throws IOException {
        assertEquals(List.of("1|a|b"), rows(scan("\uFEFFa,b\n")));
        assertEquals(List.of("1|a|b"), rows(scan("\uFEFF\"a\",b\n")));
        assertEquals(List.of("1|\uFEFFa|b", "2|\uFEFFc|d"), rows(scan("\uFEFF\uFEFFa,b\n\uFEFFc,d\n")));
    }

    @Test
    void shouldUnquote() throws IOException {
        assertEquals(List.of("1|a,b|c\"d||\""), rows(scan("\"a,b\",\"c\"\"d\",\"\",\"\"\"\"\n")));
    }

    @Test
    void shouldKeepLineEndsInsideQuotesAndCountThem() throws IOException {
        assertEquals(
                List.of("1|a\nb\r\nc\rd|2", "4|x|y"), rows(scan("\"a\nb\r\nc\rd\",2\nx,y\n")), "a lone CR is no line");
    }

    @Test
    void shouldSkipBlankLinesAndCountThem() throws IOException {
        assertEquals(List.of("3|a", "6|b"), rows(scan("\n\r\na\n  \n\t\r\nb\n\n\n  ")));
        assertEquals(List.of("1|", "2| |"), rows(scan("\"\"\n ,\n")), "quotes and commas are not blank");
    }

    @Test
    void shouldGiveUpOneLineForWhatIsNotCsv() throws IOException {
        assertEquals(List.of("1|a", "2!a quote inside a field without quotes!b\"c", "3|d"), rows(scan("a\nb\"c\nd\n")));
        assertEquals(List.of("1!text behind a closing quote!\"b\"c,1", "2|d"), rows(scan("\"b\"c,1\nd\n")));
        assertEquals(List.of("1!a carriage return without a line feed!b\rc", "2|d"), rows(scan("b\rc\r\nd\n")));
        assertEquals(List.of("1!a quote that is not closed!1,\"b", "2|2|c"), rows(scan("1,\"b\n2,c\n")));
        assertEquals(List.of("1|a", "2!a quote that is not closed!\"b"), rows(scan("a\n\"b")));
    }

    @Test
    void shouldRefuseWhatIsNotUtf8AsOneRow() throws IOException {
        byte[] bytes = "a,b\n\"1\n2\",\u00FF\n3,4\n".getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(
                List.of("1|a|b", "2!not UTF-8 at byte 7 of the row!\"1\n2\",\u00FF", "4|3|4"),
                rows(new RowScanner("x.csv", new ByteArrayInputStream(bytes))));
    }

    @Test
    void shouldBoundTheRow() throws IOException {
        String longest = "x".repeat(RowScanner.ROW_BYTES_MAX);
        RowScanner scanner = scan(longest + "\r\n" + longest + "y\n" + longest + longest + longest + "z\na,b\n");
        assertTrue(scanner.next());
        assertNull(scanner.problem());
        assertEquals(longest, text(scanner, 0));
        for (long line = 2; line <= 3; line++) {
            assertTrue(scanner.next());
            assertEquals(line, scanner.line());
            assertEquals("longer than 1048576 bytes", scanner.problem());
            assertEquals(longest, raw(scanner));
        }
        assertTrue(scanner.next());
        assertEquals("4|a|b", show(scanner));
        assertFalse(scanner.next());
        assertTrue(scanner.bytes().length <= RowScanner.ROW_BYTES_MAX + 3, "memory stays bounded");
    }

    @Test
    void shouldLoseOneLineToAQuoteThatIsNotClosedWithinARow() throws IOException {
        String rows = "1,2\n".repeat(RowScanner.ROW_BYTES_MAX);
        RowScanner scanner = scan("\"stray,2\n" + rows);
        assertTrue(scanner.next());
        assertEquals("1!a quote that is not closed!\"stray,2", show(scanner));
        for (int i = 0; i < RowScanner.ROW_BYTES_MAX; i++) {
            assertTrue(scanner.next());
            assertNull(scanner.problem());
            assertEquals(i + 2, scanner.line());
        }
        assertFalse(scanner.next());
    }

    @Test
    void shouldHandOutAllRowsBeforeAFault() throws IOException {
        IOException broken = new IOException("cable cut");
        RowScanner scanner = new RowScanner(
                "x.csv", new ChoppyStream("a\n\"b\nc\"\nd".getBytes(StandardCharsets.UTF_8), 1, 3).failingWith(broken));
        assertTrue(scanner.next());
        assertTrue(scanner.next());
        assertEquals("2|b\nc", show(scanner));
        FileFault fault = assertThrows(FileFault.class, scanner::next);
        assertEquals("x.csv:4: cannot be read; cable cut; check the file and its disk", fault.getMessage());
        assertSame(fault, assertThrows(FileFault.class, scanner::next), "a fault stays");
    }

    @Test
    void shouldTakeManyFields() throws IOException {
        RowScanner scanner = scan("1,".repeat(9999) + "1\n");
        assertTrue(scanner.next());
        assertEquals(10_000, scanner.fieldCount());
        assertEquals("1", text(scanner, 9999));
    }

    /** Random bytes of the kind that matters, in random pieces, under limits that are met all the time. */
    @Test
    void shouldAgreeWithANaiveReaderOnAnything() throws IOException {
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = hostile(random);
            int rowMax = 3 + random.nextInt(30);
            List<NaiveCsv.Row> expected = NaiveCsv.rows(bytes, rowMax);
            RowScanner scanner = new RowScanner(
                    "x.csv", new ChoppyStream(bytes, seed, 1 + random.nextInt(9)), rowMax, 1 + random.nextInt(rowMax));
            int failing = seed;
            Supplier<String> context = () -> "seed " + failing + ": " + Arrays.toString(bytes);
            for (NaiveCsv.Row row : expected) {
                assertTrue(scanner.next(), context);
                assertSameRow(row, scanner, context);
            }
            assertFalse(scanner.next(), context);
            assertFalse(scanner.next(), context);
        }
    }

    private static void assertSameRow(NaiveCsv.Row expected, RowScanner row, Supplier<String> context) {
        assertEquals(expected.line(), row.line(), context);
        assertEquals(expected.raw(), raw(row), context);
        if (expected.fields() == null) {
            assertNotNull(row.problem(), context);
            return;
        }
        assertNull(row.problem(), context);
        assertEquals(expected.fields().size(), row.fieldCount(), context);
        for (int i = 0; i < row.fieldCount(); i++) {
            String utf8 = new String(text(row, i).getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            assertEquals(expected.fields().get(i), utf8, context);
        }
    }

    private static byte[] hostile(Random random) {
        String[] pieces = {
            ",",
            ",",
            "\"",
            "\"\"",
            "\n",
            "\n",
            "\r\n",
            "\r",
            " ",
            "\t",
            "a",
            "b1",
            "\u00C3\u00A9",
            "\u00FF",
            "\u00E2\u0082\u00AC",
            "\u00EF\u00BB\u00BF",
            "\"x\"",
            "\"y,\n\""
        };
        int kinds = 2 + random.nextInt(pieces.length - 1);
        StringBuilder out = new StringBuilder();
        for (int i = random.nextInt(40); i > 0; i--) {
            out.append(pieces[random.nextInt(kinds)]);
        }
        return out.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
