package io.millrace.examples.fraud.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationTest {
    /** Scores 1 where the amount is above 10, else -1. */
    private static final BoostedTrees MODEL = new BoostedTrees(List.of(new Tree(
            List.of(new Tree.Branch(new Split(0, 0, 10, false, true, 1), ~0, ~1, new Tree.Leaf(0, 1, 1))),
            List.of(new Tree.Leaf(-1, 1, 1), new Tree.Leaf(1, 1, 1)))));

    @Test
    void shouldCountAlertsAndHits() {
        Evaluation evaluation = evaluate(new double[] {5, 10, 11, 20, 30}, true, false, false, true, true);
        assertEquals(5, evaluation.rows());
        assertEquals(3, evaluation.frauds());
        assertEquals(3, evaluation.alerts());
        assertEquals(2, evaluation.hits());
    }

    @Test
    void shouldCountATieAsHalfARightPair() {
        // Frauds low, high; honest low, high: one pair right, two tied, one wrong.
        assertEquals(
                0.5,
                evaluate(new double[] {1, 20, 1, 20}, true, true, false, false).auc());
        assertEquals(1, evaluate(new double[] {20, 20, 1}, true, true, false).auc());
        assertEquals(
                0.75, evaluate(new double[] {20, 20, 1}, true, false, false).auc());
    }

    @Test
    void shouldSayWhatItFound() {
        assertEquals(
                "3 payments, 1 frauds, 2 alerts, AUC 0.7500, precision 0.5000, recall 1.0000",
                evaluate(new double[] {20, 20, 1}, true, false, false).toString());
    }

    private static Evaluation evaluate(double[] amounts, boolean... frauds) {
        LabelledRows rows = new LabelledRows(amounts.length);
        for (int i = 0; i < amounts.length; i++) {
            double[] row = new double[ReferenceFeatures.NAMES.size()];
            row[0] = amounts[i];
            rows.add(row, frauds[i]);
        }
        return Evaluation.of(MODEL, rows);
    }
}
