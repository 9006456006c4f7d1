package io.millrace.operators.score;

import io.millrace.operator.Account;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.List;

/**
 * A sum of decision trees, read from the text form of a LightGBM model.
 *
 * <p><b>Format.</b> What {@code Booster.save_model} of LightGBM 3 and 4 writes (format versions {@code v3} and
 * {@code v4}), as described by the project's own documentation and sources (github.com/microsoft/LightGBM). Taken:
 * {@code num_class=1}, {@code num_tree_per_iteration=1}; objective {@code binary sigmoid:X}, whose probability is
 * {@code 1 / (1 + exp(-X * raw))}; the objectives {@code regression}, {@code regression_l1}, {@code huber},
 * {@code fair}, {@code quantile} and {@code mape}, whose raw score is the prediction and which have no probability.
 * Refused, with a reason: several classes, other objectives, linear leaves ({@code is_linear=1}) and averaged output
 * (random forests). {@code tree_sizes} is not trusted.
 *
 * <p><b>Raw score.</b> The leaf values of all trees, added in {@code double} in the order of the trees, beginning with
 * 0. That is the library's order, so the sum is its sum to the bit.
 *
 * <p><b>Missing values</b> follow the library. At a numeric split a row goes left when {@code value <= threshold}; with
 * missing type <i>none</i> NaN counts as 0; with <i>zero</i>, NaN and every value within {@code 1e-35f} of 0 take the
 * default direction; with <i>NaN</i>, NaN does. At a categorical split the value is cut to an integer; NaN, negative
 * integers and categories beyond the set go right. Infinities are ordinary values; so is
 * the threshold {@code inf}, by which the library sends left all that is not missing.
 *
 * <p><b>Limits.</b> 65,536 features, 100,000 trees, 131,072 leaves a tree, 16,777,216 nodes in all; a file beyond one of
 * them is refused. Memory is 16 bytes a node.
 *
 * <p>Immutable; shared by any number of threads. Scoring allocates nothing and visits at most the depth of each tree.
 */
public final class GradientBoostedTrees implements Model {
    /** The library's bound is the float 1e-35 widened, which is not the double 1e-35. */
    private static final double ZERO_BOUND = 1e-35f;

    private static final int RARE = PackedTrees.ZERO_MISSING | PackedTrees.CATEGORICAL;

    private final List<String> featureNames;
    private final int features;
    private final double sigmoid;
    // Layout: see PackedTrees.
    private final int[] roots;
    private final int[] nodes;
    private final double[] values;
    private final int[] setStart;
    private final int[] setBits;
    private final String digest;
    private final String description;

    GradientBoostedTrees(LightGbmHead head, PackedTrees trees, String source) {
        featureNames = head.features();
        features = featureNames.size();
        sigmoid = head.sigmoid();
        roots = trees.roots();
        nodes = trees.nodes();
        values = trees.values();
        setStart = trees.setStart();
        setBits = trees.setBits();
        digest = new ModelDigest("gradient boosted trees")
                .names(featureNames)
                .doubles(sigmoid)
                .ints(roots)
                .ints(nodes)
                .doubles(values)
                .ints(setStart)
                .ints(setBits)
                .hex();
        description = "gradient boosted trees: " + treeCount() + " trees, " + leafCount() + " leaves, depth "
                + trees.depth() + ", " + features + " features, objective " + head.objective() + ", LightGBM "
                + head.version() + " text " + source;
    }

    /**
     * Reads a model from a file in UTF-8, not compressed.
     *
     * @param path the file; it stands in messages as given
     * @return the model
     * @throws ModelFormatException when the text is not a model that can be scored here, with line and reason
     * @throws IOException when the file cannot be read
     */
    public static GradientBoostedTrees readLightGbm(Path path) throws IOException {
        try (Reader reader = ModelLines.open(path)) {
            return readLightGbm(reader, path.toString());
        }
    }

    /**
     * Reads a model from characters, up to the line {@code end of trees}; the reader may be read further, and is not
     * closed.
     *
     * @param reader the text
     * @param sourceName where it comes from, for messages
     * @return the model
     * @throws ModelFormatException when the text is not a model that can be scored here, with line and reason
     * @throws IOException when the reader fails
     */
    public static GradientBoostedTrees readLightGbm(Reader reader, String sourceName) throws IOException {
        return new LightGbmReader(new ModelLines(reader, sourceName)).read();
    }

