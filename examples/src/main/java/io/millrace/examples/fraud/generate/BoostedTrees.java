package io.millrace.examples.fraud.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A sum of trees, each fitted to what those before it left over: gradient boosting with the logistic loss (Friedman,
 * "Greedy function approximation", 2001) on histograms, with the Newton steps of LightGBM and XGBoost.
 */
record BoostedTrees(List<Tree> trees) {
    /** Decimals of a leaf's value. */
    static final int VALUE_PLACES = 6;

    static final int TREES = 50;
    static final double RATE = 0.1;

    /** A fraud counts twice: a missed one is worse than a wrong alert, and probabilities still mean something. */
    static final double FRAUD_WEIGHT = 2;

    /** Learns from {@code rows}, which {@code binned} holds in bins. */
    static BoostedTrees train(LabelledRows rows, BinnedRows binned) {
        double[] gradients = new double[rows.size()];
        double[] weights = new double[rows.size()];
        double[] scores = new double[rows.size()];
        TreeGrower grower = new TreeGrower(binned, gradients, weights);
        List<Tree> trees = new ArrayList<>();
        double base = baseScore(rows);
        Arrays.fill(scores, base);
        for (int i = 0; i < TREES; i++) {
            derive(rows, scores, gradients, weights);
            Tree tree = grower.grow(i == 0 ? base : 0, RATE);
            if (tree.branches().isEmpty()) {
                break;
            }
            if (i == 0) {
                // From here on the base is in the leaves of the first tree.
                Arrays.fill(scores, 0);
            }
            add(rows, tree, scores);
            trees.add(tree);
        }
        return new BoostedTrees(trees);
    }

    double rawScore(double[] row) {
        double sum = 0;
        for (Tree tree : trees) {
            sum += tree.predict(row);
        }
        return sum;
    }

    double probability(double[] row) {
        return logistic(rawScore(row));
    }

    /** The score that is best when it is the same for all rows. */
    private static double baseScore(LabelledRows rows) {
        int frauds = 0;
        for (int row = 0; row < rows.size(); row++) {
            frauds += rows.fraud(row) ? 1 : 0;
        }
        if (frauds == 0 || frauds == rows.size()) {
            throw new IllegalArgumentException(
                    frauds + " frauds of " + rows.size() + " payments teach nothing; train on a longer stream");
        }
        return StrictMath.log(FRAUD_WEIGHT * frauds / (rows.size() - frauds));
    }

    private static void derive(LabelledRows rows, double[] scores, double[] gradients, double[] weights) {
        for (int row = 0; row < rows.size(); row++) {
            double probability = logistic(scores[row]);
            double count = rows.fraud(row) ? FRAUD_WEIGHT : 1;
            gradients[row] = count * (probability - (rows.fraud(row) ? 1 : 0));
            weights[row] = count * probability * (1 - probability);
        }
    }

    private static void add(LabelledRows rows, Tree tree, double[] scores) {
        double[] row = new double[rows.features()];
        for (int i = 0; i < rows.size(); i++) {
            rows.copy(i, row);
            scores[i] += tree.predict(row);
        }
    }

    private static double logistic(double score) {
        return 1 / (1 + StrictMath.exp(-score));
    }
}
