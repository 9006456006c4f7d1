package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Nullable;
import io.millrace.event.RefusedException;
import io.millrace.event.Scale;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the components of a record may be as columns, both ways. */
class RecordColumnTest {
    enum Kind {
        CARD,
        CASH,
        REFUND
    }

    record Sale(
            @Scale(2) long cents,
            @Scale(4) BigDecimal rate,
            Instant at,
            Kind kind,
            UUID id,
            short terminal,
            byte tries,
            @Nullable Long card,
            @Nullable @Scale(2) Long tip,
            @Nullable Double share,
            @Nullable Boolean approved,
            @Nullable String note,
            @Nullable Instant settled,
            @Nullable Kind refund) {}

    private static final String HEADER =
            "cents,rate,at,kind,id,terminal,tries,card,tip,share,approved,note,settled,refund\n";
    private static final String ID = "00000000-0000-0001-0000-00000000000f";

    @TempDir
    Path folder;

    private final List<String> problems = new ArrayList<>();

    private static Sale sale(long cents, String rate, String at) {
        return new Sale(
                cents,
                new BigDecimal(rate),
                Instant.parse(at),
                Kind.CASH,
                new UUID(1, 15),
                (short) -7,
                (byte) 127,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private <R extends Record> List<R> read(String text, Class<R> record) throws Exception {
        Path file = folder.resolve("in.csv");
        Files.writeString(file, text);
        List<R> events = new ArrayList<>();
        try (io.millrace.transport.file.CsvSource<R> source =
                io.millrace.transport.file.CsvSource.of(file.toString(), record)) {
            source.onProblem((row, p) -> problems.add(p.reason().text() + " " + p.detail()));
            while (source.poll((event, header) -> events.add(event), 8) >= 0) {
                assertTrue(events.size() <= text.length());
            }
        }
        return events;
    }

    private String written(Sale... sales) throws Exception {
        Path file = folder.resolve("out.csv");
        try (CsvSink<Sale> sink = CsvSink.of(file.toString(), Sale.class)) {
            for (Sale s : sales) {
                sink.on(s, null);
            }
        }
        return Files.readString(file);
    }

    @Test
    void shouldWriteMoneyTimesNamesAndWhatIsAbsent() throws Exception {
        Sale full = new Sale(
                -5,
                new BigDecimal("-12.5"),
                Instant.parse("1969-12-31T23:59:59.999999999Z"),
                Kind.REFUND,
                new UUID(1, 15),
                Short.MIN_VALUE,
                (byte) 0,
                4_000_001L,
                0L,
                0.1,
                true,
                "a, b",
                Instant.parse("2024-03-01T12:00:00.250Z"),
                Kind.CARD);
        String text = HEADER
                + "12.34,0.0001,2024-03-01 12:00:00,CASH," + ID + ",-7,127,,,,,,,\n"
                + "12.00,2.0000,2024-03-01 12:00:00.000001,CASH," + ID + ",-7,127,,,,,,,\n"
                + "-0.05,-12.5000,1969-12-31 23:59:59.999999999,REFUND," + ID
                + ",-32768,0,4000001,0.00,0.1,1,\"a, b\",2024-03-01 12:00:00.250,CARD\n";
        assertEquals(
                text,
                written(
                        sale(1234, "0.0001", "2024-03-01T12:00:00Z"),
                        sale(1200, "2", "2024-03-01T12:00:00.000001Z"),
                        full));
        List<Sale> back = read(text, Sale.class);
        assertEquals(List.of(), problems);
        assertEquals(
                List.of(
                        sale(1234, "0.0001", "2024-03-01T12:00:00Z"),
                        sale(1200, "2.0000", "2024-03-01T12:00:00.000001Z")),
                back.subList(0, 2));
        assertEquals(-5, back.get(2).cents());
        assertEquals(full.note(), back.get(2).note());
        assertEquals(full.at(), back.get(2).at());
        assertEquals(full.settled(), back.get(2).settled());
        assertEquals(text, written(back.toArray(Sale[]::new)));
    }

    @ParameterizedTest
    @CsvSource({
        "cents, 12.345, out-of-range cents '12.345' is not a number of at most 2 decimals",
        "cents, 1e2, malformed cents '1e2' is not a decimal number",
        "cents, 92233720368547758.08, out-of-range cents '92233720368547758.08' is not a number of 64 bits with 2 decimals",
        "cents, '', missing-value cents is empty",
        "cents, ., malformed cents '.' is not a decimal number",
        "rate, 0.00001, out-of-range rate '0.00001' is not a number of at most 4 decimals",
        "at, 2024-02-30 12:00:00, 'malformed at ''2024-02-30 12:00:00'' is not a time yyyy-MM-dd HH:mm:ss, with at most"
                + " nine decimals'",
        "at, 2024-02-03 12:00:00., 'malformed at ''2024-02-03 12:00:00.'' is not a time yyyy-MM-dd HH:mm:ss, with at"
                + " most nine decimals'",
        "at, 2300-01-01 00:00:00, out-of-range at '2300-01-01 00:00:00' is not between the years 1677 and 2262",
        "at, '', missing-value at is empty",
        "kind, cash, malformed kind 'cash' is not one of CARD CASH REFUND",
        "kind, '', missing-value kind is empty",
        "id, 1-1-1-1-1, malformed id '1-1-1-1-1' is not a UUID",
        "terminal, 32768, out-of-range terminal '32768' is not between -32768 and 32767",
        "tries, 128, out-of-range tries '128' is not between -128 and 127",
        "card, x, malformed card 'x' is not an integer",
        "tip, 0.001, out-of-range tip '0.001' is not a number of at most 2 decimals",
        "refund, NONE, malformed refund 'NONE' is not one of CARD CASH REFUND"
    })
    void shouldRefuseWhatIsNoValue(String column, String value, String problem) throws Exception {
        String[] fields = ("12.34,0.0001,2024-03-01 12:00:00,CASH," + ID + ",-7,127,,,,,,,").split(",", -1);
        fields[List.of(HEADER.strip().split(",")).indexOf(column)] = value;
        assertEquals(List.of(), read(HEADER + String.join(",", fields) + "\n", Sale.class));
        assertEquals(List.of(problem), problems);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.00001", "1000000000000000", "1e2000000000", "1e-2000000000"})
    void shouldLeaveNoHalfRowOfADecimalThatDoesNotFit(String rate) throws Exception {
        RefusedException e = assertThrows(RefusedException.class, () -> written(sale(1, rate, "2024-03-01T12:00:00Z")));
        assertTrue(e.getMessage().contains("is no number of 64 bits with 4 decimals"), e.getMessage());
        assertEquals(HEADER, Files.readString(folder.resolve("out.csv")));
    }

    @Test
    void shouldReachTheFirstAndTheLastInstantOf64Bits() throws Exception {
        String first = "1677-09-21T00:12:43.145224192Z";
        String last = "2262-04-11T23:47:16.854775807Z";
        List<Sale> ends = List.of(sale(1, "1.0000", first), sale(1, "1.0000", last));
        assertEquals(ends, read(written(ends.toArray(Sale[]::new)), Sale.class));
        for (String beyond : List.of("1677-09-21T00:12:43.145224191Z", "2262-04-11T23:47:16.854775808Z")) {
            assertThrows(RefusedException.class, () -> written(sale(1, "1", beyond)));
            String row = written(sale(1, "1", first)).replace(text(first), text(beyond));
            assertEquals(List.of(), read(row, Sale.class));
        }
        assertEquals(2, problems.size());
    }

    private static String text(String instant) {
        return instant.replace('T', ' ').replace("Z", "");
    }

    /** Against {@code BigDecimal}: any long, any scale, with fewer decimals or more zeros than the scale. */
    @Test
    void shouldParseAndWriteAnyDecimal() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            int scale = random.nextInt(19);
            long value = random.nextLong() >> random.nextInt(64);
            if (i < 4) {
                value = i % 2 == 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
            }
            String text = BigDecimal.valueOf(value, scale).toPlainString();
            byte[] bytes = new byte[Digits.DECIMAL_LENGTH_MAX + 1];
            int end = Digits.putDecimal(value, scale, bytes, 1);
            assertEquals(text, new String(bytes, 1, end - 1, java.nio.charset.StandardCharsets.US_ASCII));
            String other = new BigDecimal(text).stripTrailingZeros().toPlainString();
            for (String t :
                    List.of(text, other, scale > 0 ? text + "000" : text + ".00", "0" + other.replace("-", ""))) {
                byte[] given = t.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
                Cell cell = new Cell().set("x", given, 0, given.length);
                if (t.charAt(0) == '0' && !t.equals(text) && value < 0 && value == Long.MIN_VALUE) {
                    assertThrows(RowProblem.class, () -> NumberParser.parseDecimal(cell, scale));
                } else {
                    assertEquals(
                            t.charAt(0) == '-' ? value : Math.abs(value), NumberParser.parseDecimal(cell, scale), t);
                }
            }
        }
    }

    record Boxed(Long card) {}

    record Primitive(@Nullable long card) {}

    record Scaled(@Scale(2) int cents) {}

    record Wide(@Scale(19) long cents) {}

    record Unscaled(BigDecimal amount) {}

    @Test
    void shouldRefuseWhatARecordMayNotBe() {
        refused("Boxed.card: a column cannot hold Long without @Nullable; use long, or add it", Boxed.class);
        refused("Primitive.card: a column cannot hold long with @Nullable; use its box", Primitive.class);
        refused("Scaled.cents: a column cannot hold int with @Scale; long and BigDecimal take it", Scaled.class);
        refused("Wide.cents: a column cannot hold long with @Scale(19); use 0 to 18", Wide.class);
        refused(
                "Unscaled.amount: a column cannot hold BigDecimal without @Scale; add it, the number of its decimals",
                Unscaled.class);
    }

    private static void refused(String message, Class<? extends Record> record) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> new RecordRows<>(record));
        assertEquals(message, e.getMessage());
    }
}
