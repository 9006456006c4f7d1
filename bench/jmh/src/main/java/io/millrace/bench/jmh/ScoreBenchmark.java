package io.millrace.bench.jmh;

import io.millrace.operators.score.GradientBoostedTrees;
import java.io.IOException;
import java.io.StringReader;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time to score one row of 15 features with gradient boosted trees of 31 leaves each, grown leaf by leaf as LightGBM
 * does. Splits and rows are drawn at random, so each branch goes either way: real rows mostly take the same ways and are
 * faster.
 *
 * <p>{@code java -jar bench/jmh/target/benchmarks.jar ScoreBenchmark -prof gc}: {@code gc.alloc.rate.norm} is the bytes
 * a row allocates, which must be 0.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ScoreBenchmark {
    private static final int FEATURES = 15;
    private static final int LEAVES = 31;
    private static final int ROWS = 4_096;

    /** One split in this many knows NaN as missing, and one value in this many is. */
    private static final int MISSING_EVERY = 50;

    /** Of the model. */
    @Param({"20", "100", "500"})
    public int trees;

    private GradientBoostedTrees model;
    private double[][] rows;
    private int next;

    /** Makes the model and the rows, the same ones in every fork. */
    @Setup
    public void setUp() throws IOException {
        Random random = new Random(1);
        model = GradientBoostedTrees.readLightGbm(new StringReader(text(random)), "benchmark");
        rows = new double[ROWS][];
        for (int i = 0; i < ROWS; i++) {
            rows[i] = random.doubles(FEATURES, -2, 2)
                    .map(value -> random.nextInt(MISSING_EVERY) == 0 ? Double.NaN : value)
                    .toArray();
        }
    }

    /** The sum of the leaves. */
    @Benchmark
    public double raw() {
        return model.raw(nextRow());
    }

    /** The sum of the leaves and its logistic. */
    @Benchmark
    public double probability() {
        return model.probability(model.raw(nextRow()));
    }

    private double[] nextRow() {
        next = (next + 1) & (ROWS - 1);
        return rows[next];
    }

    private String text(Random random) {
        StringBuilder text = new StringBuilder("tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\n");
        text.append("max_feature_idx=").append(FEATURES - 1).append("\nobjective=binary sigmoid:1\n");
        text.append("feature_names=").append(join(FEATURES, i -> "f" + i)).append("\n\n");
        for (int i = 0; i < trees; i++) {
            text.append("Tree=").append(i).append('\n').append(tree(random)).append("\n\n");
        }
        return text.append("end of trees\n").toString();
    }

    /** Split i turns a leaf drawn among those there are into leaves of the old number and of number i + 1. */
    private static String tree(Random random) {
        int[] left = new int[LEAVES - 1];
        int[] right = new int[LEAVES - 1];
        for (int i = 0; i < LEAVES - 1; i++) {
            int leaf = random.nextInt(i + 1);
            replace(left, ~leaf, i);
            replace(right, ~leaf, i);
            left[i] = ~leaf;
            right[i] = ~(i + 1);
        }
        return "num_leaves=" + LEAVES + "\nnum_cat=0"
                + "\nsplit_feature=" + join(LEAVES - 1, i -> "" + random.nextInt(FEATURES))
                + "\nthreshold=" + join(LEAVES - 1, i -> "" + random.nextGaussian())
                + "\ndecision_type=" + join(LEAVES - 1, i -> random.nextInt(MISSING_EVERY) == 0 ? "10" : "2")
                + "\nleft_child=" + join(LEAVES - 1, i -> "" + left[i])
                + "\nright_child=" + join(LEAVES - 1, i -> "" + right[i])
                + "\nleaf_value=" + join(LEAVES, i -> "" + random.nextGaussian() / 10);
    }

    private static void replace(int[] children, int child, int by) {
        for (int i = 0; i < by; i++) {
            children[i] = children[i] == child ? by : children[i];
        }
    }

    private static String join(int count, IntFunction<String> value) {
        return IntStream.range(0, count).mapToObj(value).collect(Collectors.joining(" "));
    }
}
