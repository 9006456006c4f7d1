package io.millrace.examples.fraud.generate;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;

/**
 * How good a model is on rows that it was not trained on.
 *
 * @param alerts rows of probability one half or more
 * @param hits frauds among them
 * @param auc how often a fraud scores higher than an honest payment, of all such pairs
 */
record Evaluation(int rows, int frauds, int alerts, int hits, double auc) {
    private static final double THRESHOLD = 0.5;

    static Evaluation of(BoostedTrees model, LabelledRows rows) {
        double[] ofFrauds = new double[rows.size()];
        double[] ofHonest = new double[rows.size()];
        double[] features = new double[rows.features()];
        int frauds = 0;
        int alerts = 0;
        int hits = 0;
        for (int row = 0; row < rows.size(); row++) {
            rows.copy(row, features);
            double probability = model.probability(features);
            boolean alert = probability >= THRESHOLD;
            alerts += alert ? 1 : 0;
            if (rows.fraud(row)) {
                hits += alert ? 1 : 0;
                ofFrauds[frauds++] = probability;
            } else {
                ofHonest[row - frauds] = probability;
            }
        }
        double auc = auc(Arrays.copyOf(ofFrauds, frauds), Arrays.copyOf(ofHonest, rows.size() - frauds));
        return new Evaluation(rows.size(), frauds, alerts, hits, auc);
    }

    @Override
    public String toString() {
        return rows + " payments, " + frauds + " frauds, " + alerts + " alerts, AUC " + share(auc) + ", precision "
                + share((double) hits / alerts) + ", recall " + share((double) hits / frauds);
    }

    private static double auc(double[] ofFrauds, double[] ofHonest) {
        Arrays.sort(ofHonest);
        double below = 0;
        for (double score : ofFrauds) {
            // Below it, and at most as high: the mean of the two counts a tie as half.
            below += (countBelow(ofHonest, score) + countBelow(ofHonest, StrictMath.nextUp(score))) / 2.0;
        }
        return below / ofFrauds.length / ofHonest.length;
    }

    private static int countBelow(double[] sorted, double bound) {
        int from = 0;
        int to = sorted.length;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (sorted[middle] < bound) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    private static String share(double value) {
        return Double.isNaN(value)
                ? "-"
                : new BigDecimal(value).setScale(4, RoundingMode.HALF_UP).toPlainString();
    }
}
