package io.millrace.operators.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One good model, changed in one place: the refusal names source, line, what is wrong, the value and the cure. */
class MalformedModelTest {
    private static final String GOOD = """
            tree
            version=v4
            num_class=1
            num_tree_per_iteration=1
            max_feature_idx=1
            objective=binary sigmoid:1
            feature_names=f0 f1
            tree_sizes=300 300

            Tree=0
            num_leaves=4
            num_cat=1
            split_feature=0 1 0
            threshold=0.5 0 1.5
            decision_type=2 1 8
            left_child=1 -1 -3
            right_child=2 -2 -4
            leaf_value=0.1 0.2 0.3 0.4
            cat_boundaries=0 2
            cat_threshold=6 4294967295
            is_linear=0
            shrinkage=1

            Tree=1
            num_leaves=1
            num_cat=0
            leaf_value=0.5

            end of trees
            """;

    @Test
    void shouldReadTheGoodModel() {
        assertEquals(0.9, ModelText.read(GOOD).raw(new double[] {2, 1}));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // first line and head
                "tree$                     | forest                     | 1: this is no LightGBM model; forest; the first line",
                "version=v4                | version=v2                 | 2: the format version is not known; v2; save",
                "version=v4                | version=                   | 2: the format version is not known; (empty); save",
                "num_class=1               | num_class=3                | 3: a model of several classes is not supported; num_class=3; train",
                "num_class=1               | num_class=0                | 3: num_class is out of range; 0; it must lie in 1 to",
                "num_tree_per_iteration=1  | num_tree_per_iteration=2   | 4: a model of several classes is not supported",
                "max_feature_idx=1         | max_feature_idx=2          | 7: feature_names does not fit max_feature_idx; 2 names; there must be 3",
                "max_feature_idx=1         | max_feature_idx=-1         | 5: max_feature_idx is out of range; -1; it must lie in 0 to 65535",
                "max_feature_idx=1         | max_feature_idx=65536      | 5: max_feature_idx is out of range; 65536",
                "max_feature_idx=1         | max_feature_idx=x          | 5: max_feature_idx is not a whole number; x; save",
                "feature_names=f0 f1       | feature_names=f0 f0        | 7: a feature name stands twice; f0; name",
                "binary sigmoid:1          | binary                     | 6: the objective is not supported; binary; give",
                "binary sigmoid:1          | binary sigmoid:0           | 6: the objective is not supported; binary sigmoid:0; give",
                "binary sigmoid:1          | binary sigmoid:-1          | 6: the objective is not supported",
                "binary sigmoid:1          | binary sigmoid:NaN         | 6: objective is not a finite number; NaN; write",
                "binary sigmoid:1          | binary sigmoid:            | 6: objective is not a finite number; (empty); write",
                "binary sigmoid:1          | binary sigmoid:1 x         | 6: the objective is not supported",
                "binary sigmoid:1          | multiclass num_class:3     | 6: the objective is not supported; multiclass num_class:3",
                "binary sigmoid:1          | regression sqrt            | 6: the objective is not supported; regression sqrt",
                "binary sigmoid:1          | poisson                    | 6: the objective is not supported; poisson",
                "tree_sizes=300 300        | tree_sizes=300 300 300     | 29: tree_sizes announces another number of trees; 3, found 2; copy",
                "tree_sizes=300 300        | average_output             | 8: a random forest's average is not supported; average_output; train",
                "tree_sizes=300 300        | some_flag                  | 8: this is no key=value line; some_flag; copy",
                "tree_sizes=300 300        | version=v4                 | 8: a key stands twice in the head; version, first in line 2; keep",
                // numbering
                "Tree=1                    | Tree=2                     | 24: the trees are not numbered in order; Tree=2; tree 1 must",
                "Tree=0                    | Tree=                      | 10: the trees are not numbered in order; Tree=; tree 0 must",
                // counts, ranges, numbers
                "num_leaves=4              | num_leaves=5               | 18: leaf_value has the wrong number of values; 4; it must have 5",
                "num_leaves=4              | num_leaves=0               | 11: num_leaves is out of range; 0; it must lie in 1 to 131072",
                "num_leaves=4              | num_leaves=131073          | 11: num_leaves is out of range; 131073",
                "num_leaves=4              | num_leaves=99999999999999999999 | 11: num_leaves is not a whole number",
                "num_leaves=4              | num_leaves=131072          | 18: leaf_value has the wrong number of values; 4; it must have 131072",
                "num_leaves=4              | num_leaves=4 4             | 11: num_leaves has the wrong number of values; 2; it must have 1",
                "num_cat=1                 | num_cat=4                  | 12: num_cat is out of range; 4; it must lie in 0 to 3",
                "num_cat=1                 | num_cat=2                  | 19: cat_boundaries has the wrong number of values; 2; it must have 3",
                "num_cat=1                 | num_cat=0                  | 14: a categorical split names no set of categories; 0.0; num_cat is 0",
                "split_feature=0 1 0       | split_feature=0 1          | 13: split_feature has the wrong number of values; 2; it must have 3",
                "split_feature=0 1 0       | split_feature=0 2 0        | 13: split_feature is out of range; 2; it must lie in 0 to 1",
                "split_feature=0 1 0       | split_feature=0 -1 0       | 13: split_feature is out of range; -1",
                "split_feature=0 1 0       | split_feature=0 1.5 0      | 13: split_feature is not a whole number; 1.5",
                "threshold=0.5 0 1.5       | threshold=0.5 0 1.5 2      | 14: threshold has the wrong number of values; 4; it must have 3",
                "threshold=0.5 0 1.5       | threshold=nan 0 1.5        | 14: threshold is not a finite number; nan; write",
                "threshold=0.5 0 1.5       | threshold=1e999 0 1.5      | 14: threshold is not a finite number; 1e999",
                "threshold=0.5 0 1.5       | threshold=-inf 0 1.5       | 14: threshold is not a finite number; -inf",
                "threshold=0.5 0 1.5       | threshold=0x1p3 0 1.5      | 14: threshold is not a finite number; 0x1p3",
                "threshold=0.5 0 1.5       | threshold=0.5f 0 1.5       | 14: threshold is not a finite number; 0.5f",
                "threshold=0.5 0 1.5       | threshold=0.5 1 1.5        | 14: a categorical split names no set of categories; 1.0; num_cat is 1",
                "threshold=0.5 0 1.5       | threshold=0.5 0.5 1.5      | 14: a categorical split names no set of categories; 0.5",
                "threshold=0.5 0 1.5       | threshold=0.5 -1 1.5       | 14: a categorical split names no set of categories; -1.0",
                "decision_type=2 1 8       | decision_type=2 1 12       | 15: decision_type is out of range; 12; it must lie in 0 to 11",
                "decision_type=2 1 8       | decision_type=2 1 -1       | 15: decision_type is out of range; -1",
                "leaf_value=0.1 0.2        | leaf_value=NaN 0.2         | 18: leaf_value is not a finite number; NaN",
                "leaf_value=0.1 0.2        | leaf_value=Infinity 0.2    | 18: leaf_value is not a finite number; Infinity",
                "leaf_value=0.1 0.2        | leaf_value=-inf 0.2        | 18: leaf_value is not a finite number; -inf",
                "cat_boundaries=0 2        | cat_boundaries=1 2         | 19: cat_boundaries must rise from 0; 1; save",
                "cat_boundaries=0 2        | cat_boundaries=0 1         | 20: cat_threshold has the wrong number of values; 2; it must have 1",
                "cat_boundaries=0 2        | cat_boundaries=0 4194304   | 20: cat_threshold has the wrong number of values; 2; it must have 4194304",
                "cat_boundaries=0 2        | cat_boundaries=0 4194305   | 19: cat_boundaries is out of range; 4194305",
                "cat_threshold=6           | cat_threshold=-6           | 20: cat_threshold is out of range; -6; it must lie in 0 to 4294967295",
                "4294967295                | 4294967296                 | 20: cat_threshold is out of range; 4294967296",
                "is_linear=0               | is_linear=1                | 21: linear models in leaves are not supported; is_linear=1; train",
                "is_linear=0               | is_linear=yes              | 21: is_linear is not a whole number; yes",
                "is_linear=0               | num_leaves=4               | 21: a key stands twice in tree 0; num_leaves, first in line 11; keep",
                // the graph
                "left_child=1 -1 -3        | left_child=0 -1 -3         | 10: a node is reached twice in tree 0; split 0; left_child and",
                "left_child=1 -1 -3        | left_child=2 -1 -3         | 10: a node is reached twice in tree 0",
                "left_child=1 -1 -3        | left_child=1 1 -3          | 10: a node is reached twice in tree 0; split 1",
                "left_child=1 -1 -3        | left_child=1 0 -3          | 10: a node is reached twice in tree 0; split 0",
                "left_child=1 -1 -3        | left_child=1 -3 -3         | 10: a node is reached twice in tree 0; leaf 2",
                "left_child=1 -1 -3        | left_child=-1 -1 -3        | 10: a node is never reached in tree 0; split 1",
                "left_child=1 -1 -3        | left_child=3 -1 -3         | 16: left_child is out of range; 3; it must lie in -4 to 2",
                "right_child=2 -2 -4       | right_child=2 -2 -5        | 17: right_child is out of range; -5",
            })
    void shouldRefuse(String from, String to, String expected) {
        String good = from.endsWith("$") ? from.substring(0, from.length() - 1) : from;
        ModelFormatException refusal = refusal(GOOD.replaceFirst(good, to));
        assertTrue(refusal.getMessage().startsWith("test:" + expected), refusal::getMessage);
        assertEquals("test", refusal.source());
        assertTrue(expected.startsWith(refusal.line() + ": "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"version", "num_class", "num_tree_per_iteration", "max_feature_idx", "objective", "feature_names"
            })
    void shouldMissAKeyInTheHead(String key) {
        assertRefused(GOOD.replaceFirst(key + "=.*\n", ""), "test:1: a key is missing in the head; " + key + "; save");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "num_leaves",
                "num_cat",
                "split_feature",
                "threshold",
                "decision_type",
                "left_child",
                "right_child",
                "leaf_value",
                "cat_boundaries",
                "cat_threshold"
            })
    void shouldMissAKeyInATree(String key) {
        assertRefused(GOOD.replaceFirst(key + "=.*\n", ""), "test:10: a key is missing in tree 0; " + key + "; save");
    }

    /** Each node has one parent, and yet two of them only know each other. */
    @Test
    void shouldRefuseARingBesideTheTree() {
        String ring = GOOD.replace("left_child=1 -1 -3", "left_child=-1 2 1")
                .replace("right_child=2 -2 -4", "right_child=-2 -3 -4");
        assertRefused(ring, "test:10: a node is never reached in tree 0; split 1; left_child and");
    }

    @Test
    void shouldRefuseAModelWithoutTrees() {
        String text = GOOD.replaceFirst("(?s)Tree=0.*end", "end").replace("tree_sizes=300 300", "tree_sizes=");
        assertRefused(text, "test:10: the model has no trees; 0; train");
    }

    @Test
    void shouldRefuseMoreTreesThanItTakes() {
        StringBuilder text = new StringBuilder(ModelText.head(1, ModelText.BINARY));
        for (int i = 0; i <= LightGbmReader.TREES_MAX; i++) {
            text.append("Tree=").append(i).append("\nnum_leaves=1\nnum_cat=0\nleaf_value=1\n");
        }
        assertRefused(text + ModelText.end(), "test:400011: there are too many trees; more than 100000; train");
    }

    @Test
    void shouldNoticeThatTreesAreGone() {
        assertRefused(
                GOOD.replaceFirst("(?s)Tree=1.*end", "end"),
                "test:24: tree_sizes announces another number of trees; 2, found 1; copy");
    }

    @Test
    void shouldRefuseATextThatEndsBeforeTheEndOfTrees() {
        int end = GOOD.indexOf("end of trees") + "end of trees".length();
        for (int cut = 0; cut < end; cut++) {
            ModelFormatException refusal = refusal(GOOD.substring(0, cut));
            assertTrue(refusal.line() >= 1, refusal::getMessage);
        }
        assertRefused(
                GOOD.substring(0, GOOD.indexOf("end of trees")),
                "test:28: the text ends too early; in tree 1, no line `end of trees`; copy");
        assertRefused("", "test:1: the text ends too early; in front of the first line, no line");
    }

    @Test
    void shouldKeepAHostileValueOnOneShortLine() {
        ModelFormatException refusal = refusal("tree\nversion=\u001b[31m\u2028" + "x".repeat(1_000_000) + "\n" + GOOD);
        assertTrue(refusal.getMessage().startsWith("test:3: this is no key=value line; tree"), refusal::getMessage);
        refusal = refusal(GOOD.replace("=v4", "=\u001b[31m\u2028" + "x".repeat(1_000_000)));
        assertTrue(refusal.getMessage().contains("; ?[31m?xxx"), refusal::getMessage);
        assertTrue(refusal.getMessage().length() < 250);
    }

    @Test
    void shouldRefuseALineWithoutEnd() {
        assertRefused(
                "tree\nx=" + "y".repeat(ModelLines.LINE_CHARS_MAX), "test:2: the line is too long; more than 16777216");
    }

    @Test
    void shouldRefuseWhatIsNoText(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("model.gz");
        Files.write(file, new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0});
        var refusal = assertThrows(ModelFormatException.class, () -> GradientBoostedTrees.readLightGbm(file));
        assertEquals(
                file + ":1: the text is not UTF-8; a byte that is no character; give a model in text form, not "
                        + "compressed",
                refusal.getMessage());
    }

    private static void assertRefused(String text, String expected) {
        ModelFormatException refusal = refusal(text);
        assertTrue(refusal.getMessage().startsWith(expected), refusal::getMessage);
    }

    private static ModelFormatException refusal(String text) {
        return assertThrows(
                ModelFormatException.class, () -> GradientBoostedTrees.readLightGbm(new StringReader(text), "test"));
    }
}
