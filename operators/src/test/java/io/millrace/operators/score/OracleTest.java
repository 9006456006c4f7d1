package io.millrace.operators.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.testkit.oracle.Seeds;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Random models on random rows, against trees of objects. */
class OracleTest {
    private static final int MODELS = 300;
    private static final int ROWS = 200;

    @Test
    void shouldScoreRandomTreesAsTheSlowWayDoes() {
        Seeds.each(0, MODELS, "agree(%d)", seed -> agree((int) seed));
    }

    private static void agree(int seed) {
        RandomTrees slow = new RandomTrees(
                seed, 1 + Math.floorMod(seed, 9), 1 + Math.floorMod(seed, 12), 1 + Math.floorMod(seed, 60));
        Model fast = ModelText.read(slow.text());
        for (int i = 0; i < ROWS; i++) {
            double[] row = slow.row();
            int at = seed;
            assertEquals(slow.raw(row), fast.raw(row), () -> "seed " + at + ", row " + Arrays.toString(row));
        }
    }

    @Test
    void shouldGiveTheSameBitsOnEveryThreadThatSharesAModel() {
        RandomTrees trees = new RandomTrees(1, 6, 20, 31);
        Model model = ModelText.read(trees.text());
        double[][] rows = IntStream.range(0, 5_000).mapToObj(i -> trees.row()).toArray(double[][]::new);
        double[] alone = Arrays.stream(rows).mapToDouble(model::raw).toArray();
        double[] together =
                Arrays.stream(rows).parallel().mapToDouble(model::raw).toArray();
        assertArrayEquals(alone, together);
    }

    @Test
    void shouldLeaveTheRowAlone() {
        RandomTrees trees = new RandomTrees(2, 6, 20, 31);
        Model model = ModelText.read(trees.text());
        double[] row = trees.row();
        double[] copy = row.clone();
        model.raw(row);
        assertArrayEquals(copy, row);
    }
}
