package io.millrace.examples.fraud.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.examples.SharedData;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/**
 * Holds the features against those that the Fraud Detection Handbook published for 14 days of its payments. Their data
 * has no licence, so it is not part of the project: the test runs where {@code shared/data/fraud_handbook} lies beside
 * a folder above.
 */
class PublishedFeaturesTest {
    /** Of the value: means were published with ten digits. */
    private static final double TOLERANCE = 1e-9;

    /** Payments of one customer in the same second, which the authors once took in the other order. */
    private static final int SWAPPED_PAIRS_MAX = 3;

    private static final int CUSTOMER_COLUMNS_END = 9;

    @Test
    void shouldEqualWhatWasPublished() throws IOException {
        Path folder = folder();
        if (folder == null) {
            throw SharedData.skipped("fraud_handbook");
        }
        ReferenceFeatures features = new ReferenceFeatures();
        double[] row = new double[ReferenceFeatures.NAMES.size()];
        Map<String, Integer> swapped = new HashMap<>();
        int rows = 0;
        try (BufferedReader payments = open(folder.resolve("transactions_day01-14.csv.gz"));
                BufferedReader expected = open(folder.resolve("expected_features_day01-14.csv.gz"))) {
            payments.readLine();
            assertEquals(
                    ReferenceFeatures.NAMES.subList(1, row.length),
                    List.of(expected.readLine().split(",")).subList(1, row.length));
            for (String line = payments.readLine(); line != null; line = payments.readLine()) {
                GeneratedPayment payment = parse(line);
                features.add(payment, row);
                if (differsInCustomer(payment.id, row, expected.readLine().split(","))) {
                    swapped.merge("customer " + payment.customer + " at " + payment.timeSeconds, 1, Integer::sum);
                }
                rows++;
            }
            assertEquals(null, expected.readLine());
        }
        assertEquals(134_288, rows);
        assertTrue(swapped.size() <= SWAPPED_PAIRS_MAX, () -> swapped.size() + " payments differ");
        swapped.forEach((pair, payments) -> assertEquals(2, payments, pair));
    }

    /** Whether the columns of the customer differ; those of the terminal must not. */
    private static boolean differsInCustomer(long id, double[] row, String[] expected) {
        assertEquals(Long.parseLong(expected[0]), id);
        boolean differs = false;
        for (int i = 1; i < row.length; i++) {
            String name = ReferenceFeatures.NAMES.get(i);
            double actual = Double.isNaN(row[i]) ? 0 : row[i];
            double published = Double.parseDouble(expected[i]);
            boolean exact = !name.contains("_AVG_") && !name.contains("_RISK_");
            double tolerance = exact ? 0 : TOLERANCE * Math.max(1, published);
            boolean equal = Math.abs(actual - published) <= tolerance;
            assertTrue(equal || name.startsWith("CUSTOMER_"), () -> name + " of payment " + id + " is " + actual);
            differs |= !equal && i < CUSTOMER_COLUMNS_END;
        }
        return differs;
    }

    private static GeneratedPayment parse(String line) {
        String[] fields = line.split(",");
        GeneratedPayment payment = new GeneratedPayment();
        payment.id = Long.parseLong(fields[0]);
        payment.timeSeconds = LocalDateTime.parse(fields[1].replace(' ', 'T')).toEpochSecond(ZoneOffset.UTC);
        payment.customer = Long.parseLong(fields[2]);
        payment.terminal = Long.parseLong(fields[3]);
        payment.amount = Double.parseDouble(fields[4]);
        payment.fraud = fields[6].equals("1");
        return payment;
    }

    private static BufferedReader open(Path file) throws IOException {
        return new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.US_ASCII));
    }

    private static Path folder() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path folder = at.resolve("shared/data/fraud_handbook");
            if (Files.isDirectory(folder)) {
                return folder;
            }
        }
        return null;
    }
}
