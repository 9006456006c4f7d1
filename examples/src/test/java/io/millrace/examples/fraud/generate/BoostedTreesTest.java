package io.millrace.examples.fraud.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BoostedTreesTest {
    private static final int ROWS = 4_000;
    private static final int RISK = ReferenceFeatures.NAMES.indexOf("TERMINAL_ID_RISK_1DAY_WINDOW");

    @Test
    void shouldLearnWhatNeedsTwoFeaturesTogether() {
        BoostedTrees model = train((row, i) -> {
            row[0] = i % 10;
            row[1] = i / 10 % 10;
            // Not symmetric, or no first split would gain anything.
            return row[0] < 4 != row[1] < 3;
        });
        String low = both(model, 3, 2) + " " + both(model, 3, 3);
        assertEquals("0 1", low);
        String high = both(model, 4, 2) + " " + both(model, 4, 3);
        assertEquals("1 0", high);
    }

    @Test
    void shouldSendMissingValuesWhereTheyFit() {
        BoostedTrees withTheHigh = train((row, i) -> {
            row[RISK] = i % 3 == 0 ? Double.NaN : i % 3 / 2.0;
            return i % 3 != 1;
        });
        assertEquals("1 0 1", risks(withTheHigh));
        BoostedTrees withTheLow = train((row, i) -> {
            row[RISK] = i % 3 == 0 ? Double.NaN : i % 3 / 2.0;
            return i % 3 == 2;
        });
        assertEquals("0 0 1", risks(withTheLow));
    }

    @Test
    void shouldTellMissingValuesFromAllOthers() {
        BoostedTrees model = train((row, i) -> {
            row[RISK] = i % 3 == 0 ? Double.NaN : i % 3 / 2.0;
            return i % 3 == 0;
        });
        assertEquals("1 0 0", risks(model));
    }

    @Test
    void shouldComeToTheOddsOfTheLabelsCountingAFraudTwice() {
        // Nine rows of every ten with the same features: of them one in three is a fraud, which counts as one in two.
        BoostedTrees model = train((row, i) -> {
            row[0] = i % 10 == 9 ? 1 : 0;
            return i % 10 < 3;
        });
        assertEquals(0.5, model.probability(new double[15]), 0.01);
    }

    @Test
    void shouldNotLearnFromNothing() {
        assertThrows(IllegalArgumentException.class, () -> train((row, i) -> false));
        assertTrue(train((row, i) -> i % 2 == 0).trees().isEmpty());
    }

    private interface Labelled {
        boolean fill(double[] row, int index);
    }

    private static BoostedTrees train(Labelled labelled) {
        LabelledRows rows = new LabelledRows(ROWS);
        for (int i = 0; i < ROWS; i++) {
            double[] row = new double[ReferenceFeatures.NAMES.size()];
            boolean fraud = labelled.fill(row, i);
            rows.add(row, fraud);
        }
        return BoostedTrees.train(rows, new BinnedRows(rows));
    }

    private static int both(BoostedTrees model, double first, double second) {
        double[] row = new double[15];
        row[0] = first;
        row[1] = second;
        return model.probability(row) > 0.5 ? 1 : 0;
    }

    /** What becomes of a missing, a low and a high risk. */
    private static String risks(BoostedTrees model) {
        return risk(model, Double.NaN) + " " + risk(model, 0.5) + " " + risk(model, 1);
    }

    private static int risk(BoostedTrees model, double risk) {
        double[] row = new double[15];
        row[RISK] = risk;
        return model.probability(row) > 0.5 ? 1 : 0;
    }
}
