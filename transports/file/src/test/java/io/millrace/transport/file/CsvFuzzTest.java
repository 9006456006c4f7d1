package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the bytes: rows, row problems or one file fault, in finite time; nothing else. */
class CsvFuzzTest {
    private static final int SECONDS_MAX = 120;

    @Test
    void shouldSurviveRandomBytes() {
        survive(8_000, (seed, random) -> {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            return bytes;
        });
    }

    @Test
    void shouldSurviveTextWithDamage() {
        survive(8_000, (seed, random) -> damage(text(random), random));
    }

    @Test
    void shouldSurviveGzipWithDamage() {
        survive(8_000, (seed, random) -> damage(Gzip.member(text(random)), random));
    }

    private interface Bytes {
        byte[] next(int seed, Random random);
    }

    private static void survive(int count, Bytes bytes) {
        assertTimeoutPreemptively(Duration.ofSeconds(SECONDS_MAX), () -> {
            for (int seed = 0; seed < count; seed++) {
                Random random = new Random(seed);
                byte[] input = bytes.next(seed, random);
                try {
                    readAll(input, seed, random.nextInt(4));
                } catch (RuntimeException | AssertionError e) {
                    throw new AssertionError("seed " + seed, e);
                }
            }
        });
    }

    private static void readAll(byte[] input, int seed, int fields) {
        ChoppyStream in = new ChoppyStream(input, seed, 1 + seed % 40);
        long lines = 0;
        try (CsvReader reader =
                fields == 0 ? CsvReader.of("x", in, "a", "c") : CsvReader.ofWithoutHeader("x", in, fields)) {
            while (reader.next()) {
                CsvRow row = reader.row();
                assertTrue(row.line() > lines, "lines go up");
                lines = row.line();
                assertTrue(row.raw().length() <= 1 << 20);
                askEverything(row);
            }
        } catch (FileFault e) {
            assertTrue(
                    e.getMessage().matches("x(:[0-9]+)?: [^;\\p{Cntrl}]+; \\P{Cntrl}*; [^\\p{Cntrl}]+"),
                    e.getMessage());
        }
    }

    private static void askEverything(CsvRow row) {
        for (int i = 0; i < row.fieldCount(); i++) {
            int field = i;
            ask(() -> row.asText(field).toString());
            ask(() -> row.asLong(field));
            ask(() -> row.asDouble(field));
            ask(() -> row.asEpochSecond(field));
            ask(() -> row.asEpochMs(field));
            ask(() -> row.asEpochNs(field));
        }
    }

    private interface Question {
        Object ask() throws RowProblem;
    }

    private static void ask(Question question) {
        try {
            question.ask();
        } catch (RowProblem e) {
            assertTrue(!e.detail().isEmpty() && !e.detail().contains("\n"));
        }
    }

    private static byte[] text(Random random) {
        StringBuilder out = new StringBuilder("a,b,c\n");
        for (int i = random.nextInt(20); i > 0; i--) {
            out.append(random.nextInt(1000))
                    .append(",\"x\u00E9 \"\"")
                    .append(i)
                    .append("\"\"\",")
                    .append("2018-04-01 00:00:31\r\n");
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Some bytes changed, removed or put in. */
    private static byte[] damage(byte[] bytes, Random random) {
        byte[] result = bytes;
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            int at = random.nextInt(result.length + 1);
            int removed = Math.min(random.nextInt(4), result.length - at);
            byte[] put = new byte[random.nextInt(4)];
            random.nextBytes(put);
            byte[] damaged = new byte[result.length - removed + put.length];
            System.arraycopy(result, 0, damaged, 0, at);
            System.arraycopy(put, 0, damaged, at, put.length);
            System.arraycopy(result, at + removed, damaged, at + put.length, result.length - at - removed);
            result = damaged;
        }
        return result;
    }
}
