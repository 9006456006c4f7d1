package io.millrace.operators.score;

/**
 * One tree as LightGBM writes it: {@code leaves - 1} splits and {@code leaves} leaves, numbered apart. A child number
 * {@code >= 0} is a split, {@code < 0} the leaf {@code ~child}. The root is split 0, or leaf 0 in a tree of one leaf.
 * The leaf values already contain the shrinkage; counts, gains and weights do not score and are not kept.
 *
 * <p>Every number is checked against its own range here; that the children form a tree is checked where they are
 * followed, in {@link PackedTrees}.
 */
final class LightGbmTree {
    /** LightGBM's own limit of {@code num_leaves}. */
    static final int LEAVES_MAX = 131_072;

    private static final int CATEGORICAL = 1;
    private static final int DEFAULT_LEFT = 2;
    private static final int MISSING_SHIFT = 2;
    private static final int MISSING_NONE = 0;
    private static final int MISSING_ZERO = 1;
    private static final int DECISION_MAX = 11;

    final int leaves;
    final double[] leafValue;
    final int[] feature;
    final double[] threshold;
    final int[] left;
    final int[] right;
    /** First word of each set of categories in {@link #categoryWord}, and the end of the last. */
    final int[] categoryStart;

    final int[] categoryWord;

    private final int[] decision;
    private final Section block;

    LightGbmTree(Section block, int features) throws ModelFormatException {
        this.block = block;
        refuseLinear();
        leaves = block.numbers("num_leaves").one(1, LEAVES_MAX);
        leafValue = block.numbers("leaf_value").finite(leaves);
        threshold = leaves == 1 ? new double[0] : block.numbers("threshold").thresholds(leaves - 1);
        feature = perSplit("split_feature", 0, features - 1);
        decision = perSplit("decision_type", 0, DECISION_MAX);
        left = perSplit("left_child", -leaves, leaves - 2);
        right = perSplit("right_child", -leaves, leaves - 2);
        int sets = block.numbers("num_cat").one(0, leaves - 1);
        categoryStart = categoryStart(sets);
        categoryWord = sets == 0 ? new int[0] : block.numbers("cat_threshold").words(categoryStart[sets]);
        checkSets(sets);
    }

    boolean isCategorical(int split) {
        return (decision[split] & CATEGORICAL) != 0;
    }

    /** Whether a value within 1e-35f of zero counts as missing at this split. */
    boolean isZeroMissing(int split) {
        return !isCategorical(split) && decision[split] >> MISSING_SHIFT == MISSING_ZERO;
    }

    /**
     * Where NaN goes, which is the same for every row and so known now. A set of categories never holds NaN. Without a
     * kind of missing value NaN is read as 0. Otherwise it takes the default direction.
     */
    boolean isNanLeft(int split) {
        if (isCategorical(split)) {
            return false;
        }
        if (decision[split] >> MISSING_SHIFT == MISSING_NONE) {
            return 0.0 <= threshold[split];
        }
        return (decision[split] & DEFAULT_LEFT) != 0;
    }

    ModelFormatException refuse(String what, String value, String cure) {
        return block.refuse(what, value, cure);
    }

    private void refuseLinear() throws ModelFormatException {
        if (block.has("is_linear") && block.numbers("is_linear").one(0, 1) != 0) {
            throw block.line("is_linear")
                    .refuse("linear models in leaves are not supported", "is_linear=1", "train with linear_tree=false");
        }
    }

    private int[] perSplit(String key, int min, int max) throws ModelFormatException {
        return leaves == 1 ? new int[0] : block.numbers(key).ints(leaves - 1, min, max);
    }

    private int[] categoryStart(int sets) throws ModelFormatException {
        if (sets == 0) {
            return new int[1];
        }
        Numbers numbers = block.numbers("cat_boundaries");
        int[] start = numbers.ints(sets + 1, 0, PackedTrees.CATEGORY_WORDS_MAX);
        int least = 0;
        for (int i = 0; i <= sets; i++) {
            if (i == 0 ? start[i] != 0 : start[i] < least) {
                throw numbers.refuse(
                        "cat_boundaries must rise from 0", Integer.toString(start[i]), "save the model again");
            }
            least = start[i];
        }
        return start;
    }

    /** At a categorical split the threshold is the number of a set. */
    private void checkSets(int sets) throws ModelFormatException {
        for (int i = 0; i < leaves - 1; i++) {
            int set = (int) threshold[i];
            if (isCategorical(i) && !(set == threshold[i] && set >= 0 && set < sets)) {
                throw block.line("threshold")
                        .refuse(
                                "a categorical split names no set of categories",
                                Double.toString(threshold[i]),
                                "num_cat is " + sets + "; save the model again");
            }
        }
    }
}
