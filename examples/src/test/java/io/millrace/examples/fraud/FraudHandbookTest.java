package io.millrace.examples.fraud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.examples.Console;
import io.millrace.examples.SharedData;
import io.millrace.operators.score.Model;
import io.millrace.transport.file.CsvReader;
import io.millrace.transport.file.CsvRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command against what others computed, end to end: 134,288 payments, their features, the scores of 3,000. */
class FraudHandbookTest {
    private static final int PAYMENTS = 134_288;
    private static final int SCORED = 3_000;

    /** Of the value: means were published with ten digits. */
    private static final double FEATURE_TOLERANCE = 1e-9;

    private static final double SCORE_TOLERANCE = 1e-12;

    /** Payments of one customer in the same second, which the authors once took in the other order. */
    private static final int SWAPPED_PAIRS_MAX = 3;

    private static final int CUSTOMER_FROM = 3;
    private static final int CUSTOMER_TO = 9;

    @TempDir
    Path folder;

    @Test
    void shouldGiveThePublishedFeaturesAndTheScoresOfTheLibrary() throws Exception {
        String payments = SharedData.file("fraud_handbook/transactions_day01-14.csv.gz");
        String model = SharedData.file("model_lightgbm/fraud_20trees.txt");
        Path features = folder.resolve("features.csv");
        Path alerts = folder.resolve("alerts.csv");
        Console c = Console.run(
                "fraud",
                "--payments",
                payments,
                "--features",
                features.toString(),
                "--model",
                model,
                "--threshold",
                "0",
                "--alerts",
                alerts.toString());
        assertEquals(0, c.code(), c.err());
        assertEquals(Integer.toString(PAYMENTS), c.label("events"));
        assertEquals("0", c.label("dead letters"));

        Set<Long> swapped = requirePublished(features, secondsOfCustomers(payments));
        requireScores(features, alerts, swapped);
    }

    /** Customer and second of each payment: what payments of one pair share. */
    private static List<String> secondsOfCustomers(String payments) throws Exception {
        List<String> result = new ArrayList<>();
        try (CsvReader reader = CsvReader.open(payments, "CUSTOMER_ID", "TX_DATETIME")) {
            while (reader.next()) {
                result.add(reader.row().asText(0) + " at " + reader.row().asText(1));
            }
        }
        return result;
    }

    private static Set<Long> requirePublished(Path features, List<String> secondOf) throws Exception {
        Set<Long> swapped = new HashSet<>();
        Map<String, Integer> pairs = new HashMap<>();
        String expected = SharedData.file("fraud_handbook/expected_features_day01-14.csv.gz");
        try (CsvReader ours = CsvReader.open(features.toString());
                CsvReader theirs = CsvReader.open(expected)) {
            assertEquals(theirs.columns(), ours.columns());
            int rows = 0;
            while (theirs.next()) {
                assertTrue(ours.next(), "a row is missing");
                if (differsInCustomer(ours.row(), theirs.row())) {
                    swapped.add(ours.row().asLong(0));
                    pairs.merge(secondOf.get(rows), 1, Integer::sum);
                }
                rows++;
            }
            assertTrue(!ours.next(), "a row too many");
            assertEquals(PAYMENTS, rows);
        }
        assertTrue(pairs.size() <= SWAPPED_PAIRS_MAX, pairs.toString());
        pairs.forEach((second, payments) -> assertEquals(2, payments, second));
        return swapped;
    }

    /** Whether a customer's columns differ; no others may. */
    private static boolean differsInCustomer(CsvRow ours, CsvRow theirs) throws Exception {
        boolean differs = false;
        for (int i = 0; i < FeatureRow.COLUMNS.length; i++) {
            if (!isSame(ours, theirs, i)) {
                assertTrue(
                        i >= CUSTOMER_FROM && i < CUSTOMER_TO,
                        FeatureRow.COLUMNS[i] + ": " + ours.raw() + " instead of " + theirs.raw());
                differs = true;
            }
        }
        return differs;
    }

