package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** Files of others, where this machine has them: {@code ../shared/data} from the root of the project. */
class SharedDataTest {
    private static String file(String name) {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path file = at.resolve("shared/data").resolve(name);
            if (Files.exists(file)) {
                return file.toString();
            }
        }
        String why = "skipped: no shared/data/" + name + " in any folder above";
        System.err.println(why); // the build tells how many were skipped, not why
        assumeTrue(false, why);
        return null;
    }

    @Test
    void shouldReadThePaymentsOfTheFraudHandbook() throws Exception {
        long rows = 0;
        long frauds = 0;
        try (CsvReader reader = CsvReader.open(
                file("fraud_handbook/transactions_day01-14.csv.gz"),
                "TRANSACTION_ID",
                "TX_DATETIME",
                "CUSTOMER_ID",
                "TERMINAL_ID",
                "TX_AMOUNT",
                "TX_FRAUD",
                "TX_TIME_SECONDS")) {
            CsvRow row = reader.row();
            while (reader.next()) {
                assertEquals(rows++, row.asLong(0));
                assertEquals(rows + 1, row.line());
                assertEquals(1_522_540_800L + row.asLong(6), row.asEpochSecond(1));
                assertEquals(Double.parseDouble(row.asText(4).toString()), row.asDouble(4, 0, Double.MAX_VALUE));
                assertEquals(
                        row.asText(4).toString(),
                        ShortestDouble.text(row.asDouble(4)).replaceAll("^(\\d+)$", "$1.0"));
                frauds += row.asLong(5, 0, 1);
            }
        }
        assertEquals(134_288, rows);
        assertEquals(471, frauds);
    }

    /** 134,288 rows of numbers that someone else wrote: read as numbers and written again, they are the same bytes. */
    @Test
    void shouldWriteTheExpectedFeaturesAgainByteForByte() throws Exception {
        String name = file("fraud_handbook/expected_features_day01-14.csv.gz");
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        try (CsvReader reader = CsvReader.open(name)) {
            CsvRow row = reader.row();
            try (CsvWriter out = CsvWriter.of("copy.csv", copy, reader.columns().toArray(new String[0]))) {
                while (reader.next()) {
                    for (int i = 0; i < row.fieldCount(); i++) {
                        out.putDouble(row.asDouble(i));
                    }
                    out.endRow();
                }
            }
        }
        try (FileInput in = FileInput.open(name)) {
            assertArrayEquals(in.readAllBytes(), copy.toByteArray());
        }
    }

    @Test
    void shouldReadTextAndTimesOfNexmark() throws Exception {
        try (CsvReader reader = CsvReader.open(file("nexmark/bid.csv"), "date_time", "channel", "price")) {
            CsvRow row = reader.row();
            reader.next();
            reader.next();
            assertEquals("Apple", row.asText(1).toString());
            assertEquals(1_436_918_401_001L, row.asEpochMs(0));
            assertEquals(499_920, row.asLong(2));
        }
    }

    @Test
    void shouldReadTicksWithoutHeader() throws Exception {
        try (ZipFile zip = new ZipFile(file("ticks/ibm_20131007_tick_trade.zip"))) {
            long rows = 0;
            try (CsvReader reader = CsvReader.ofWithoutHeader(
                    "trades", zip.getInputStream(zip.stream().findFirst().orElseThrow()), 6)) {
                while (reader.next()) {
                    reader.row().asLong(0, 0, 86_400_000);
                    reader.row().asLong(1, 1, Long.MAX_VALUE);
                    rows++;
                }
            }
            assertEquals(lines(zip), rows);
        }
    }

    private static long lines(ZipFile zip) throws IOException {
        byte[] bytes =
                zip.getInputStream(zip.stream().findFirst().orElseThrow()).readAllBytes();
        return new String(bytes, StandardCharsets.US_ASCII).lines().count();
    }
}
