package io.millrace.operators.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GradientBoostedTreesTest {
    private static final String TEXT = new RandomTrees(5, 3, 4, 8).text();

    @Test
    void shouldTellWhatItIs() {
        GradientBoostedTrees model = ModelText.read(ModelText.oneSplit(1, ModelText.NONE));
        assertEquals(List.of("f0"), model.featureNames());
        assertEquals(1, model.treeCount());
        assertEquals(2, model.leafCount());
        assertEquals(
                "gradient boosted trees: 1 trees, 2 leaves, depth 1, 1 features, objective binary sigmoid:1, "
                        + "LightGBM v4 text test",
                model.describe());
        assertEquals(model.describe(), model.toString());
    }

    @Test
    void shouldRefuseARowOfAnotherLength() {
        Model model = ModelText.read(TEXT);
        var refusal = assertThrows(IllegalArgumentException.class, () -> model.raw(new double[4]));
        assertEquals(
                "a row of the wrong length; 4 values; this model takes 3, in the order of featureNames()",
                refusal.getMessage());
        assertThrows(IllegalArgumentException.class, () -> model.raw(new double[2]));
    }

    @Test
    void shouldScaleTheLogisticByTheSigmoid() {
        Model model = ModelText.read(TEXT.replace("sigmoid:1", "sigmoid:0.5"));
        assertTrue(model.hasProbability());
        assertEquals(0.5, model.probability(0));
        assertEquals(1 / (1 + StrictMath.exp(-1)), model.probability(2));
        assertEquals(0.0, model.probability(-1e6));
        assertEquals(1.0, model.probability(1e6));
        assertTrue(Double.isNaN(model.probability(Double.NaN)));
    }

    @Test
    void shouldReadVersionThree() {
        assertEquals(
                ModelText.read(TEXT).digest(),
                ModelText.read(TEXT.replace("version=v4", "version=v3")).digest());
    }

    @Test
    void shouldReadLinesThatEndInCarriageReturns() {
        assertEquals(
                ModelText.read(TEXT).digest(),
                ModelText.read(TEXT.replace("\n", "\r\n")).digest());
    }

    @Test
    void shouldReadWithoutTrustingTreeSizes() {
        String sizes = TEXT.replace("label_index=0", "tree_sizes=7 99999999999999999999 -5 x");
        assertEquals(ModelText.read(TEXT).digest(), ModelText.read(sizes).digest());
    }

    @Test
    void shouldHaveADigestOfWhatScoresOnly() {
        String digest = ModelText.read(TEXT).digest();
        assertTrue(digest.matches("[0-9a-f]{64}"));
        assertEquals(
                digest,
                ModelText.read(TEXT.replace("shrinkage=0.1", "shrinkage=0.2") + "\nmore")
                        .digest());
        assertNotEquals(
                digest, ModelText.read(TEXT.replace("sigmoid:1", "sigmoid:2")).digest());
        assertNotEquals(digest, ModelText.read(TEXT.replace("f0 f1", "f1 f0")).digest());
        assertNotEquals(
                digest,
                ModelText.read(TEXT.replaceFirst("leaf_value=-?[0-9]", "leaf_value=7"))
                        .digest());
    }

    @Test
    void shouldReadTheDeepestTreeThereCanBe() {
        int leaves = LightGbmTree.LEAVES_MAX;
        String children =
                IntStream.range(1, leaves - 1).mapToObj(Integer::toString).collect(Collectors.joining(" "));
        String text = ModelText.head(1, ModelText.BINARY) + "Tree=0\nnum_leaves=" + leaves + "\nnum_cat=0"
                + same("split_feature", "0", leaves - 1) + same("threshold", "0.5", leaves - 1)
                + same("decision_type", "2", leaves - 1) + "\nleft_child=" + children + " -1\nright_child="
                + IntStream.range(1, leaves).mapToObj(i -> Integer.toString(~i)).collect(Collectors.joining(" "))
                + same("leaf_value", "3", leaves) + "\n\n" + ModelText.end();
        GradientBoostedTrees model = ModelText.read(text);
        assertEquals(leaves, model.leafCount());
        assertTrue(model.describe().contains("depth " + (leaves - 1)));
        assertEquals(3, model.raw(new double[] {0.0}));
    }

    @Test
    void shouldReadAFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("a model.txt"), TEXT);
        Model model = GradientBoostedTrees.readLightGbm(file);
        assertEquals(ModelText.read(TEXT).digest(), model.digest());
        assertTrue(model.describe().endsWith(file.toString()));
    }

    @Test
    void shouldPassOnThatAFileIsNotThere(@TempDir Path directory) {
        assertThrows(NoSuchFileException.class, () -> GradientBoostedTrees.readLightGbm(directory.resolve("none.txt")));
    }

    private static String same(String key, String value, int count) {
        return "\n" + key + "=" + (value + " ").repeat(count);
    }
}