    @Override
    public List<String> featureNames() {
        return featureNames;
    }

    /**
     * Returns how many trees are summed.
     *
     * @return at least 1
     */
    public int treeCount() {
        return roots.length;
    }

    /**
     * Returns how many leaves all trees have together.
     *
     * @return at least {@link #treeCount()}
     */
    public int leafCount() {
        // A tree of n leaves has 2n - 1 nodes.
        return (values.length + roots.length) / 2;
    }

    @Override
    public double raw(double[] row) {
        Rows.check(row, features);
        double sum = 0;
        for (int root : roots) {
            sum += leaf(root, row);
        }
        return sum;
    }

    @Override
    public boolean hasProbability() {
        return sigmoid > 0;
    }

    @Override
    public double probability(double raw) {
        return Logistic.of(sigmoid, raw);
    }

    @Override
    public String digest() {
        return digest;
    }

    @Override
    public String describe() {
        return description;
    }

    @Override
    public String toString() {
        return description;
    }

    /** A branch for each split, not arithmetic: rows of one stream mostly take the same ways, and those are predicted. */
    private double leaf(int root, double[] row) {
        int node = root;
        int split = nodes[2 * node];
        while (split >= 0) {
            double value = row[split >>> PackedTrees.FEATURE_SHIFT];
            node = isLeft(split, value, values[node]) ? node + 1 : nodes[2 * node + 1];
            split = nodes[2 * node];
        }
        return values[node];
    }

    /** A part for each tree: its leaf, and the splits on the way there. */
    @Override
    public void explain(double[] row, Account to) {
        Rows.check(row, features);
        Account trees = to.part("trees");
        for (int t = 0; t < roots.length; t++) {
            int node = roots[t];
            StringBuilder way = new StringBuilder();
            for (int split = nodes[2 * node]; split >= 0; split = nodes[2 * node]) {
                int feature = split >>> PackedTrees.FEATURE_SHIFT;
                boolean left = isLeft(split, row[feature], values[node]);
                way.append(way.length() == 0 ? "" : ", ")
                        .append(inWords(split, feature, row, node, left, to.hidesValues()));
                node = left ? node + 1 : nodes[2 * node + 1];
            }
            trees.say("tree " + t, values[node] + (way.length() == 0 ? "" : ": " + way));
        }
    }

    private String inWords(int split, int feature, double[] row, int node, boolean left, boolean sensitive) {
        String value = Double.isNaN(row[feature]) ? "missing" : sensitive ? "" : Double.toString(row[feature]);
        String name = featureNames.get(feature) + (value.isEmpty() ? "" : " " + value);
        if ((split & PackedTrees.CATEGORICAL) != 0) {
            return name + (left ? " in" : " not in") + " set " + (int) values[node];
        }
        if (Double.isNaN(row[feature])
                || (split & PackedTrees.ZERO_MISSING) != 0 && Math.abs(row[feature]) <= ZERO_BOUND) {
            return name + (left ? " goes left of " : " goes right of ") + values[node];
        }
        return name + (left ? " <= " : " > ") + values[node];
    }

    private boolean isLeft(int split, double value, double threshold) {
        if (Double.isNaN(value)) {
            return (split & PackedTrees.NAN_LEFT) != 0;
        }
        if ((split & RARE) == 0) {
            return value <= threshold;
        }
        if ((split & PackedTrees.CATEGORICAL) != 0) {
            return isInSet((int) threshold, (int) value);
        }
        return Math.abs(value) <= ZERO_BOUND ? (split & PackedTrees.NAN_LEFT) != 0 : value <= threshold;
    }

    /** The cut to an int saturates, so a huge value is a category beyond every set, as it is in the library. */
    private boolean isInSet(int set, int category) {
        int word = category >> 5;
        int start = setStart[set];
        return category >= 0 && word < setStart[set + 1] - start && (setBits[start + word] >>> category & 1) != 0;
    }
}
