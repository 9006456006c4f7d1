package io.millrace.operators.score;

import java.io.IOException;
import java.io.StringReader;

/** Writes small models in LightGBM's text form, for tests. */
final class ModelText {
    static final int NONE = 0;
    static final int ZERO = 1 << 2;
    static final int NAN = 2 << 2;
    static final int DEFAULT_LEFT = 2;
    static final int CATEGORICAL = 1;
    static final String BINARY = "binary sigmoid:1";

    private ModelText() {}

    /** Features are named f0, f1 and so on. */
    static String head(int features, String objective) {
        StringBuilder names = new StringBuilder("f0");
        for (int i = 1; i < features; i++) {
            names.append(" f").append(i);
        }
        return "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx="
                + (features - 1) + "\nobjective=" + objective + "\nfeature_names=" + names + "\nfeature_infos=none\n\n";
    }

    static String end() {
        return "end of trees\n\nfeature_importances:\nf0=1\n\nparameters:\n[boosting: gbdt]\nend of parameters\n";
    }

    /** One split on f0: 1 where a row goes left, 2 where it goes right. */
    static String oneSplit(double threshold, int decisionType) {
        return head(1, BINARY) + "Tree=0\nnum_leaves=2\nnum_cat=0\nsplit_feature=0\nthreshold=" + threshold
                + "\ndecision_type=" + decisionType + "\nleft_child=-1\nright_child=-2\nleaf_value=1 2\n"
                + "is_linear=0\nshrinkage=1\n\n\n" + end();
    }

    /** One categorical split on f0 over the second of two sets, so that a wrong offset shows: 1 is in it, 2 is not. */
    static String oneSet(String words, int decisionType) {
        int count = words.split(" ").length;
        return head(1, BINARY) + "Tree=0\nnum_leaves=3\nnum_cat=2\nsplit_feature=0 0\nthreshold=1 0\ndecision_type="
                + (CATEGORICAL | decisionType) + " 1\nleft_child=-1 -2\nright_child=1 -3\nleaf_value=1 2 2\n"
                + "cat_boundaries=0 1 " + (count + 1) + "\ncat_threshold=4294967295 " + words
                + "\nis_linear=0\nshrinkage=1\n\n\n" + end();
    }

    /** A tree of one leaf, as the library writes it. */
    static String oneLeaf(int number, double value) {
        return "Tree=" + number + "\nnum_leaves=1\nnum_cat=0\nsplit_feature=\nthreshold=\ndecision_type=\nleft_child=\n"
                + "right_child=\nleaf_value=" + value + "\nis_linear=0\nshrinkage=1\n\n\n";
    }

    static GradientBoostedTrees read(String text) {
        try {
            return GradientBoostedTrees.readLightGbm(new StringReader(text), "test");
        } catch (IOException e) {
            throw new AssertionError("refused: " + e.getMessage(), e);
        }
    }
}
