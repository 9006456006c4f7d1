package io.millrace.examples.fraud.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LightGbmTextTest {
    private static LabelledRows rows;
    private static BoostedTrees model;
    private static String text;

    @BeforeAll
    static void train() {
        rows = rows();
        BinnedRows binned = new BinnedRows(rows);
        model = BoostedTrees.train(rows, binned);
        text = LightGbmText.of(model, binned);
    }

    @Test
    void shouldPredictFromTheTextWhatTheModelPredicts() {
        TextModel read = new TextModel(text);
        double[] row = new double[rows.features()];
        for (int i = 0; i < rows.size(); i += 97) {
            rows.copy(i, row);
            assertEquals(model.rawScore(row), read.rawScore(row));
        }
    }

    @Test
    void shouldWriteTheHeaderThatLightGbmExpects() {
        assertTrue(text.startsWith("tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\n"
                + "max_feature_idx=14\nobjective=binary sigmoid:1\nfeature_names=TX_AMOUNT TX_DURING_WEEKEND "));
        TextModel read = new TextModel(text);
        assertEquals(15, read.header.get("feature_names").length);
        assertEquals(15, read.header.get("feature_infos").length);
        assertTrue(read.rest.startsWith("end of trees\n\nfeature_importances:\n"));
    }

    @Test
    void shouldWriteAsManyNumbersAsATreeHasLeavesAndBranches() {
        TextModel read = new TextModel(text);
        assertEquals(BoostedTrees.TREES, read.trees.size());
        for (int i = 0; i < read.trees.size(); i++) {
            Map<String, String[]> tree = read.trees.get(i);
            assertEquals(Integer.toString(i), TextModel.of(tree, "Tree", 0));
            int leaves = Integer.parseInt(TextModel.of(tree, "num_leaves", 0));
            for (String key : List.of("leaf_value", "leaf_weight", "leaf_count")) {
                assertEquals(leaves, tree.get(key).length, key);
            }
            for (String key : List.of(
                    "split_feature",
                    "split_gain",
                    "threshold",
                    "decision_type",
                    "left_child",
                    "right_child",
                    "internal_value",
                    "internal_weight",
                    "internal_count")) {
                assertEquals(leaves - 1, tree.get(key).length, key);
            }
            assertEquals(i == 0 ? "1" : "0.1", TextModel.of(tree, "shrinkage", 0));
        }
    }

    @Test
    void shouldCountEveryRowInOneLeaf() {
        for (Map<String, String[]> tree : new TextModel(text).trees) {
            int sum = 0;
            for (String count : tree.get("leaf_count")) {
                sum += Integer.parseInt(count);
                assertTrue(Integer.parseInt(count) >= Histogram.ROWS_MIN);
            }
            assertEquals(rows.size(), sum);
            assertEquals(Integer.toString(rows.size()), TextModel.of(tree, "internal_count", 0));
        }
    }

    @Test
    void shouldBeTheSameTextWhenTrainedAgain() {
        LabelledRows again = rows();
        BinnedRows binned = new BinnedRows(again);
        assertEquals(text, LightGbmText.of(BoostedTrees.train(again, binned), binned));
    }

    private static LabelledRows rows() {
        return LabelledRows.of(new PaymentGenerator(60_000, 5, 6_000), 30_000, 60_000);
    }
}
