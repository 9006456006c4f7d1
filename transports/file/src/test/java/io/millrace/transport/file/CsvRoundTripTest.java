package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What goes out comes in again, written by us or by strangers, through pipes of any kind. */
class CsvRoundTripTest {
    private static final String[] PIECES = {
        "a", "b1", ",", "\"", "\n", "\r", "\r\n", " ", "\t", "\u00E9", "\u20AC", "\uD83D\uDE00", "\uFEFF", "'", ";"
    };

    private static List<List<String>> table(Random random) {
        int columns = 1 + random.nextInt(5);
        List<List<String>> rows = new ArrayList<>();
        List<String> header = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            header.add(text(random) + i);
        }
        rows.add(header);
        for (int n = random.nextInt(30); n > 0; n--) {
            List<String> row = new ArrayList<>();
            for (int i = 0; i < columns; i++) {
                row.add(text(random));
            }
            rows.add(row);
        }
        return rows;
    }

    private static String text(Random random) {
        StringBuilder out = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            out.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return out.toString();
    }

    @Test
    void shouldReadWhatItWrites() throws Exception {
        for (int seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            List<List<String>> table = table(random);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            String name = random.nextBoolean() ? "x.csv" : "x.csv.gz";
            try (CsvWriter out = CsvWriter.of(name, bytes, table.get(0).toArray(new String[0]))) {
                for (List<String> row : table.subList(1, table.size())) {
                    for (String field : row) {
                        out.putText(field);
                    }
                    out.endRow();
                }
            }
            assertReads(table, bytes.toByteArray(), seed);
        }
    }

    @Test
    void shouldReadWhatStrangersWrite() throws Exception {
        for (int seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            List<List<String>> table = table(random);
            byte[] text = foreign(table, random).getBytes(StandardCharsets.UTF_8);
            assertReads(table, random.nextBoolean() ? text : packed(text, random), seed);
        }
    }

    private static void assertReads(List<List<String>> table, byte[] bytes, int seed) throws Exception {
        CsvReader reader = CsvReader.of("x", new ChoppyStream(bytes, seed, 1 + seed % 50));
        assertEquals(table.get(0), reader.columns(), "seed " + seed);
        for (List<String> expected : table.subList(1, table.size())) {
            assertTrue(reader.next(), "seed " + seed);
            for (int i = 0; i < expected.size(); i++) {
                assertEquals(expected.get(i), reader.row().asText(i).toString(), "seed " + seed);
            }
        }
        assertFalse(reader.next(), "seed " + seed);
    }

    /** Quotes also where none are needed, CRLF or LF, blank lines, a byte order mark, perhaps no last line end. */
    private static String foreign(List<List<String>> table, Random random) {
        String lineEnd = random.nextBoolean() ? "\n" : "\r\n";
        StringBuilder out = new StringBuilder(random.nextBoolean() ? "" : "\uFEFF");
        if (out.length() == 0 && table.get(0).get(0).startsWith("\uFEFF")) {
            out.append('\uFEFF'); // its first character would be taken for one
        }
        for (List<String> row : table) {
            for (int blank = random.nextInt(8) - 6; blank > 0; blank--) {
                out.append("  ", 0, random.nextInt(3)).append(lineEnd);
            }
            for (int i = 0; i < row.size(); i++) {
                out.append(i == 0 ? "" : ",").append(foreign(row.get(i), row.size() == 1, random));
            }
            out.append(lineEnd);
        }
        if (random.nextBoolean()) {
            out.setLength(out.length() - lineEnd.length());
        }
        return out.toString();
    }

    private static String foreign(String field, boolean alone, Random random) {
        boolean needed = field.matches("(?s).*[,\"\r\n].*") || alone && field.isBlank();
        return needed || random.nextInt(4) == 0 ? '"' + field.replace("\"", "\"\"") + '"' : field;
    }

    private static byte[] packed(byte[] text, Random random) {
        byte[] file = new byte[0];
        int from = 0;
        while (from < text.length) {
            int to = Math.min(text.length, from + random.nextInt(200));
            file = Gzip.join(file, Gzip.member(text, from, to));
            from = to;
        }
        return file;
    }

    @Test
    void shouldKeepNumbersAndTimes() throws Exception {
        Random random = new Random(1);
        List<long[]> values = new ArrayList<>();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (CsvWriter out = CsvWriter.of("x.csv.gz", bytes, "n", "d", "t", "ms")) {
            for (int i = 0; i < 20_000; i++) {
                long n = random.nextLong() >> random.nextInt(64);
                double d = Doubles.next(random);
                long t = random.nextLong() >> 28;
                values.add(new long[] {n, Double.doubleToRawLongBits(d), t});
                out.putLong(n).putDouble(d).putEpochSecond(t).putEpochMs(t).endRow();
            }
        }
        CsvReader reader = CsvReader.of("x", new ChoppyStream(bytes.toByteArray(), 1, 9999), "n", "d", "t", "ms");
        CsvRow row = reader.row();
        for (long[] expected : values) {
            assertTrue(reader.next());
            assertEquals(expected[0], row.asLong(0));
            assertEquals(expected[1], Double.doubleToRawLongBits(row.asDouble(1)));
            assertEquals(expected[2], row.asEpochSecond(2));
            assertEquals(expected[2], row.asEpochMs(3));
        }
        assertFalse(reader.next());
    }
}