    private static boolean isSame(CsvRow ours, CsvRow theirs, int i) throws Exception {
        boolean exact = !FeatureRow.COLUMNS[i].contains("AVG") && !FeatureRow.COLUMNS[i].contains("RISK");
        double a = ours.asDouble(i);
        double b = theirs.asDouble(i);
        return exact ? a == b : Math.abs(a - b) <= FEATURE_TOLERANCE * Math.max(1, Math.abs(b));
    }

    private static void requireScores(Path features, Path alerts, Set<Long> swapped) throws Exception {
        Map<Long, double[]> featuresOf = rowsById(features, FeatureRow.COLUMNS);
        Map<Long, double[]> scoreOf = rowsById(alerts, "TRANSACTION_ID", "RAW_SCORE", "PROBABILITY");
        assertEquals(PAYMENTS, scoreOf.size());
        int compared = 0;
        try (CsvReader rows = CsvReader.open(SharedData.file("model_lightgbm/rows_and_predictions_20trees.csv.gz"))) {
            List<String> columns = rows.columns();
            while (rows.next()) {
                CsvRow row = rows.row();
                long id = row.asLong(columns.indexOf("TRANSACTION_ID"));
                if (!swapped.contains(id) && haveSameFeatures(featuresOf.get(id), row, columns)) {
                    double[] score = scoreOf.get(id);
                    assertEquals(row.asDouble(columns.indexOf("raw_score")), score[1], SCORE_TOLERANCE, row.raw());
                    assertEquals(row.asDouble(columns.indexOf("probability")), score[2], SCORE_TOLERANCE, row.raw());
                    compared++;
                }
            }
        }
        assertEquals(SCORED, compared, "rows whose windows lie in these days");
    }

    private static Map<Long, double[]> rowsById(Path file, String... columns) throws Exception {
        Map<Long, double[]> result = new HashMap<>();
        try (CsvReader reader = CsvReader.open(file.toString(), columns)) {
            while (reader.next()) {
                double[] row = new double[columns.length];
                for (int i = 0; i < row.length; i++) {
                    row[i] = reader.row().asDouble(i);
                }
                result.put(reader.row().asLong(0), row);
            }
        }
        return result;
    }

    private static boolean haveSameFeatures(double[] ours, CsvRow row, List<String> columns) throws Exception {
        for (int i = 1; i < ours.length; i++) {
            int column = columns.indexOf(FeatureRow.COLUMNS[i]);
            double theirs = row.isEmpty(column) ? 0 : row.asDouble(column);
            if (Math.abs(ours[i] - theirs) > FEATURE_TOLERANCE * Math.max(1, Math.abs(theirs))) {
                return false;
            }
        }
        return true;
    }

    /** The model alone, with the features as the library saw them. */
    @Test
    void shouldScoreEachRowAsTheLibraryDoes() throws Exception {
        Model model = Models.read(SharedData.file("model_lightgbm/fraud_20trees.txt"), () -> false);
        int rows = 0;
        try (CsvReader reader = CsvReader.open(SharedData.file("model_lightgbm/rows_and_predictions_20trees.csv.gz"))) {
            List<String> columns = reader.columns();
            double[] row = new double[model.featureNames().size()];
            while (reader.next()) {
                for (int i = 0; i < row.length; i++) {
                    int column = columns.indexOf(model.featureNames().get(i));
                    row[i] = reader.row().isEmpty(column)
                            ? Double.NaN
                            : reader.row().asDouble(column);
                }
                double raw = model.raw(row);
                assertEquals(reader.row().asDouble(columns.indexOf("raw_score")), raw, SCORE_TOLERANCE);
                assertEquals(
                        reader.row().asDouble(columns.indexOf("probability")), model.probability(raw), SCORE_TOLERANCE);
                rows++;
            }
        }
        assertEquals(SCORED, rows);
    }
}
