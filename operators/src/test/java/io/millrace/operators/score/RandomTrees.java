package io.millrace.operators.score;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Random trees, written as LightGBM text and scored slowly: objects that point at each other, each decision spelled out
 * as the library's documentation does, nothing shared with the code under test.
 */
final class RandomTrees {
    private static final double[] STRANGE = {
        Double.NaN,
        0.0,
        -0.0,
        1e-36,
        -1e-36,
        1e-35f,
        -1e-35f,
        1e-34,
        -1e-34,
        -1,
        -0.5,
        0.5,
        31,
        32,
        33,
        63.9,
        64,
        1e9,
        2147483647.0,
        2147483648.0,
        -2147483649.0,
        1e18,
        1e300,
        -1e300,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MIN_VALUE
    };

    private final Random random;
    private final int features;
    private final List<Node> roots = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();

    RandomTrees(long seed, int features, int trees, int leavesMax) {
        this.random = new Random(seed);
        this.features = features;
        text.append(ModelText.head(features, ModelText.BINARY));
        for (int i = 0; i < trees; i++) {
            addTree(i, 1 + random.nextInt(leavesMax));
        }
        text.append(ModelText.end());
    }

    String text() {
        return text.toString();
    }

    double raw(double[] row) {
        double sum = 0;
        for (Node node : roots) {
            Node at = node;
            while (at.split) {
                at = at.left(row[at.feature]) ? at.left : at.right;
            }
            sum += at.value;
        }
        return sum;
    }

    double[] row() {
        double[] row = new double[features];
        for (int i = 0; i < features; i++) {
            row[i] = switch (random.nextInt(4)) {
                case 0 -> STRANGE[random.nextInt(STRANGE.length)];
                case 1 -> random.nextInt(100);
                default -> random.nextGaussian();
            };
        }
        return row;
    }

    private void addTree(int number, int leaves) {
        List<Node> splits = new ArrayList<>();
        List<Node> ends = new ArrayList<>(List.of(new Node()));
        while (ends.size() < leaves) {
            Node node = ends.remove(random.nextInt(ends.size()));
            grow(node);
            splits.add(node);
            ends.add(node.left);
            ends.add(node.right);
        }
        Node root = splits.isEmpty() ? ends.get(0) : splits.get(0);
        // Any numbering is a legal file as long as the root is split 0.
        Collections.shuffle(splits.subList(Math.min(1, splits.size()), splits.size()), random);
        Collections.shuffle(ends, random);
        ends.forEach(leaf -> leaf.value = random.nextGaussian());
        roots.add(root);
        write(number, splits, ends);
    }

    private void grow(Node node) {
        node.split = true;
        node.feature = random.nextInt(features);
        node.threshold = random.nextInt(3) == 0 ? STRANGE[1 + random.nextInt(12)] : random.nextGaussian();
        node.missing = random.nextInt(3);
        node.defaultLeft = random.nextBoolean();
        if (random.nextInt(4) == 0) {
            node.set = random.ints(1 + random.nextInt(3)).toArray();
        }
        node.left = new Node();
        node.right = new Node();
    }

    private void write(int number, List<Node> splits, List<Node> ends) {
        List<Node> sets = splits.stream().filter(n -> n.set != null).toList();
        text.append("Tree=").append(number).append('\n');
        line("num_leaves", ends.size());
        line("num_cat", sets.size());
        line("split_feature", join(splits, n -> n.feature));
        text.append("threshold=")
                .append(splits.stream()
                        .map(n -> n.set == null ? Double.toString(n.threshold) : Integer.toString(sets.indexOf(n)))
                        .collect(Collectors.joining(" ")))
                .append('\n');
        line("decision_type", join(splits, n -> (n.set == null ? 0 : 1) | (n.defaultLeft ? 2 : 0) | n.missing << 2));
        line("left_child", join(splits, n -> number(n.left, splits, ends)));
        line("right_child", join(splits, n -> number(n.right, splits, ends)));
        text.append("leaf_value=")
                .append(ends.stream().map(n -> Double.toString(n.value)).collect(Collectors.joining(" ")))
                .append('\n');
        writeSets(sets);
        text.append("is_linear=0\nshrinkage=0.1\n\n\n");
    }

    private void writeSets(List<Node> sets) {
        if (!sets.isEmpty()) {
            List<String> bounds = new ArrayList<>(List.of("0"));
            List<String> words = new ArrayList<>();
            for (Node node : sets) {
                for (int word : node.set) {
                    words.add(Integer.toUnsignedString(word));
                }
                bounds.add(Integer.toString(words.size()));
            }
            line("cat_boundaries", String.join(" ", bounds));
            line("cat_threshold", String.join(" ", words));
        }
    }

    private void line(String key, Object value) {
        text.append(key).append('=').append(value).append('\n');
    }

    private static String join(List<Node> nodes, ToDoubleFunction<Node> number) {
        return nodes.stream()
                .map(n -> Long.toString((long) number.applyAsDouble(n)))
                .collect(Collectors.joining(" "));
    }

    private static int number(Node node, List<Node> splits, List<Node> ends) {
        return node.split ? splits.indexOf(node) : ~ends.indexOf(node);
    }

    private static final class Node {
        boolean split;
        int feature;
        double threshold;
        int missing;
        boolean defaultLeft;
        int[] set;
        Node left;
        Node right;
        double value;

        boolean left(double given) {
            if (set != null) {
                return !Double.isNaN(given) && isInSet((long) given);
            }
            double read = Double.isNaN(given) && missing != 2 ? 0 : given;
            boolean zero = read >= -(double) 1e-35f && read <= (double) 1e-35f;
            if (missing == 1 && zero || missing == 2 && Double.isNaN(read)) {
                return defaultLeft;
            }
            return read <= threshold;
        }

        private boolean isInSet(long category) {
            return category >= 0
                    && category < set.length * 32L
                    && (set[(int) (category / 32)] & 1 << (int) (category % 32)) != 0;
        }
    }
}
