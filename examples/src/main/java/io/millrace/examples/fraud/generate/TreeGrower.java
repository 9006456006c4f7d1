package io.millrace.examples.fraud.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Grows one tree: of all leaves the one whose best split gains most is split next, until there are enough leaves.
 *
 * <p>One thread and sums in the order of the rows: the tree is the same to the last bit wherever it is grown.
 */
final class TreeGrower {
    static final int LEAVES_MAX = 24;

    private final BinnedRows rows;
    private final double[] gradients;
    private final double[] weights;
    private final Histogram histogram = new Histogram();

    TreeGrower(BinnedRows rows, double[] gradients, double[] weights) {
        this.rows = rows;
        this.gradients = gradients;
        this.weights = weights;
    }

    /** A node of the growing tree; a leaf as long as it has no children. */
    private static final class Node {
        private final Histogram.Sums sums;
        private final Split best;
        private int[] members;
        private Node left;
        private Node right;

        Node(int[] members, Histogram.Sums sums, Split best) {
            this.members = members;
            this.sums = sums;
            this.best = best;
        }
    }

    /**
     * Grows a tree.
     *
     * @param base added to every leaf
     * @param rate the part of each step that is gone
     * @return the tree; without branches if there is nothing to split
     */
    Tree grow(double base, double rate) {
        Node root = node(IntStream.range(0, rows.size()).toArray());
        List<Node> leaves = new ArrayList<>(List.of(root));
        while (leaves.size() < LEAVES_MAX) {
            Node next = leaves.stream()
                    .filter(leaf -> leaf.best != null)
                    .max(Comparator.comparingDouble(leaf -> leaf.best.gain()))
                    .orElse(null);
            if (next == null) {
                break;
            }
            split(next);
            leaves.remove(next);
            leaves.add(next.left);
            leaves.add(next.right);
        }
        List<Tree.Branch> branches = new ArrayList<>();
        List<Tree.Leaf> ends = new ArrayList<>();
        number(root, branches, ends, base, rate);
        return new Tree(branches, ends);
    }

    private Node node(int[] members) {
        double gradient = 0;
        double weight = 0;
        for (int row : members) {
            gradient += gradients[row];
            weight += weights[row];
        }
        Histogram.Sums sums = new Histogram.Sums(gradient, weight, members.length);
        return new Node(members, sums, bestSplit(members, sums));
    }

    private Split bestSplit(int[] members, Histogram.Sums sums) {
        Split best = null;
        for (int feature = 0; feature < rows.features(); feature++) {
            FeatureBins bins = rows.bins(feature);
            histogram.clear(bins.count());
            for (int row : members) {
                histogram.add(rows.bin(feature, row), gradients[row], weights[row]);
            }
            best = histogram.best(best, feature, bins, sums);
        }
        return best;
    }

    private void split(Node node) {
        Split split = node.best;
        int missingBin = rows.bins(split.feature()).missingBin();
        int[] left = new int[node.members.length];
        int[] right = new int[node.members.length];
        int toLeft = 0;
        int toRight = 0;
        for (int row : node.members) {
            int bin = rows.bin(split.feature(), row);
            if (bin == missingBin ? split.missingLeft() : bin <= split.bin()) {
                left[toLeft++] = row;
            } else {
                right[toRight++] = row;
            }
        }
        node.left = node(Arrays.copyOf(left, toLeft));
        node.right = node(Arrays.copyOf(right, toRight));
        node.members = null;
    }

    /** Writes a node and all below it, a branch before its children; gives what a parent calls it. */
    private static int number(Node node, List<Tree.Branch> branches, List<Tree.Leaf> leaves, double base, double rate) {
        double value = Decimals.round(base + rate * node.sums.step(), BoostedTrees.VALUE_PLACES);
        Tree.Leaf merged = new Tree.Leaf(value, node.sums.weight(), node.sums.count());
        if (node.left == null) {
            leaves.add(merged);
            return ~(leaves.size() - 1);
        }
        int index = branches.size();
        branches.add(null);
        int left = number(node.left, branches, leaves, base, rate);
        int right = number(node.right, branches, leaves, base, rate);
        branches.set(index, new Tree.Branch(node.best, left, right, merged));
        return index;
    }
}
