package io.millrace.examples.fraud.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

class BundledModelTest {
    private static final String RESOURCE = "/io/millrace/examples/fraud/fraud-model.txt";
    private static final int PAYMENTS = 100_000;
    private static final int CARDS = 10_000;

    @Test
    void shouldUseTheColumnsOfTheFeaturesFile() throws IOException {
        TextModel model = bundled();
        assertEquals(ReferenceFeatures.NAMES, List.of(model.header.get("feature_names")));
        assertEquals(BoostedTrees.TREES, model.trees.size());
        assertTrue(model.rest.startsWith("end of trees\n"));
    }

    /** A stream of the shape of the default run, a tenth as large. */
    @Test
    void shouldRaiseSomeAlertsAndMostlyRightOnes() throws IOException {
        TextModel model = bundled();
        LabelledRows rows = LabelledRows.of(new PaymentGenerator(PAYMENTS, 1, CARDS), PAYMENTS / 2, PAYMENTS);
        double[] row = new double[rows.features()];
        int alerts = 0;
        int hits = 0;
        for (int i = 0; i < rows.size(); i++) {
            rows.copy(i, row);
            if (model.rawScore(row) >= 0) {
                alerts++;
                hits += rows.fraud(i) ? 1 : 0;
            }
        }
        double alertPercent = 100.0 * alerts / rows.size();
        double precision = (double) hits / alerts;
        assertTrue(alertPercent > 0.3 && alertPercent < 1.5, () -> alertPercent + " % alerts");
        assertTrue(precision > 0.6, () -> "precision " + precision);
    }

    /** Half a minute on one core, so only where it is asked for: {@code -Dmillrace.model.again=true}. */
    @Test
    @EnabledIfSystemProperty(named = "millrace.model.again", matches = "true")
    void shouldBeMadeAgainToTheByte(@TempDir Path folder) throws IOException {
        Path again = folder.resolve("fraud-model.txt");
        ModelTrainer.main(new String[] {"--seed", "7", "--out", again.toString()});
        assertEquals(-1, Files.mismatch(again, Path.of("src/main/resources" + RESOURCE)));
    }

    private static TextModel bundled() throws IOException {
        try (InputStream in = BundledModelTest.class.getResourceAsStream(RESOURCE)) {
            assertNotNull(in);
            return new TextModel(new String(in.readAllBytes(), StandardCharsets.US_ASCII));
        }
    }
}
