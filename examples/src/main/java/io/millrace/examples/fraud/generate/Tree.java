package io.millrace.examples.fraud.generate;

import java.util.List;

/**
 * A decision tree. A child is the index of a branch, or {@code ~index} of a leaf, as in the file; branch 0 is the root.
 */
record Tree(List<Branch> branches, List<Leaf> leaves) {

    /** Where rows part: a value of at most the threshold goes left, a missing one where the branch says. */
    record Branch(Split split, int left, int right, Leaf merged) {
        int next(double[] row) {
            return split.goesLeft(row[split.feature()]) ? left : right;
        }
    }

    /** What a row gets, and how many training rows stood here, by weight (sum of second derivatives) and number. */
    record Leaf(double value, double weight, int count) {}

    double predict(double[] row) {
        int at = 0;
        while (at >= 0) {
            at = branches.get(at).next(row);
        }
        return leaves.get(~at).value();
    }
}
